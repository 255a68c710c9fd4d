"""Several processes of one thread each that train one network: every worker takes batches of its own, and the gradients
are added up once a step. On a machine where others work too this loses far less than threads that wait for each
other at every product.

Each counts how many of the answers' tokens came first, by skill. The weights and the sums of the gradients lie in shared memory. A step: all compute, all wait, the first one takes the
optimizer's step on the shared weights, all wait.
"""
import os
import threading

import torch
import torch.multiprocessing as multiprocessing

from batches import batches

SKILLS = ('agent arithmetic extraction listing memory no_call persona repeat smalltalk spelling tool_call tool_parallel tool_result '
          'tool_second trilogue unknown').split()


class Team:
    """`count` workers, of which this process is the first. `batch` is called for each one's own batches."""
    def __init__(self, network, tokenizer, seed, budget, mix, count):
        torch.set_num_threads(1)
        network.share_memory()
        self.network, self.count, self._mix = network, count, mix
        context = multiprocessing.get_context("spawn")
        self._barrier = context.Barrier(count)
        self._progress = torch.zeros(1, dtype=torch.float64).share_memory_()
        self._results = torch.zeros(count, 2 + 2 * len(SKILLS), dtype=torch.float64).share_memory_()
        self._gradients = [[torch.zeros_like(p.data).share_memory_() for p in network.parameters()] for _ in range(count - 1)]
        self._processes = [context.Process(target=_work, daemon=True, args=(
            network, tokenizer, seed + 500 * (i + 1), budget, mix, self._barrier, self._progress, self._results, i + 1,
            gradients)) for i, gradients in enumerate(self._gradients)]
        for process in self._processes:
            process.start()
        self._source = batches(tokenizer, seed, budget, lambda: mix(self._progress.item()), SKILLS.index)

    def gradients(self, seen):
        """Leaves everybody's mean gradient in the network; gives (loss, real tokens, hits and tokens taught of each skill)."""
        self._progress[0] = seen
        self._results[0] = _compute(self.network, next(self._source))
        self._barrier.wait()
        for theirs in self._gradients:
            for parameter, gradient in zip(self.network.parameters(), theirs):
                parameter.grad.add_(gradient)
        for parameter in self.network.parameters():
            parameter.grad.div_(self.count)
        loss, count, *skills = self._results.sum(0).tolist()
        return loss / self.count, int(count), torch.tensor(skills).view(2, -1)

    def stepped(self):
        """The shared weights are new: the others may go on."""
        self.network.zero_grad(set_to_none=True)
        self._barrier.wait()

    def stop(self):
        self._barrier.abort()
        for process in self._processes:
            process.terminate()


def _compute(network, batch):
    loss, hit = network.loss(batch.tokens, batch.targets, batch.weights / batch.weights.sum(), batch.layout)
    loss.backward()
    wanted = batch.weights > 0
    taught = batch.weights[wanted] == 1
    skills = batch.skills[wanted][taught]
    return torch.cat([torch.tensor([loss.item(), batch.count], dtype=torch.float64),
                      torch.bincount(skills, hit[taught].double(), len(SKILLS)), torch.bincount(skills, minlength=len(SKILLS)).double()])


def _work(network, tokenizer, seed, budget, mix, barrier, progress, results, index, gradients):
    torch.set_num_threads(1)
    parent = os.getppid()
    try:
        for batch in batches(tokenizer, seed, budget, lambda: mix(progress.item()), SKILLS.index):
            results[index] = _compute(network, batch)
            for parameter, gradient in zip(network.parameters(), gradients):
                gradient.copy_(parameter.grad)
            network.zero_grad(set_to_none=True)
            barrier.wait()
            barrier.wait()
            if os.getppid() != parent:
                return
    except threading.BrokenBarrierError:  # the first worker has stopped
        return
