"""The GGUF writer: header, values, alignment, and q8_0 blocks that give the numbers back."""
import os
import struct
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
try:
    import numpy as np
    import gguf
except ImportError:
    np = None

SHIPPED = os.path.join(os.path.dirname(HERE), "trilogue-mini.gguf")


class ShippedTest(unittest.TestCase):
    def test_the_shipped_file_is_small_and_holds_the_template(self):
        with open(SHIPPED, "rb") as file:
            data = file.read()
        self.assertLess(len(data), 12e6)
        with open(os.path.join(os.path.dirname(HERE), "chat.jinja"), "rb") as template:
            self.assertTrue(template.read() in data, "the template of the file is an older one")


@unittest.skipIf(np is None, "needs NumPy")
class WriterTest(unittest.TestCase):
    def test_q8_0_gives_the_numbers_back(self):
        x = np.random.default_rng(1).normal(size=(4, 64)).astype(np.float32)
        blocks = np.frombuffer(gguf.quantize_q8_0(x), dtype=np.uint8).reshape(-1, 34)
        scale = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        back = (blocks[:, 2:].copy().view(np.int8) * scale).reshape(x.shape)
        self.assertLess(np.abs(back - x).max(), np.abs(x).max() / 127)

    def test_a_row_of_zeros_stays_zero(self):
        self.assertEqual(gguf.quantize_q8_0(np.zeros((1, 32))), bytes(34))

    def test_what_was_written_is_read_back(self):
        x = np.random.default_rng(2).normal(size=(3, 64)).astype(np.float32)
        pairs = {"a.text": "ünï", "a.number": 7, "a.flag": True, "a.ratio": 0.5, "a.words": ["x", "yz"], "a.numbers": [1, -2]}
        writer = gguf.Writer()
        for key, value in pairs.items():
            writer.add(key, value)
        for name, kind in (("f32", gguf.TENSOR_F32), ("f16", gguf.TENSOR_F16), ("q8_0", gguf.TENSOR_Q8_0)):
            writer.add_tensor(name, x, kind)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.gguf")
            writer.write(path)
            reader = gguf.Reader(path)
        self.assertEqual(reader.pairs, pairs)
        self.assertEqual(list(reader.tensors), ["f32", "f16", "q8_0"])
        np.testing.assert_array_equal(reader.tensors["f32"], x)
        np.testing.assert_allclose(reader.tensors["f16"], x, rtol=1e-3)
        np.testing.assert_allclose(reader.tensors["q8_0"], x, atol=np.abs(x).max() / 127)

    def test_weights_of_the_shipped_file_quantize_to_the_same_bytes(self):
        reader = gguf.Reader(SHIPPED)
        self.assertEqual(reader.pairs["general.architecture"], "llama")
        with open(SHIPPED, "rb") as file:
            data = file.read()
        for name in ("token_embd.weight", "blk.0.attn_q.weight", "blk.5.ffn_down.weight"):
            self.assertTrue(gguf.quantize_q8_0(reader.tensors[name]) in data, name)

    def test_other_files_are_refused(self):
        with tempfile.NamedTemporaryFile(suffix=".gguf") as file:
            file.write(b"GGUF" + struct.pack("<IQQ", 2, 0, 0))
            file.flush()
            self.assertRaisesRegex(ValueError, "version 3", gguf.Reader, file.name)

    def test_header_counts_and_data_offset_are_aligned(self):
        writer = gguf.Writer()
        writer.add("general.architecture", "llama")
        writer.add("a.list", ["x", "yz"])
        writer.add_tensor("w.weight", np.ones((2, 32)), gguf.TENSOR_F16)
        writer.add_tensor("n.weight", np.full(5, 2.0), gguf.TENSOR_Q8_0)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.gguf")
            size = writer.write(path)
            with open(path, "rb") as file:
                data = file.read()
        self.assertEqual(struct.unpack("<4sIQQ", data[:24]), (b"GGUF", 3, 2, 2))
        self.assertEqual(len(data), size)
        self.assertEqual(size % gguf.ALIGNMENT, 0)
        self.assertEqual(struct.unpack("<5f", data[-32:-12]), (2.0,) * 5)  # one-dimensional: f32, then padding


if __name__ == "__main__":
    unittest.main()
