"""Builds kernels.c once and wraps each kernel as a PyTorch function with its gradient.

Activations are contiguous and of type ACT; norms and the residual stream are float32. CPU only.
"""
import ctypes
import os
import subprocess
from dataclasses import dataclass

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
PIECE = 192        # tokens


def _multiplies_bfloat16():
    """Whether this processor does; on others PyTorch's bfloat16 products are some 40 times slower than float32's."""
    try:
        with open("/proc/cpuinfo", encoding="ascii") as file:
            flags = set(file.read().split())
    except OSError:
        return False
    return bool(flags & {"amx_bf16", "avx512_bf16"})


ACT = torch.bfloat16 if _multiplies_bfloat16() else torch.float32


def _library():
    source, built = os.path.join(HERE, "kernels.c"), os.path.join(HERE, "work", f"kernels-{ACT}.so")
    os.makedirs(os.path.dirname(built), exist_ok=True)
    if not os.path.exists(built) or os.path.getmtime(built) < os.path.getmtime(source):
        subprocess.run(["gcc", "-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC", "-o",
                        built, source, "-lm"] + ["-DACT_IS_FLOAT"] * (ACT == torch.float32), check=True)
    return ctypes.CDLL(built)


_C = _library()
_long, _float, _int = ctypes.c_long, ctypes.c_float, ctypes.c_int


def _at(tensor):
    assert tensor.is_contiguous()
    return ctypes.c_void_p(tensor.data_ptr())


class Norm(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight):
        d = x.shape[-1]
        n = x.numel() // d
        y, inverse = torch.empty(x.shape, dtype=ACT), torch.empty(n)
        _C.norm_forward(_at(x), _at(weight), _at(y), _at(inverse), _long(n), _long(d), _float(1e-5))
        ctx.save_for_backward(x, weight, inverse)
        return y

    @staticmethod
    def backward(ctx, grad):
        x, weight, inverse = ctx.saved_tensors
        d = x.shape[-1]
        gx, gw = torch.empty_like(x), torch.zeros(2, d)
        _C.norm_backward(_at(x), _at(weight), _at(inverse), _at(grad.contiguous()), _at(gx), _at(gw),
                         _long(x.numel() // d), _long(d))
        return gx, gw.sum(0)


class Gate(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        m = x.shape[-1] // 2
        y = torch.empty(*x.shape[:-1], m, dtype=ACT)
        _C.gate_forward(_at(x), _at(y), _long(y.numel() // m), _long(m))
        ctx.save_for_backward(x)
        return y

    @staticmethod
    def backward(ctx, grad):
        x, = ctx.saved_tensors
        m = x.shape[-1] // 2
        gx = torch.empty_like(x)
        _C.gate_backward(_at(x), _at(grad.contiguous()), _at(gx), _long(x.numel() // (2 * m)), _long(m))
        return gx


@dataclass
class Piece:
    """Tokens `start` to before `end` of some rows (a slice) of a batch. They see those before `shared`, and from `begin`
    on those up to themselves."""
    rows: slice
    shared: int
    begin: int
    start: int
    end: int


@dataclass
class Layout:
    """Of each token of a batch its position for the rotary embedding, [B, T] int32; and what it sees, as the pieces that
    attention computes one by one. A token in no piece is padding."""
    position: torch.Tensor
    pieces: list

    @staticmethod
    def plain(B, T):
        return Layout(torch.arange(T, dtype=torch.int32).repeat(B, 1), pieces(slice(0, B), 0, 0, T))


def pieces(rows, shared, begin, end):
    """Cut small: what a whole piece computes and its first tokens do not see is lost."""
    return [Piece(rows, shared, begin, start, min(start + PIECE, end)) for start in range(begin, end, PIECE)]


class Attention(torch.autograd.Function):
    """Attention of `heads` query heads over one key and value head."""
    @staticmethod
    def forward(ctx, qkv, cosine, sine, heads, layout):
        B, T, width = qkv.shape
        D = width // (heads + 2)
        q, k, v = (torch.empty(B, T, n, dtype=ACT) for n in (heads * D, D, D))
        _C.split_heads(_at(qkv), _at(q), _at(k), _at(v), _at(cosine), _at(sine), _at(layout.position), _long(B), _long(T),
                       _long(heads), _long(D), _int(1))
        out, shares = torch.zeros(B, T, heads * D, dtype=ACT), []
        for piece in layout.pieces:
            p = torch.bmm(_own(q, piece, D), _seen(k, piece).transpose(1, 2))
            _C.softmax_forward(_at(p), _long(p.shape[0]), _long(piece.end - piece.start), _long(heads), _long(p.shape[2]), _float(D ** -0.5))
            _own(out, piece)[:] = torch.bmm(p, _seen(v, piece)).view(p.shape[0], -1, heads * D)
            shares.append(p)
        ctx.save_for_backward(q, k, v, cosine, sine, *shares)
        ctx.heads, ctx.layout = heads, layout
        return out

    @staticmethod
    def backward(ctx, grad):
        q, k, v, cosine, sine, *shares = ctx.saved_tensors
        (B, T, D), H, layout = k.shape, ctx.heads, ctx.layout
        gq, gk, gv = torch.zeros_like(q), torch.zeros(k.shape), torch.zeros(v.shape)  # many pieces add to a key: in float32
        for piece, p in zip(layout.pieces, shares):
            g = _own(grad, piece, D)
            _add(gv, piece, torch.bmm(p.transpose(1, 2), g))
            gp = torch.bmm(g, _seen(v, piece).transpose(1, 2))
            _C.softmax_backward(_at(p), _at(gp), _long(p.shape[0] * p.shape[1]), _long(p.shape[2]), _float(D ** -0.5))
            _own(gq, piece)[:] = torch.bmm(gp, _seen(k, piece)).view(p.shape[0], -1, H * D)
            _add(gk, piece, torch.bmm(gp.transpose(1, 2), _own(q, piece, D)))
        gk, gv, out = gk.to(ACT), gv.to(ACT), torch.empty(B, T, (H + 2) * D, dtype=ACT)
        _C.split_heads(_at(out), _at(gq), _at(gk), _at(gv), _at(cosine), _at(sine),
                       _at(layout.position), _long(B), _long(T), _long(H), _long(D), _int(0))
        return out, None, None, None, None


def _own(x, piece, head=None):
    """The piece's tokens; with `head` one row for each head of a token."""
    own = x[piece.rows, piece.start:piece.end]
    return own.reshape(own.shape[0], -1, head) if head else own


def _seen(x, piece):
    """The tokens that the piece sees, in their order."""
    rows = x[piece.rows]
    own = rows[:, piece.begin:piece.end]
    return torch.cat([rows[:, :piece.shared], own], 1) if piece.shared else own


def _add(sums, piece, gradient):
    rows = sums[piece.rows]
    rows[:, :piece.shared] += gradient[:, :piece.shared]
    rows[:, piece.begin:piece.end] += gradient[:, piece.shared:]


class CrossEntropy(torch.autograd.Function):
    """Weighted sum of losses, and which targets came first. Call backward on the sum itself, nothing scaled."""
    @staticmethod
    def forward(ctx, logits, target, weight):
        n, V = logits.shape
        loss, hit = torch.empty(n), torch.empty(n, dtype=torch.uint8)
        _C.cross_entropy(_at(logits), _at(target), _at(weight), _at(loss), _at(hit), _long(n), _long(V))
        ctx.gradient = logits
        ctx.mark_non_differentiable(hit)
        return (loss * weight).sum(), hit

    @staticmethod
    def backward(ctx, grad, _):
        return ctx.gradient, None, None
