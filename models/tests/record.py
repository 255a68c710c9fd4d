"""Records what llama.cpp says, for tests that run without it: record.py PROBE [CHECKPOINT]

Writes tests/fixtures/: token ids of strings, prompts rendered by chat.jinja. With a checkpoint it also compares
greedy outputs of an f16 export with PyTorch's and prints how many are equal.
"""
import json
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.dirname(HERE)
sys.path[:0] = [MODELS, HERE]

import generator  # noqa: E402
from evaluate import Probe  # noqa: E402
from tokenizer import Tokenizer  # noqa: E402
from wire import request_of  # noqa: E402

ODD = ["", " ", "\n\n", "  two  spaces ", "don't we'll I'm they've", "naïve café Zürich", "你好，世界！", "🙂👍🏽", "a\tb\r\nc", "12345 3.14 -7",
       "x=1;y=[2,3]", "<think>\nhm\n</think>\n", "<|im_start|>user\nhi<|im_end|>\n", "<function=a>\n<parameter=b>\nc\n</parameter>", "ÄÖÜß",
       "https://a.b/c?d=e&f=g#h", "  \n \n x", "camelCase snake_case kebab-case", "Привет мир", "١٢٣ ½ ²", "e\u0301 combining", "\u00a0nbsp"]


def odd_string(rng):
    alphabet = "abcXYZ 019.,!?'\"<>|{}[]()=_-/\\\n\té你好я🙂"
    return "".join(rng.choice(alphabet) for _ in range(rng.randint(1, 30)))


def strings(count):
    rng, source = random.Random(7), generator.stream(77)
    texts = list(ODD) + [odd_string(rng) for _ in range(count // 2)]
    while len(texts) < count:
        texts.append(generator.text_of(next(source))[:400])
    return texts


def write(name, data):
    os.makedirs(os.path.join(HERE, "fixtures"), exist_ok=True)
    with open(os.path.join(HERE, "fixtures", name), "w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False)
        file.write("\n")


def record_tokens(probe):
    texts = strings(10000)
    theirs = probe.ask("tokens", texts)
    tokenizer = Tokenizer.load()
    different = [t for t, ids in zip(texts, theirs) if tokenizer.encode(t) != ids]
    print(f"tokenizer: {len(texts) - len(different)} of {len(texts)} strings as llama.cpp", different[:3])
    write("tokens.json", [[t, ids] for t, ids in zip(texts[:150] + texts[-50:], theirs[:150] + theirs[-50:])])


def record_prompts(probe):
    source = generator.stream(78)
    cases = [next(source) for _ in range(300)]
    prompts = [r["prompt"] for r in probe.ask("template", [request_of(c) for c in cases])]
    ours = ["".join(text for text, _ in generator.segments(c)[:-1]) for c in cases]
    print(f"template: {sum(a == b for a, b in zip(prompts, ours))} of {len(cases)} prompts as llama.cpp")
    write("prompts.json", [{"seed": 78, "index": i, "prompt": prompts[i]} for i in range(25)])


def compare_outputs(program, checkpoint):
    import torch
    from network import Network
    saved, tokenizer, source = torch.load(checkpoint), Tokenizer.load(), generator.stream(79, held_out=True)
    network = Network(len(tokenizer.vocabulary))
    network.load_state_dict(saved["weights"])
    prompts = ["".join(text for text, _ in generator.segments(next(source))[:-1]) for _ in range(60)]
    ours = network.generate([tokenizer.encode(p) for p in prompts], tokenizer.end_of_turn, limit=200)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f16.gguf")
        subprocess.run([sys.executable, os.path.join(MODELS, "export.py"), checkpoint, path, "f16"], check=True)
        theirs = [r["text"] for r in Probe(program, path).ask("complete", [{"prompt": p, "limit": 200} for p in prompts])]
    equal = sum(tokenizer.decode(a) == b for a, b in zip(ours, theirs))
    print(f"greedy: {equal} of {len(prompts)} outputs as PyTorch (f16)")


def main():
    probe = Probe(sys.argv[1], os.path.join(MODELS, "trilogue-mini.gguf"))
    record_tokens(probe)
    record_prompts(probe)
    if len(sys.argv) > 2:
        compare_outputs(sys.argv[1], sys.argv[2])


if __name__ == "__main__":
    main()
