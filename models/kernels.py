"""Builds kernels.c once and wraps each kernel as a PyTorch function with its gradient.

Activations are bfloat16 and contiguous, norms and the residual stream are float32. CPU only.
"""
import ctypes
import os
import subprocess
from dataclasses import dataclass

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
BF16 = torch.bfloat16


def _library():
    source, built = os.path.join(HERE, "kernels.c"), os.path.join(HERE, "work", "kernels.so")
    os.makedirs(os.path.dirname(built), exist_ok=True)
    if not os.path.exists(built) or os.path.getmtime(built) < os.path.getmtime(source):
        subprocess.run(["gcc", "-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC", "-o",
                        built, source, "-lm"], check=True)
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
        y, inverse = torch.empty(x.shape, dtype=BF16), torch.empty(n)
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
        y = torch.empty(*x.shape[:-1], m, dtype=BF16)
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
class Layout:
    """Of each token of a batch, [B, T] int32: its position for the rotary embedding, and the earlier tokens that it
    does not see, `hidden_from` up to before `hidden_to` (the same number twice: it sees all)."""
    position: torch.Tensor
    hidden_from: torch.Tensor
    hidden_to: torch.Tensor

    @staticmethod
    def plain(B, T):
        none = torch.zeros(B, T, dtype=torch.int32)
        return Layout(torch.arange(T, dtype=torch.int32).repeat(B, 1), none, none)


class Attention(torch.autograd.Function):
    """Causal attention of `heads` query heads over one key and value head."""
    @staticmethod
    def forward(ctx, qkv, cosine, sine, heads, layout):
        B, T, width = qkv.shape
        D = width // (heads + 2)
        q, k, v = torch.empty(B, heads * T, D, dtype=BF16), torch.empty(B, T, D, dtype=BF16), \
            torch.empty(B, T, D, dtype=BF16)
        _C.split_heads(_at(qkv), _at(q), _at(k), _at(v), _at(cosine), _at(sine), _at(layout.position), _long(B), _long(T),
                       _long(heads), _long(D), _int(1))
        p = torch.bmm(q, k.transpose(1, 2))
        _C.softmax_forward(_at(p), _at(layout.hidden_from), _at(layout.hidden_to), _long(B), _long(heads), _long(T), _float(D ** -0.5))
        ctx.save_for_backward(q, k, v, p, cosine, sine)
        ctx.heads, ctx.layout = heads, layout
        return torch.bmm(p, v).view(B, heads, T, D).transpose(1, 2).reshape(B, T, heads * D)

    @staticmethod
    def backward(ctx, grad):
        q, k, v, p, cosine, sine = ctx.saved_tensors
        (B, T, D), H = k.shape, ctx.heads
        grad = grad.view(B, T, H, D).transpose(1, 2).reshape(B, H * T, D)
        gv = torch.bmm(p.transpose(1, 2), grad)
        gp = torch.bmm(grad, v.transpose(1, 2))
        _C.softmax_backward(_at(p), _at(gp), _long(B * H), _long(T), _float(D ** -0.5))  # what is hidden has probability 0
        gq, gk = torch.bmm(gp, k), torch.bmm(gp.transpose(1, 2), q)
        out = torch.empty(B, T, (H + 2) * D, dtype=BF16)
        _C.split_heads(_at(out), _at(gq), _at(gk.contiguous()), _at(gv.contiguous()), _at(cosine), _at(sine),
                       _at(ctx.layout.position), _long(B), _long(T), _long(H), _long(D), _int(0))
        return out, None, None, None, None


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
