"""Turns a checkpoint into a GGUF file: `export.py CHECKPOINT OUT.gguf [q8_0|f16|f32]`, and a GGUF file back into weights."""
import os
import sys

import numpy as np
import torch

import gguf
from tokenizer import CONTROL, MARKERS, Tokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
NORMAL, CONTROL_TYPE, USER_DEFINED = 1, 3, 4
KINDS = {"f32": (gguf.TENSOR_F32, 0), "f16": (gguf.TENSOR_F16, 1), "q8_0": (gguf.TENSOR_Q8_0, 7)}
CONTEXT = 32768


def token_type(token):
    if token in CONTROL or token.startswith("<|reserved_"):
        return CONTROL_TYPE
    return USER_DEFINED if token in MARKERS else NORMAL


def add_metadata(writer, shape, tokenizer, file_type):
    head = shape["width"] // shape["heads"]
    pairs = {
        "general.architecture": "llama", "general.name": "Trilogue mini", "general.file_type": file_type,
        "general.description": "The small demonstration model bundled with Trilogue",
        "llama.context_length": CONTEXT, "llama.embedding_length": shape["width"],
        "llama.block_count": shape["layers"], "llama.feed_forward_length": shape["hidden"],
        "llama.attention.head_count": shape["heads"], "llama.attention.head_count_kv": 1,
        "llama.attention.key_length": head, "llama.attention.value_length": head,
        "llama.attention.layer_norm_rms_epsilon": 1e-5, "llama.rope.freq_base": shape["base"],
        "llama.rope.dimension_count": head, "llama.vocab_size": shape["vocabulary"],
        "tokenizer.ggml.model": "gpt2", "tokenizer.ggml.pre": "smollm",
        "tokenizer.ggml.tokens": tokenizer.vocabulary,
        "tokenizer.ggml.token_type": [token_type(t) for t in tokenizer.vocabulary],
        "tokenizer.ggml.merges": [" ".join(m) for m in tokenizer.merges],
        "tokenizer.ggml.bos_token_id": tokenizer.special["<|endoftext|>"],
        "tokenizer.ggml.padding_token_id": tokenizer.special["<|endoftext|>"],
        "tokenizer.ggml.eos_token_id": tokenizer.end_of_turn, "tokenizer.ggml.eot_token_id": tokenizer.end_of_turn,
        "tokenizer.ggml.add_bos_token": False, "tokenizer.ggml.add_eos_token": False,
    }
    for key, value in pairs.items():
        writer.add(key, value)
    with open(os.path.join(HERE, "chat.jinja"), encoding="utf-8") as template:
        writer.add("tokenizer.chat_template", template.read())


def add_tensors(writer, shape, weights, kind):
    head = shape["width"] // shape["heads"]
    keys = shape["heads"] * head
    writer.add_tensor("token_embd.weight", weights["embedding"], kind)  # tied: no output.weight
    writer.add_tensor("output_norm.weight", weights["final_norm"], kind)
    for i in range(shape["layers"]):
        q, k, v = np.split(weights[f"qkv.{i}"], [keys, keys + head])
        gate, up = np.split(weights[f"gate_up.{i}"], 2)
        layer = {"attn_norm": weights[f"norm_1.{i}"], "attn_q": q, "attn_k": k, "attn_v": v,
                 "attn_output": weights[f"out.{i}"], "ffn_norm": weights[f"norm_2.{i}"],
                 "ffn_gate": gate, "ffn_up": up, "ffn_down": weights[f"down.{i}"]}
        for name, x in layer.items():
            writer.add_tensor(f"blk.{i}.{name}.weight", x, kind)


def weights_of(path):
    """The network's weights from a file that this program wrote, as PyTorch tensors: training goes on from there."""
    tensors = gguf.Reader(path).tensors
    weights = {"embedding": tensors["token_embd.weight"], "final_norm": tensors["output_norm.weight"]}
    for i in range(sum(name.endswith(".attn_norm.weight") for name in tensors)):
        def layer(*names):
            return np.concatenate([tensors[f"blk.{i}.{name}.weight"] for name in names])
        weights.update({f"qkv.{i}": layer("attn_q", "attn_k", "attn_v"), f"out.{i}": layer("attn_output"),
                        f"norm_1.{i}": layer("attn_norm"), f"norm_2.{i}": layer("ffn_norm"),
                        f"gate_up.{i}": layer("ffn_gate", "ffn_up"), f"down.{i}": layer("ffn_down")})
    return {name: torch.from_numpy(x.copy()) for name, x in weights.items()}


def main():
    source, target = sys.argv[1:3]
    kind, file_type = KINDS[sys.argv[3] if len(sys.argv) > 3 else "q8_0"]
    checkpoint = torch.load(source, map_location="cpu")
    weights = {name: x.float().numpy() for name, x in checkpoint["weights"].items()}
    writer = gguf.Writer()
    add_metadata(writer, checkpoint["shape"], Tokenizer.load(), file_type)
    add_tensors(writer, checkpoint["shape"], weights, kind)
    size = writer.write(target)
    print(f"{target}: {size / 1e6:.2f} MB, {checkpoint['seen'] / 1e6:.1f} M tokens seen")


if __name__ == "__main__":
    main()
