"""Several processes of one thread each that train one network: every worker takes batches of its own, and the gradients
are added up once a step. On a machine where others work too this loses far less than threads that wait for each
other at every product.

Weights, gradients and the optimizer's momentum lie in shared memory. A step: all compute, all wait, each steps the weights
that are its share, all wait. Each counts how many of the answers' tokens came first, by skill.
"""
import signal
import threading
from dataclasses import dataclass

import torch
import torch.multiprocessing as multiprocessing

from batches import batches
from network import Network
from optimizer import Optimizer

SKILLS = ('agent arithmetic extraction listing memory no_call persona repeat smalltalk spelling tool_call tool_parallel '
          'tool_result tool_second trilogue unknown').split()
PATIENCE = 600     # seconds that one waits for the others


@dataclass
class Worker:
    """One of `count`, in its process. The tensors lie in shared memory, but for AdamW's."""
    index: int
    count: int
    network: Network
    optimizer: Optimizer
    gradients: list           # of each worker, in the order of the network's parameters
    results: torch.Tensor     # of each worker what _compute gives
    factor: torch.Tensor      # of the learning rates in this step
    barrier: object

    def step(self, batch):
        """Takes a step together with the others; gives the sum of all results."""
        self.results[self.index] = _compute(self.network, batch)
        parameters = list(self.network.parameters())
        for parameter, gradient in zip(parameters, self.gradients[self.index]):
            gradient.copy_(parameter.grad)
        self.barrier.wait()
        mine = {id(p) for p in self.optimizer.share(self.index, self.count)}
        for parameter, *theirs in zip(parameters, *self.gradients):
            if id(parameter) in mine:
                parameter.grad = sum(theirs) / self.count
        self.optimizer.step(self.factor.item(), self.index, self.count)
        results = self.results.sum(0)
        self.network.zero_grad(set_to_none=True)
        self.barrier.wait()
        return results


class Team:
    """`count` workers, of which this process is the first; `mix` gives the shares of the skills after so many tokens."""
    def __init__(self, network, optimizer, tokenizer, seed, budget, mix, count):
        torch.set_num_threads(1)
        network.share_memory()
        context = multiprocessing.get_context("spawn")
        self._progress = torch.zeros(1, dtype=torch.float64).share_memory_()
        self._first = Worker(0, count, network, optimizer,
                             [[torch.zeros_like(p.data).share_memory_() for p in network.parameters()] for _ in range(count)],
                             torch.zeros(count, 2 + 2 * len(SKILLS), dtype=torch.float64).share_memory_(),
                             torch.zeros(1).share_memory_(), context.Barrier(count, timeout=PATIENCE))
        self._processes = [context.Process(target=_work, daemon=True, args=(
            self._first, i, tokenizer, seed + 500 * i, budget, mix, self._progress)) for i in range(1, count)]
        for process in self._processes:
            process.start()
        self._source = batches(tokenizer, seed, budget, lambda: mix(self._progress.item()), SKILLS.index)

    def step(self, seen, factor):
        """Gives (loss, real tokens, hits and tokens taught of each skill)."""
        self._progress[0], self._first.factor[0] = seen, factor
        loss, count, *skills = self._first.step(next(self._source)).tolist()
        return loss / self._first.count, int(count), torch.tensor(skills).view(2, -1)

    def stop(self):
        self._first.barrier.abort()
        for process in self._processes:
            process.join()


def _compute(network, batch):
    loss, hit = network.loss(batch.tokens, batch.targets, batch.weights / batch.weights.sum(), batch.layout)
    loss.backward()
    wanted = batch.weights > 0
    taught = batch.weights[wanted] == 1
    skills = batch.skills[wanted][taught]
    return torch.cat([torch.tensor([loss.item(), batch.count], dtype=torch.float64),
                      torch.bincount(skills, hit[taught].double(), len(SKILLS)), torch.bincount(skills, minlength=len(SKILLS)).double()])


def _work(worker, index, tokenizer, seed, budget, mix, progress):
    torch.set_num_threads(1)
    worker.index = index
    for name in (signal.SIGTERM, signal.SIGINT):      # the first worker saves and stops the others
        signal.signal(name, signal.SIG_IGN)
    try:
        for batch in batches(tokenizer, seed, budget, lambda: mix(progress.item()), SKILLS.index):
            worker.step(batch)
    except threading.BrokenBarrierError:              # the first worker has stopped
        return
    finally:                                          # whatever else stops this one must not leave the others waiting
        worker.barrier.abort()
