"""Makes the conversations that the bundled model learns from: seeded, endless, and split from the evaluation's.

`stream(seed)` yields training conversations; `stream(seed, held_out=True)` yields ones with names, nouns and
questions that training never shows. See models/README.md.
"""
from .chance import Chance, is_held_out, is_test_question
from .conversation import BEFORE, EFFORTS, NOW, READ, Conversation, answer_text, segments
from .skills import (agents, arithmetic, extraction, listing, memory, persona, repeating, smalltalk, spelling, tool_calls,
                     tool_results, trilogue, unknown)
from .surroundings import surround

# Share of each skill among the conversations. Those with tools have siblings and are long: they take half of the tokens.
# The thousands of wordings in data/ are what takes longest to learn, so what they teach has large shares.
MIX = {tool_calls: 42, agents: 1.5, smalltalk: 44, extraction: 25, persona: 2, tool_results: 9, trilogue: 29, arithmetic: 22,
       repeating: 22, unknown: 40, memory: 22, listing: 5, spelling: 1}
# At first much is repeated: copying is learned best where nothing else is asked, and most skills need it.
FIRST_MIX = {**MIX, repeating: 80, persona: 30, memory: 20}
EFFORT_SHARES = {"none": 10, "low": 12, "medium": 60, "high": 18}


def make(chance, skill=None, effort=None, mix=None):
    """One conversation, of a given skill module and effort or of random ones."""
    skill = skill or chance.weighted(mix or MIX)
    return surround(chance, skill.conversation(chance, effort or chance.weighted(EFFORT_SHARES)))


def stream(seed, held_out=False, skill=None, effort=None, mix=None):
    """`mix`: a function that gives the shares for the next conversation."""
    chance = Chance(seed, held_out)
    while True:
        conversation = make(chance, skill, effort, mix and mix())
        conversation.siblings = [s for s in conversation.siblings if is_test_question(s.question) == held_out]
        if is_test_question(conversation.question) == held_out:
            yield conversation


def text_of(conversation):
    return "".join(text for text, _ in segments(conversation))
