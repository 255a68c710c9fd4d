"""Muon for the matrices, AdamW for embeddings and norms; one step for both, with one schedule factor.

Several processes can share a step: each takes its share of the matrices, the first one also the vectors (whose state only it
has). The momentum lies in shared memory.
"""
import torch

from kernels import ACT

MOMENTUM, DECAY = 0.95, 0.02


def orthogonalized(gradient):
    """Newton-Schulz iteration towards the nearest orthogonal matrix (coefficients from the Muon paper)."""
    x = gradient.to(ACT)
    tall = x.shape[0] > x.shape[1]
    x = x.T.contiguous() if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(5):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * (a @ a)) @ x
    return (x.T if tall else x).float()


class Optimizer:
    def __init__(self, network, matrix_rate, vector_rate):
        self.matrices, self.matrix_rate, self.vector_rate = network.matrices(), matrix_rate, vector_rate
        self.vectors = network.vectors()
        self.momentum = [torch.zeros_like(p).share_memory_() for p in self.matrices]
        self.adam = torch.optim.AdamW(self.vectors, lr=vector_rate, betas=(0.9, 0.98), weight_decay=0.0)

    def share(self, part=0, of=1):
        """The parameters that a step of this part changes."""
        return self.matrices[part::of] + (self.vectors if part == 0 else [])

    @torch.no_grad()
    def step(self, factor, part=0, of=1):
        if part == 0:
            for group in self.adam.param_groups:
                group["lr"] = self.vector_rate * factor
            self.adam.step()
        rate = self.matrix_rate * factor
        for p, m in zip(self.matrices[part::of], self.momentum[part::of]):
            m.mul_(MOMENTUM).add_(p.grad, alpha=1 - MOMENTUM)
            update = orthogonalized(p.grad * (1 - MOMENTUM) + m * MOMENTUM)
            p.mul_(1 - rate * DECAY).add_(update, alpha=-rate * max(1, p.shape[0] / p.shape[1]) ** 0.5)

    def state(self):
        return {"momentum": self.momentum, "adam": self.adam.state_dict()}

    def restore(self, state):
        for mine, theirs in zip(self.momentum, state["momentum"]):
            mine.copy_(theirs)
        self.adam.load_state_dict(state["adam"])
