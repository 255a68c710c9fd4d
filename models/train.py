"""Trains the model on freshly generated conversations, on the CPU; resumes where it was interrupted.

    python3 train.py [--minutes 60] [--tokens 200e6] [--name run] [--from CHECKPOINT] [--fresh]

Whichever of minutes and tokens is used up first ends the run; the learning rate falls accordingly. The
checkpoint (work/NAME.pt) holds weights, optimizer and progress, so the same command goes on after an
interruption, with other conversations. `--from` starts a new run from the weights of an older one.
"""
import argparse
import json
import os
import time

import torch

from batches import batches
from generator import FIRST_MIX, MIX, SHORT_MIX
from network import Network
from optimizer import Optimizer
from tokenizer import Tokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
WARM_UP_STEPS, LAST_FACTOR = 60, 0.03
FIRST_TOKENS = 6e6          # so long the generator gives FIRST_MIX
SHORT_MINUTES = 120         # a run under this many minutes gets SHORT_MIX after that


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="run")
    parser.add_argument("--from", dest="source")
    parser.add_argument("--fresh", action="store_true", help="ignore an existing checkpoint of this name")
    parser.add_argument("--minutes", type=float, default=180)
    parser.add_argument("--tokens", type=float, default=1e12)
    parser.add_argument("--batch", type=int, default=8192, help="padded tokens in a step")
    parser.add_argument("--matrix-rate", type=float, default=0.005)
    parser.add_argument("--vector-rate", type=float, default=0.001)
    parser.add_argument("--steady", type=float, default=0.4, help="share of the run before the rate falls")
    parser.add_argument("--save-every", type=float, default=5, help="minutes")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def fitting_threads(current):
    """All cores, but one on a busy machine: threads that wait for each other lose more than they bring."""
    others = os.getloadavg()[0] - current
    return 1 if others > 1 else os.cpu_count()


def rate_factor(done, step, steady):
    """Warm-up, then constant for a while, then linear to almost nothing; `done` runs from 0 to 1."""
    falling = 1 if done < steady else LAST_FACTOR + (1 - LAST_FACTOR) * (1 - done) / (1 - steady)
    return min(1, (step + 1) / WARM_UP_STEPS) * falling


class Run:
    def __init__(self, options):
        self.options = options
        self.path = os.path.join(HERE, "work", options.name + ".pt")
        self.tokenizer = Tokenizer.load()
        self.network = Network(len(self.tokenizer.vocabulary))
        self.optimizer = Optimizer(self.network, options.matrix_rate, options.vector_rate)
        self.seen, self.seconds, self.parts = 0, 0.0, 0
        if os.path.exists(self.path) and not options.fresh:
            self._resume()
        elif options.source:
            self.network.load_state_dict(torch.load(options.source)["weights"])

    def _resume(self):
        saved = torch.load(self.path)
        self.network.load_state_dict(saved["weights"])
        self.optimizer.restore(saved["optimizer"])
        self.seen, self.seconds, self.parts = saved["seen"], saved["seconds"], saved["parts"] + 1

    def save(self):
        state = {"weights": self.network.state_dict(), "shape": self.network.shape, "optimizer": self.optimizer.state(),
                 "seen": self.seen, "seconds": self.seconds, "parts": self.parts}
        torch.save(state, self.path + ".new")
        os.replace(self.path + ".new", self.path)

    def done(self):
        return min(1.0, max(self.seen / self.options.tokens, self.seconds / 60 / self.options.minutes))

    def mix(self):
        later = SHORT_MIX if self.options.minutes < SHORT_MINUTES else MIX
        return FIRST_MIX if self.seen < FIRST_TOKENS else later

    def step(self, batch, step):
        tokens, targets, weights, count = batch
        loss, hit = self.network.loss(tokens, targets, weights / weights.sum())
        loss.backward()
        self.optimizer.step(rate_factor(self.done(), step, self.options.steady))
        self.network.zero_grad(set_to_none=True)
        self.seen += count
        taught = weights.view(-1)[weights.view(-1) > 0] == 1
        return loss.item(), hit[taught].float().mean().item()


def report(run, log, step, losses, hits, rate):
    loss, hit = sum(losses) / len(losses), sum(hits) / len(hits)
    done = run.done()
    left = run.seconds / 60 * (1 - done) / max(done, 1e-9) if done else 0
    print(f"step {step}: {run.seen / 1e6:.2f} M tokens, {rate:.0f} tokens/s, loss {loss:.3f}, right {hit:.4f}, "
          f"{left:.0f} min left", flush=True)
    log.write(json.dumps({"tokens": run.seen, "minutes": round(run.seconds / 60, 2), "loss": round(loss, 4),
                          "right": round(hit, 4)}) + "\n")
    log.flush()


def main():
    options = arguments()
    torch.manual_seed(options.seed)
    run = Run(options)
    print(f"{sum(p.numel() for p in run.network.parameters()) / 1e6:.2f} M parameters", flush=True)
    log = open(os.path.join(HERE, "work", options.name + ".jsonl"), "a")
    source = batches(run.tokenizer, options.seed * 1000 + run.parts, options.batch, run.mix)
    losses, hits, before, saved, since, seen = [], [], run.seconds, run.seconds, time.time(), run.seen
    start = time.time()
    for step, batch in enumerate(source):
        loss, hit = run.step(batch, step)
        losses.append(loss)
        hits.append(hit)
        run.seconds = before + time.time() - start
        if step % 50 == 49:
            torch.set_num_threads(fitting_threads(torch.get_num_threads()))
            report(run, log, step + 1, losses, hits, (run.seen - seen) / (time.time() - since))
            losses, hits, since, seen = [], [], time.time(), run.seen
        if run.seconds - saved > 60 * options.save_every or run.done() >= 1:
            run.save()
            saved = run.seconds
        if run.done() >= 1:
            break
    print(f"finished: {run.seen / 1e6:.1f} M tokens in {run.seconds / 60:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
