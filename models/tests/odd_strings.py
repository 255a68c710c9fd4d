"""Strings that are hard on a tokenizer, the same ones on every machine, and a digest of what they became."""
import hashlib
import json
import random

ODD_STRINGS = 7000
KNOWN = ["", " ", "\n\n", "  two  spaces ", "don't we'll I'm they've", "naïve café Zürich", "你好，世界！", "🙂👍🏽", "a\tb\r\nc", "12345 3.14 -7",
         "x=1;y=[2,3]", "<think>\nhm\n</think>\n", "<|im_start|>user\nhi<|im_end|>\n", "<function=a>\n<parameter=b>\nc\n</parameter>", "ÄÖÜß",
         "https://a.b/c?d=e&f=g#h", "  \n \n x", "camelCase snake_case kebab-case", "Привет мир", "١٢٣ ½ ²", "e\u0301 combining", "\u00a0nbsp"]
ALPHABET = "abcXYZ 019.,!?'\"<>|{}[]()=_-/\\\n\té你好я🙂"


def odd_strings(count):
    rng = random.Random(7)
    return (KNOWN + ["".join(rng.choice(ALPHABET) for _ in range(rng.randint(1, 30))) for _ in range(count)])[:count]


def digest(lists_of_ids):
    return hashlib.sha256(json.dumps(lists_of_ids).encode()).hexdigest()
