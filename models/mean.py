"""The mean of the weights of several runs from the same beginning, as a checkpoint that export.py takes.

    python3 mean.py OUT.pt A.pt B.pt [...]

Runs that went different ways from the same weights have errors of their own, and their mean often has fewer than each of them.
Optimizer and progress are not kept: what goes on from it starts a run of its own (train.py --from).
"""
import sys

import torch


def mean(checkpoints):
    """The last one, with the mean of the weights of all; they must have the same shape."""
    if any(c["shape"] != checkpoints[-1]["shape"] for c in checkpoints):
        raise SystemExit("the checkpoints have different shapes")
    weights = {name: sum(c["weights"][name] for c in checkpoints) / len(checkpoints) for name in checkpoints[-1]["weights"]}
    return {"weights": weights, "shape": checkpoints[-1]["shape"], "seen": checkpoints[-1]["seen"]}


def main():
    target, *sources = sys.argv[1:]
    torch.save(mean([torch.load(source, map_location="cpu") for source in sources]), target)


if __name__ == "__main__":
    main()
