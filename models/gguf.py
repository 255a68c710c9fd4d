"""Writes GGUF files (version 3): header, key-value pairs, tensor table, aligned data. Nothing is read here.

Types follow the format's own table; a Python str, bool, int, float or list of one of these becomes the
matching GGUF value (ints as u32, list items of ints as i32).
"""
import struct

import numpy as np

ALIGNMENT = 32
U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9
TENSOR_F32, TENSOR_F16, TENSOR_Q8_0 = 0, 1, 8
Q8_BLOCK = 32


def quantize_q8_0(x):
    """Blocks of 32 values along the last axis: a half-precision scale, then 32 signed bytes."""
    blocks = np.ascontiguousarray(x, dtype=np.float32).reshape(-1, Q8_BLOCK)
    scale = np.abs(blocks).max(axis=1, keepdims=True) / 127
    inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
    scaled = blocks * inverse
    whole = np.trunc(scaled + np.copysign(0.5, scaled)).astype(np.int8)
    return np.concatenate([scale.astype(np.float16).view(np.uint8), whole.view(np.uint8)], axis=1).tobytes()


def _string(text):
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    return struct.pack("<Q", len(data)) + data


def _value(value):
    if isinstance(value, bool):
        return BOOL, struct.pack("<?", value)
    if isinstance(value, int):
        return U32, struct.pack("<I", value)
    if isinstance(value, float):
        return F32, struct.pack("<f", value)
    if isinstance(value, str):
        return STRING, _string(value)
    if isinstance(value[0], int):
        return ARRAY, struct.pack("<IQ", I32, len(value)) + struct.pack(f"<{len(value)}i", *value)
    return ARRAY, struct.pack("<IQ", STRING, len(value)) + b"".join(_string(v) for v in value)


def _pad(size):
    return -size % ALIGNMENT


class Writer:
    def __init__(self):
        self.pairs = []
        self.tensors = []

    def add(self, key, value):
        kind, data = _value(value)
        self.pairs.append(_string(key) + struct.pack("<I", kind) + data)

    def add_tensor(self, name, x, kind):
        """x: a float array; its last axis is GGUF's first. One-dimensional tensors are stored as f32."""
        kind = TENSOR_F32 if x.ndim == 1 else kind
        data = {TENSOR_F32: lambda: x.astype(np.float32).tobytes(),
                TENSOR_F16: lambda: x.astype(np.float16).tobytes(),
                TENSOR_Q8_0: lambda: quantize_q8_0(x)}[kind]()
        self.tensors.append((name, x.shape[::-1], kind, data))

    def write(self, path):
        out = b"GGUF" + struct.pack("<IQQ", 3, len(self.tensors), len(self.pairs)) + b"".join(self.pairs)
        offset = 0
        for name, shape, kind, data in self.tensors:
            out += _string(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, kind, offset)
            offset += len(data) + _pad(len(data))
        out += b"\0" * _pad(len(out))
        with open(path, "wb") as file:
            file.write(out)
            for _, _, _, data in self.tensors:
                file.write(data + b"\0" * _pad(len(data)))
        return offset + len(out)
