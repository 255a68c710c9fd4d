"""Writes GGUF files (version 3): header, key-value pairs, tensor table, aligned data; reads back what it wrote.

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


def dequantized_q8_0(data, shape):
    """The numbers of q8_0 blocks, as float32 of that shape."""
    blocks = np.frombuffer(data, dtype=np.uint8).reshape(-1, Q8_BLOCK + 2)
    scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    return (blocks[:, 2:].copy().view(np.int8) * scale).reshape(shape)


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


class Reader:
    """The key-value pairs (`pairs`) and float32 tensors (`tensors`) of a file that Writer wrote."""
    def __init__(self, path):
        with open(path, "rb") as file:
            self._data = file.read()
        magic, version, tensors, pairs = self._take("<4sIQQ")
        if magic != b"GGUF" or version != 3:
            raise ValueError(f"{path} is not a GGUF file of version 3")
        self.pairs = dict((self._text(), self._value(*self._take("<I"))) for _ in range(pairs))
        table = [self._entry() for _ in range(tensors)]
        start = self._at + _pad(self._at)
        self.tensors = {name: self._tensor(start + offset, shape, kind) for name, shape, kind, offset in table}

    _at = 0

    def _take(self, form):
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found

    def _text(self):
        size, = self._take("<Q")
        self._at += size
        return self._data[self._at - size:self._at].decode("utf-8")

    def _value(self, kind):
        if kind == STRING:
            return self._text()
        if kind == ARRAY:
            kind, count = self._take("<IQ")
            return [self._value(kind) for _ in range(count)]
        return self._take({U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}[kind])[0]

    def _entry(self):
        name = self._text()
        dimensions, = self._take("<I")
        shape = self._take(f"<{dimensions}Q")[::-1]
        return name, shape, *self._take("<IQ")

    def _tensor(self, at, shape, kind):
        count = int(np.prod(shape))
        if kind == TENSOR_Q8_0:
            return dequantized_q8_0(self._data[at:at + count // Q8_BLOCK * (Q8_BLOCK + 2)], shape)
        number = {TENSOR_F32: np.float32, TENSOR_F16: np.float16}[kind]
        return np.frombuffer(self._data, number, count, at).reshape(shape).astype(np.float32)
