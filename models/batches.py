"""Turns conversations into training batches: tokens, targets and weights, similar lengths together.

The model is taught what the assistant writes (weight 1, earlier turns less); of what it reads, a random part
of the tokens counts a little, which teaches it the language of prompts without paying for all of them.
"""
import random

import torch

from generator import BEFORE, NOW, READ, segments, stream

POOL = 1200            # conversations sorted by length at a time
LONGEST = 1400         # tokens; longer conversations are left out
READ_SHARE = 0.15
WEIGHTS = {READ: 0.3, BEFORE: 0.6, NOW: 1.0}


def encode(tokenizer, conversation, rng):
    """Token ids and, for each, the weight of predicting it."""
    ids, weights = [], []
    for text, learned in segments(conversation):
        tokens = tokenizer.encode(text)
        ids += tokens
        weights += [0.0 if learned == READ and rng.random() > READ_SHARE else WEIGHTS[learned] for _ in tokens]
    return ids, weights


def _sample(tokenizer, conversation, rng):
    return (*encode(tokenizer, conversation, rng), conversation.skill)


def _group(samples, budget):
    """Cuts sorted samples into groups whose padded size stays within the budget."""
    group = []
    for sample in samples:
        if group and (len(group) + 1) * len(sample[0]) > budget:
            yield group
            group = []
        group.append(sample)
    if group:
        yield group


def _tensors(group):
    longest = max(len(sample[0]) for sample in group) - 1
    width = (longest + 15) // 16 * 16
    tokens, targets = torch.zeros(len(group), width, dtype=torch.long), torch.zeros(len(group), width, dtype=torch.long)
    weights = torch.zeros(len(group), width)
    for row, (ids, w, _) in enumerate(group):
        n = len(ids) - 1
        tokens[row, :n], targets[row, :n] = torch.tensor(ids[:-1]), torch.tensor(ids[1:])
        weights[row, :n] = torch.tensor(w[1:])
    return tokens, targets, weights


def batches(tokenizer, seed, budget, mix):
    """Endless (tokens, targets, weights, number of real tokens, skill of each row); `budget` is the padded size of a batch, `mix()` the
    shares of the skills at the moment."""
    rng, source = random.Random(seed), stream(seed, mix=mix)
    while True:
        pool = [_sample(tokenizer, next(source), rng) for _ in range(POOL)]
        pool = sorted((s for s in pool if len(s[0]) <= LONGEST), key=lambda s: len(s[0]))
        groups = list(_group(pool, budget))
        rng.shuffle(groups)
        for group in groups:
            yield (*_tensors(group), sum(len(sample[0]) for sample in group), [sample[2] for sample in group])
