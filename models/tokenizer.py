"""Byte-level BPE tokenizer of the bundled model: training, encoding, decoding.

The rules are those of llama.cpp's `smollm` pre-tokenizer (GPT-2's, after every digit has been cut off on its
own), so the GGUF needs no code of ours at run time. Two choices serve copying, which is most of what a model
this small does: merges are learned on words without their leading space, and only the most common template
words get a second token with it, so a name has the same tokens wherever it stands.
"""
import collections
import json
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DEFAULT_FILE = os.path.join(HERE, "tokenizer.json")

# CONTROL tokens are never printed; the others are text that llama.cpp keeps whole (USER_DEFINED).
CONTROL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MARKERS = ["<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>",
           "<tools>", "</tools>", "<function=", "</function>", "<parameter=", "</parameter>"]
SPECIAL = CONTROL + MARKERS

_WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")
_SPECIALS = re.compile("(" + "|".join(re.escape(s) for s in SPECIAL) + ")")
_DIGIT = re.compile(r"(\d)")


def _byte_alphabet():
    """GPT-2's table from bytes to printable characters."""
    keep = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    table, extra = {b: chr(b) for b in keep}, 0
    for byte in range(256):
        if byte not in table:
            table[byte] = chr(256 + extra)
            extra += 1
    return table


BYTE_TO_CHAR = _byte_alphabet()
CHAR_TO_BYTE = {c: b for b, c in BYTE_TO_CHAR.items()}


def to_chars(text):
    return "".join(BYTE_TO_CHAR[b] for b in text.encode("utf-8"))


def pieces(text):
    """Cuts plain text into the pieces inside which BPE may merge."""
    for part in _DIGIT.split(text):
        if len(part) == 1 and part.isdigit():
            yield part
        elif part:
            yield from _WORDS.findall(part)


class Tokenizer:
    def __init__(self, vocabulary, merges):
        self.vocabulary = vocabulary
        self.merges = merges
        self.ids = {token: i for i, token in enumerate(vocabulary)}
        self.special = {s: self.ids[s] for s in SPECIAL}
        self.end_of_turn = self.special["<|im_end|>"]
        self._rank = {tuple(m): i for i, m in enumerate(merges)}
        self._cache = {}
        self.halves = {self.ids[a + b]: (self.ids[a], self.ids[b]) for a, b in merges}   # of a merged token

    @classmethod
    def load(cls, path=DEFAULT_FILE):
        with open(path, encoding="utf-8") as file:
            data = json.load(file)
        return cls(data["vocabulary"], [m.split(" ") for m in data["merges"]])

    def save(self, path=DEFAULT_FILE):
        data = {"vocabulary": self.vocabulary, "merges": [" ".join(m) for m in self.merges]}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(data, file, ensure_ascii=False, indent=0)
            file.write("\n")

    def encode(self, text, spell=None):
        """`spell`: gives the tokens of a piece instead of `spelled`."""
        out = []
        for part in _SPECIALS.split(text):
            if part in self.special:
                out.append(self.special[part])
            else:
                out += self.encode_plain(part, spell)
        return out

    def encode_plain(self, text, spell=None):
        """Tokens of text whose markers, if any, are only text."""
        spell = spell or self.spelled
        return [token for piece in pieces(text) for token in spell(piece)]

    def spelled(self, piece):
        """The tokens of one of the `pieces` of a text."""
        ids = self._cache.get(piece)
        if ids is None:
            ids = self._merge(piece)
            if len(self._cache) < 400000:
                self._cache[piece] = ids
        return ids

    def decode(self, ids):
        data = b""
        for i in ids:
            token = self.vocabulary[i]
            data += token.encode() if token in self.special else bytes(CHAR_TO_BYTE[c] for c in token)
        return data.decode("utf-8", "replace")

    def _merge(self, piece):
        parts = list(to_chars(piece))
        never = len(self._rank)
        while len(parts) > 1:
            rank, at = min((self._rank.get(pair, never), i) for i, pair in enumerate(zip(parts, parts[1:])))
            if rank == never:
                break
            parts[at:at + 2] = [parts[at] + parts[at + 1]]
        return [self.ids[p] for p in parts]


def count_words(texts):
    """Counts pieces without their leading space, and, apart, the words that had one."""
    bare, spaced = collections.Counter(), collections.Counter()
    for text in texts:
        for part in _SPECIALS.split(text):
            if part in SPECIAL:
                continue
            for piece in pieces(part):
                if len(piece) > 1 and piece[0] == " " and piece[1].isalpha():
                    piece = piece[1:]
                    spaced[piece] += 1
                bare[piece] += 1
    return bare, spaced


def learn_merges(counts, how_many):
    """Plain BPE; a word counts at most 4,000 times, so template words do not take everything."""
    words = [(list(to_chars(w)), min(n, 4000)) for w, n in counts.items() if len(w) > 1]
    pairs, where = collections.Counter(), collections.defaultdict(set)
    for i, (parts, n) in enumerate(words):
        for pair in zip(parts, parts[1:]):
            pairs[pair] += n
            where[pair].add(i)
    merges = []
    while len(merges) < how_many and pairs:
        (a, b), count = max(pairs.items(), key=lambda item: (item[1], item[0]))
        if count < 2:
            break
        merges.append([a, b])
        for i in where.pop((a, b)):
            parts, n = words[i]
            for pair in zip(parts, parts[1:]):
                pairs[pair] -= n
            parts = _join(parts, a, b)
            words[i] = (parts, n)
            for pair in zip(parts, parts[1:]):
                pairs[pair] += n
                where[pair].add(i)
        pairs.pop((a, b), None)
    return merges


def _join(parts, a, b):
    out, i = [], 0
    while i < len(parts):
        if i + 1 < len(parts) and parts[i] == a and parts[i + 1] == b:
            out.append(a + b)
            i += 2
        else:
            out.append(parts[i])
            i += 1
    return out


def train(texts, values, size):
    """Learns a tokenizer of `size` tokens. `values` are words to copy: they never get a token with the space."""
    bare, spaced = count_words(texts)
    spaced_share = size // 5
    room = size - 256 - len(SPECIAL)
    merges = learn_merges(bare, room - spaced_share)
    known = set(BYTE_TO_CHAR.values()) | {a + b for a, b in merges}
    space = BYTE_TO_CHAR[32]
    for word, _ in spaced.most_common():
        if len(merges) >= room:
            break
        chars = to_chars(word)
        if word not in values and chars in known:
            merges.append([space, chars])
    vocabulary = [BYTE_TO_CHAR[b] for b in range(256)] + [a + b for a, b in merges] + SPECIAL
    while len(vocabulary) % 32:
        vocabulary.append(f"<|reserved_{len(vocabulary)}|>")
    assert len(vocabulary) == len(set(vocabulary)), "two merges give one token"
    return Tokenizer(vocabulary, merges)


def main():
    from generator import stream, text_of, words
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 3072
    source = stream(seed=777)
    texts = (text_of(next(source)) for _ in range(16000))
    tokenizer = train(texts, words.VALUES, size)
    tokenizer.save()
    print(f"{DEFAULT_FILE}: {len(tokenizer.vocabulary)} tokens")


if __name__ == "__main__":
    main()
