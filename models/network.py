"""The model: a llama-architecture decoder with one key/value head, as llama.cpp runs it.

`loss` is the training path (bfloat16 products where the processor has them, fused kernels); `step` and `generate` are a plain float32
reference with a cache, used by the evaluation and the parity check.
"""
import math

import torch
import torch.nn.functional as F

from kernels import ACT, Attention, CrossEntropy, Gate, Layout, Norm

SHAPE = {"width": 192, "layers": 6, "heads": 3, "hidden": 1024, "base": 10000.0}
POSITIONS = 5120  # so many have rotary tables here (batches.py makes no longer row); llama.cpp makes its own


def widened(weights, hidden):
    """The weights (a state_dict) with `hidden` units in each feed-forward layer instead of fewer. They compute the same: a new
    unit reads at random, as in a new network, and nothing is written from it yet."""
    def wide(name, old):
        kind = name.split(".")[0]
        if kind == "gate_up":
            gate, up = old.chunk(2)
            more = hidden - len(gate)
            return torch.cat([x for half in (gate, up) for x in (half, torch.randn(more, old.shape[1]) * old.shape[1] ** -0.5)])
        return F.pad(old, (0, hidden - old.shape[1])) if kind == "down" else old
    return {name: wide(name, old) for name, old in weights.items()}


class Network(torch.nn.Module):
    def __init__(self, vocabulary, shape=SHAPE):
        super().__init__()
        self.shape = dict(shape, vocabulary=vocabulary)
        d, hidden, layers = shape["width"], shape["hidden"], shape["layers"]
        self.heads = shape["heads"]
        self.head_size = D = d // self.heads

        def matrix(rows, columns, scale=1.0):
            return torch.nn.Parameter(torch.randn(rows, columns) * columns ** -0.5 * scale)

        residual = 1 / math.sqrt(2 * layers)
        make = torch.nn.ParameterList
        self.embedding = torch.nn.Parameter(torch.randn(vocabulary, d) * 0.02)
        self.final_norm = torch.nn.Parameter(torch.ones(d))
        self.norm_1 = make([torch.nn.Parameter(torch.ones(d)) for _ in range(layers)])
        self.norm_2 = make([torch.nn.Parameter(torch.ones(d)) for _ in range(layers)])
        self.qkv = make([matrix((self.heads + 2) * D, d) for _ in range(layers)])
        self.out = make([matrix(d, d, residual) for _ in range(layers)])
        self.gate_up = make([matrix(2 * hidden, d) for _ in range(layers)])
        self.down = make([matrix(d, hidden, residual) for _ in range(layers)])
        angle = torch.arange(POSITIONS).float()[:, None] * shape["base"] ** (-torch.arange(0, D, 2).float() / D)
        self.cosine, self.sine = angle.cos().contiguous(), angle.sin().contiguous()

    def matrices(self):
        return [*self.qkv, *self.out, *self.gate_up, *self.down]

    def vectors(self):
        return [self.embedding, self.final_norm, *self.norm_1, *self.norm_2]

    def loss(self, tokens, targets, weights, layout=None):
        """Weighted loss over the targets whose weight is not 0, and which of them were hit."""
        layout = layout or Layout.plain(*tokens.shape)
        weights = weights.view(-1)
        wanted = weights.nonzero().view(-1)
        h = F.embedding(tokens, self.embedding)
        for i, (n1, n2, qkv, out, gate_up, down) in enumerate(zip(self.norm_1, self.norm_2, self.qkv, self.out, self.gate_up,
                                                                  self.down)):
            a = Attention.apply(F.linear(Norm.apply(h, n1), qkv.to(ACT)), self.cosine, self.sine, self.heads, layout)
            if i + 1 == len(self.qkv):      # nobody reads what the last layer makes of the other tokens
                a, h = (x.flatten(0, 1).index_select(0, wanted) for x in (a, h))
            h = h + F.linear(a, out.to(ACT))
            h = h + F.linear(Gate.apply(F.linear(Norm.apply(h, n2), gate_up.to(ACT))), down.to(ACT))
        logits = F.linear(Norm.apply(h, self.final_norm), self.embedding.to(ACT))
        return CrossEntropy.apply(logits, targets.view(-1)[wanted], weights[wanted])

    @torch.no_grad()
    def step(self, tokens, position, mask, cache):
        """Float32 logits of tokens [B,T] at position [B,T]; mask [B,T,S]; cache: a list of (k, v), extended."""
        B, T = tokens.shape
        H, D = self.heads, self.head_size
        cosine, sine = self.cosine[position][:, :, None], self.sine[position][:, :, None]

        def norm(x, weight):
            return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * weight

        def rotate(x):
            a, b = x[..., 0::2], x[..., 1::2]
            return torch.stack([a * cosine - b * sine, a * sine + b * cosine], -1).flatten(-2)

        h = F.embedding(tokens, self.embedding)
        for i in range(len(self.qkv)):
            x = F.linear(norm(h, self.norm_1[i]), self.qkv[i]).view(B, T, H + 2, D)
            q, k, v = rotate(x[:, :, :H]), rotate(x[:, :, H:H + 1])[:, :, 0], x[:, :, H + 1]
            if cache[i] is not None:
                k, v = torch.cat([cache[i][0], k], 1), torch.cat([cache[i][1], v], 1)
            cache[i] = (k, v)
            scores = torch.einsum("bthd,bsd->bhts", q, k) * D ** -0.5
            p = scores.masked_fill(~mask[:, None], -1e9).softmax(-1)
            h = h + F.linear(torch.einsum("bhts,bsd->bthd", p, v).reshape(B, T, H * D), self.out[i])
            gate, up = F.linear(norm(h, self.norm_2[i]), self.gate_up[i]).chunk(2, -1)
            h = h + F.linear(F.silu(gate) * up, self.down[i])
        return F.linear(norm(h, self.final_norm), self.embedding)

    @torch.no_grad()
    def generate(self, prompts, stop, limit=300, batch=48):
        """Greedy continuations of token lists, each up to `stop` (left out) or `limit` tokens."""
        out = [None] * len(prompts)
        order = sorted(range(len(prompts)), key=lambda i: len(prompts[i]))
        for at in range(0, len(order), batch):
            ids = order[at:at + batch]
            for i, tokens in zip(ids, self._generate([prompts[i] for i in ids], stop, limit)):
                out[i] = tokens
        return out

    def _generate(self, prompts, stop, limit):
        longest, n = max(map(len, prompts)), len(prompts)
        pad = torch.tensor([longest - len(p) for p in prompts])
        tokens = torch.zeros(n, longest, dtype=torch.long)
        for row, prompt in enumerate(prompts):
            tokens[row, longest - len(prompt):] = torch.tensor(prompt)
        place = torch.arange(longest)[None]
        valid = place >= pad[:, None]
        mask = torch.ones(longest, longest).tril().bool()[None] & valid[:, None] | torch.eye(longest).bool()
        cache, out, open_rows = [None] * len(self.qkv), [[] for _ in prompts], set(range(n))
        logits = self.step(tokens, (place - pad[:, None]).clamp(min=0), mask, cache)[:, -1]
        for t in range(limit):
            best = logits.argmax(-1)
            for row in list(open_rows):
                if best[row] == stop:
                    open_rows.discard(row)
                else:
                    out[row].append(int(best[row]))
            if not open_rows:
                break
            valid = torch.cat([valid, torch.ones(n, 1, dtype=torch.bool)], 1)
            logits = self.step(best[:, None], (longest - pad + t)[:, None], valid[:, None], cache)[:, -1]
        return out
