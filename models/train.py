"""Trains the model on freshly generated conversations, on the CPU; resumes where it was interrupted.

    python3 train.py [--minutes 60] [--tokens 200e6] [--name run] [--from FILE.pt|FILE.gguf] [--fresh]

Whichever of minutes and tokens is used up first ends the run; the learning rate falls accordingly. The
checkpoint (work/NAME.pt) holds weights, optimizer and progress, so the same command goes on after an
interruption (a SIGTERM saves first), with other conversations. `--from` starts a new run from the weights of an older one, or of the shipped file.
"""
import argparse
import functools
import itertools
import json
import os
import signal
import time

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")   # read when PyTorch is loaded; each worker is one thread

import torch  # noqa: E402

from export import weights_of
from generator import FIRST_MIX, MIX
from network import SHAPE, Network, widened
from optimizer import Optimizer
from tokenizer import Tokenizer
from workers import SKILLS, Team

HERE = os.path.dirname(os.path.abspath(__file__))
WARM_UP_STEPS, LAST_FACTOR = 60, 0.03
FIRST_TOKENS = 6e6          # so long a run from nothing gets FIRST_MIX


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="run")
    parser.add_argument("--from", dest="source")
    parser.add_argument("--fresh", action="store_true", help="ignore an existing checkpoint of this name")
    parser.add_argument("--minutes", type=float, default=180)
    parser.add_argument("--tokens", type=float, default=1e12)
    parser.add_argument("--batch", type=int, default=8192, help="padded tokens in a step, all workers together")
    parser.add_argument("--matrix-rate", type=float, default=0.0035)
    parser.add_argument("--vector-rate", type=float, default=0.0008)
    parser.add_argument("--steady", type=float, default=0.4, help="share of the run before the rate falls")
    parser.add_argument("--save-every", type=float, default=5, help="minutes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes, each with its own batches")
    return parser.parse_args()


def mix(warm, seen):
    """The shares of the skills after so many tokens; `warm`: the weights have learned before."""
    return FIRST_MIX if seen < FIRST_TOKENS and not warm else MIX


def rate_factor(done, step, steady):
    """Warm-up, then constant for a while, then linear to almost nothing; `done` runs from 0 to 1."""
    falling = 1 if done < steady else LAST_FACTOR + (1 - LAST_FACTOR) * (1 - done) / (1 - steady)
    return min(1, (step + 1) / WARM_UP_STEPS) * falling


def starting_weights(path):
    """Of a file that may have a narrower feed-forward than SHAPE says."""
    return widened(weights_of(path) if path.endswith(".gguf") else torch.load(path)["weights"], SHAPE["hidden"])


class Run:
    def __init__(self, options):
        self.options = options
        self.path = os.path.join(HERE, "work", options.name + ".pt")
        self.tokenizer = Tokenizer.load()
        self.network = Network(len(self.tokenizer.vocabulary))
        self.optimizer = Optimizer(self.network, options.matrix_rate, options.vector_rate)
        self.seen, self.seconds, self.parts, self.warm = 0, 0.0, 0, bool(options.source)
        if os.path.exists(self.path) and not options.fresh:
            self._resume()
        elif options.source:
            self.network.load_state_dict(starting_weights(options.source))

    def _resume(self):
        saved = torch.load(self.path)
        self.network.load_state_dict(saved["weights"])
        self.optimizer.restore(saved["optimizer"])
        self.seen, self.seconds, self.parts = saved["seen"], saved["seconds"], saved["parts"] + 1
        self.warm = saved.get("warm", self.warm)

    def save(self):
        state = {"weights": self.network.state_dict(), "shape": self.network.shape, "optimizer": self.optimizer.state(),
                 "seen": self.seen, "seconds": self.seconds, "parts": self.parts, "warm": self.warm}
        torch.save(state, self.path + ".new")
        os.replace(self.path + ".new", self.path)

    def done(self):
        return min(1.0, max(self.seen / self.options.tokens, self.seconds / 60 / self.options.minutes))

    def step(self, team, step):
        loss, count, skills = team.step(self.seen, rate_factor(self.done(), step, self.options.steady))
        self.seen += count
        return loss, skills


def report(run, log, step, losses, hits, rate):
    loss, (hit, taught) = sum(losses) / len(losses), sum(hits)
    right = {name: round(h / n, 4) for name, h, n in zip(SKILLS, hit.tolist(), taught.tolist()) if n}
    hit = (hit.sum() / taught.sum()).item()
    done = run.done()
    left = run.seconds / 60 * (1 - done) / max(done, 1e-9) if done else 0
    print(f"step {step}: {run.seen / 1e6:.2f} M tokens, {rate:.0f} tokens/s, loss {loss:.3f}, right {hit:.4f}, "
          f"{left:.0f} min left", flush=True)
    log.write(json.dumps({"tokens": run.seen, "minutes": round(run.seconds / 60, 2), "loss": round(loss, 4),
                          "right": round(hit, 4), "skills": right}) + "\n")
    log.flush()


def main():
    options = arguments()
    torch.manual_seed(options.seed)
    run = Run(options)
    print(f"{sum(p.numel() for p in run.network.parameters()) / 1e6:.2f} M parameters", flush=True)
    log = open(os.path.join(HERE, "work", options.name + ".jsonl"), "a")
    team = Team(run.network, run.optimizer, run.tokenizer, options.seed * 1000 + run.parts, options.batch // options.workers,
                functools.partial(mix, run.warm), options.workers)
    losses, hits, before, saved, since, seen = [], [], run.seconds, run.seconds, time.time(), run.seen
    start, asked = time.time(), []
    signal.signal(signal.SIGTERM, lambda *_: asked.append(True))
    for step in itertools.count():
        loss, hit = run.step(team, step)
        losses.append(loss)
        hits.append(hit)
        run.seconds = before + time.time() - start
        if step % 50 == 49:
            report(run, log, step + 1, losses, hits, (run.seen - seen) / (time.time() - since))
            losses, hits, since, seen = [], [], time.time(), run.seen
        if run.seconds - saved > 60 * options.save_every or run.done() >= 1 or asked:
            run.save()
            saved = run.seconds
        if run.done() >= 1 or asked:
            break
    team.stop()
    print(f"{'interrupted' if asked else 'finished'}: {run.seen / 1e6:.1f} M tokens in {run.seconds / 60:.1f} minutes", flush=True)


if __name__ == "__main__":
    main()
