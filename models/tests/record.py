"""Records what llama.cpp says, for tests that run without it: record.py PROBE [CHECKPOINT]

Writes tests/fixtures/: token ids of strings, prompts rendered by chat.jinja. With a checkpoint it also compares
greedy outputs of an f16 export with PyTorch's, prints how many are equal, and writes PyTorch's.
"""
import itertools
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MODELS = os.path.dirname(HERE)
sys.path[:0] = [MODELS, HERE]

import generator  # noqa: E402
from probe import Probe  # noqa: E402
from tokenizer import Tokenizer  # noqa: E402
from odd_strings import ODD_STRINGS, digest, odd_strings  # noqa: E402
from wire import rendering_of, request_of  # noqa: E402

def strings():
    """10,000: odd ones, which a seed gives again, and then conversations of the generator as it is now."""
    source = generator.stream(77)
    return odd_strings(ODD_STRINGS) + [generator.text_of(next(source))[:400] for _ in range(10000 - ODD_STRINGS)]


def write(name, data):
    os.makedirs(os.path.join(HERE, "fixtures"), exist_ok=True)
    with open(os.path.join(HERE, "fixtures", name), "w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False)
        file.write("\n")


def record_tokens(probe):
    texts = strings()
    theirs = probe.ask("tokens", texts)
    tokenizer = Tokenizer.load()
    different = [t for t, ids in zip(texts, theirs) if tokenizer.encode(t) != ids]
    print(f"tokenizer: {len(texts) - len(different)} of {len(texts)} strings as llama.cpp", different[:3])
    samples = list(zip(texts[:60] + texts[-60:], theirs[:60] + theirs[-60:]))
    write("tokens.json", {"samples": samples, "digest": digest(theirs[:ODD_STRINGS])})


def record_prompts(probe):
    source = generator.stream(78)
    cases = [next(source) for _ in range(300)]
    prompts = [r["prompt"] for r in probe.ask("template", [rendering_of(c) for c in cases])]
    ours = ["".join(text for text, _ in generator.segments(c)[:-1]) for c in cases]
    print(f"template: {sum(a == b for a, b in zip(prompts, ours))} of {len(cases)} prompts as llama.cpp")
    write("prompts.json", [{"seed": 78, "index": i, "prompt": prompts[i]} for i in range(25)])


def plain_cases(count):
    """Conversations whose answer is text, so that a client sees all that was generated."""
    source = generator.stream(79, held_out=True, effort="medium")
    cases = (next(source) for _ in range(100 * count))
    return list(itertools.islice((c for c in cases if not c.turns[-1].calls and not c.tools and c.skill != "extraction"), count))


def compare_outputs(program, checkpoint):
    import torch
    from network import Network
    saved, tokenizer, cases = torch.load(checkpoint), Tokenizer.load(), plain_cases(60)
    network = Network(len(tokenizer.vocabulary))
    network.load_state_dict(saved["weights"])
    prompts = ["".join(text for text, _ in generator.segments(c)[:-1]) for c in cases]
    ours = [tokenizer.decode(t) for t in network.generate([tokenizer.encode(p) for p in prompts], tokenizer.end_of_turn, limit=200)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "f16.gguf")
        subprocess.run([sys.executable, os.path.join(MODELS, "export.py"), checkpoint, path, "f16"], check=True)
        theirs = [r["text"] for r in Probe(program, path).ask("complete", [{"prompt": p, "limit": 200} for p in prompts])]
    print(f"greedy: {sum(a == b for a, b in zip(ours, theirs))} of {len(prompts)} outputs as PyTorch (f16)")
    records = [{"request": request_of(c), "thought": out.partition("\n</think>\n")[0], "answer": out.partition("\n</think>\n")[2]}
               for c, out in zip(cases, ours)]
    write("outputs.json", [r for r in records if r["answer"]])


def main():
    probe = Probe(sys.argv[1], os.path.join(MODELS, "trilogue-mini.gguf"))
    record_tokens(probe)
    record_prompts(probe)
    if len(sys.argv) > 2:
        compare_outputs(sys.argv[1], sys.argv[2])


if __name__ == "__main__":
    main()
