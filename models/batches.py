"""Turns conversations into training batches: tokens, targets and weights, similar lengths together.

The model is taught what the assistant writes (weight 1, earlier turns less); of what it reads, a random part
of the tokens counts a little, which teaches it the language of prompts without paying for all of them.

Conversations with siblings become one row: the system block that they share, then each one's turns as a branch. A branch
sees the block and itself, at the positions it would have alone, so the row teaches the same as its branches one by one.
"""
import random
from dataclasses import dataclass

import torch

from generator import BEFORE, NOW, READ, segments, stream
from kernels import Layout, pieces

POOL = 1200            # conversations that wait, sorted by length
LONGEST_ROW = 4800     # tokens; longer conversations are left out
SPLIT_WORDS, SPLIT_TOKENS = 0.03, 0.6   # so many words of a row are tried to be spelled with smaller tokens, so many of their tokens
TEMPLATE_WORDS = set("system user assistant tool response end optional Reasoning none low medium high".split())
READ_SHARE = 0.05
CUT_SHARE, CUT_WORDS = 0.75, 5   # so many of the answers that are one of a few texts end after so many words
WEIGHTS = {READ: 0.1, BEFORE: 0.6, NOW: 1.0}


@dataclass
class Row:
    """What goes through the network at once: token ids, for each the weight of predicting it, the number of its skill and
    its position; and where the shared block ends and each of its branches."""
    ids: list
    weights: list
    skills: list
    positions: list
    ends: list


class Spelling:
    """How a text spells its pieces: as the tokenizer does, but some of the words that the model reads, wherever they come
    again, with smaller tokens. Most tokens occur mainly inside of larger ones ("rench" in "French"): so they are learned on
    their own, and a word that nobody has seen ("wrench") can be copied from them."""
    def __init__(self, tokenizer, rng, known=()):
        self._tokenizer, self._rng, self._known = tokenizer, rng, dict(known)

    def branch(self):
        """What a branch of a row reads is not known to the others."""
        return Spelling(self._tokenizer, self._rng, self._known)

    def read(self, piece):
        known = self._known.get(piece)
        if known is None:
            known = self._known[piece] = self._spell(piece)
        return known

    def written(self, piece):
        """As it was read; the model's own words are spelled as usual."""
        was_read = piece in self._known or piece.removeprefix(" ") in self._known
        return self.read(piece) if was_read else self._tokenizer.spelled(piece)

    def _spell(self, piece):
        if piece[0] == " " and piece[1:].isalpha():
            usual, bare = self._tokenizer.spelled(piece[1:]), self.read(piece[1:])
            return self._tokenizer.spelled(piece) if bare == usual else self._tokenizer.spelled(" ") + bare
        usual = self._tokenizer.spelled(piece)
        if not piece.isalpha() or piece in TEMPLATE_WORDS or self._rng.random() > SPLIT_WORDS:
            return usual
        return [part for token in usual for part in self._split(token)]

    def _split(self, token):
        if token not in self._tokenizer.halves or self._rng.random() > SPLIT_TOKENS:
            return [token]
        return [part for half in self._tokenizer.halves[token] for part in self._split(half)]


def encode(tokenizer, parts, rng, spell):
    """Token ids and, for each, the weight of predicting it."""
    ids, weights = [], []
    for text, learned in parts:
        tokens = tokenizer.encode(text, spell.read if learned == READ else spell.written)
        ids += tokens
        weights += [0.0 if learned == READ and rng.random() > READ_SHARE else WEIGHTS[learned] for _ in tokens]
    return ids, weights


def turns_of(conversation, rng):
    """Its segments after the system block. Which of a few texts is the answer shows in its first words; all of it is
    taught less often, and more questions fit into the time."""
    _, *turns = segments(conversation)
    if conversation.answers and rng.random() < CUT_SHARE:
        text, learned = turns[-1]
        thought, mark, answer = text.rpartition("</think>\n")
        turns[-1] = (thought + mark + " ".join(answer.split(" ")[:CUT_WORDS]), learned)
    return turns


def row_of(tokenizer, conversation, rng, skill_index):
    """The conversation and as many of its siblings as there is room for."""
    block = segments(conversation)[0]
    spell = Spelling(tokenizer, rng)
    ids, weights = encode(tokenizer, [block], rng, spell)
    shared = len(ids)
    row = Row(ids, weights, [skill_index(conversation.skill)] * shared, list(range(shared)), [shared])
    for one in (conversation, *conversation.siblings):
        ids, weights = encode(tokenizer, turns_of(one, rng), rng, spell.branch())
        start = len(row.ids)
        if start + len(ids) > LONGEST_ROW:
            continue
        if start > shared:
            weights[0] = 0.0      # the token before it belongs to another branch
        row.ids += ids
        row.weights += weights
        row.skills += [skill_index(one.skill)] * len(ids)
        row.positions += range(shared, shared + len(ids))
        row.ends.append(len(row.ids))
    return row if len(row.ids) > shared else None


def _take(rows, budget, rng):
    """Takes one of the sorted rows, where a random token stands, and shorter ones beside it, as many as the budget has room for."""
    end = rng.choices(range(1, len(rows) + 1), [len(row.ids) for row in rows])[0]
    start = max(0, end - max(1, budget // len(rows[end - 1].ids)))
    group, rows[start:end] = rows[start:end], []
    return group


@dataclass
class Batch:
    tokens: torch.Tensor      # [rows, width], as all of them
    targets: torch.Tensor
    weights: torch.Tensor
    skills: torch.Tensor
    layout: Layout
    count: int                # real tokens


def _pieces(group, width):
    """Rows of one branch are plain and go together; of the others each part is computed by itself."""
    plain = sum(len(row.ends) == 2 for row in group)
    if plain:
        yield from pieces(slice(0, plain), 0, 0, width)
    for at, row in enumerate(group[plain:], plain):
        yield from pieces(slice(at, at + 1), 0, 0, row.ends[0])
        for begin, end in zip(row.ends, row.ends[1:]):
            yield from pieces(slice(at, at + 1), row.ends[0], begin, min(end, len(row.ids) - 1))


def _tensors(group):
    group = sorted(group, key=lambda row: len(row.ends) > 2)
    width = (max(len(row.ids) for row in group) - 1 + 15) // 16 * 16

    def filled(values, kind):
        out = torch.zeros(len(group), width, dtype=kind)
        for line, one in zip(out, values):
            line[:len(one)] = torch.tensor(one, dtype=kind)
        return out

    layout = Layout(filled([r.positions[:-1] for r in group], torch.int32), list(_pieces(group, width)))
    return Batch(filled([r.ids[:-1] for r in group], torch.long), filled([r.ids[1:] for r in group], torch.long),
                 filled([r.weights[1:] for r in group], torch.float32), filled([r.skills[1:] for r in group], torch.long),
                 layout, sum(len(r.ids) for r in group))


def batches(tokenizer, seed, budget, mix, skill_index):
    """Endless batches; `budget` is the padded size of one (unless a single row is longer), `mix()` the shares of the skills at
    the moment, `skill_index` gives the number of a skill's name."""
    rng, source, waiting = random.Random(seed), stream(seed, mix=mix), []
    while True:
        while len(waiting) < POOL:
            row = row_of(tokenizer, next(source), rng, skill_index)
            if row:
                waiting.append(row)
        waiting.sort(key=lambda row: len(row.ids))
        yield _tensors(_take(waiting, budget, rng))
