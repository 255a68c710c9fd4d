"""Reads the intent files in data/: wordings, thought and answers of one intent, intents apart by a blank line."""
import functools
import os
from dataclasses import dataclass, field

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data")
MARKS = {"?": "asks", ">": "answers", "@": "topics", "=": "deeds", "!": "troubles"}
LISTS = "@=!"  # several in a line, with | between


class Asked:
    """What is asked for in many ways, by the patterns in its `asks`."""
    @functools.cached_property
    def shares(self):
        """How often each of them should come, next to the others."""
        return {ask: _share(ask, 0.5) for ask in self.asks}

    def ask(self, chance):
        """One of its patterns."""
        return chance.weighted(self.shares)


@dataclass(eq=False)
class Intent(Asked):
    thought: str = ""
    asks: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    topics: list = field(default_factory=list)
    deeds: list = field(default_factory=list)
    troubles: list = field(default_factory=list)

    @functools.cached_property
    def share(self):
        """How often it should come, next to others."""
        return _share("".join(self.asks), 0.7)


def _share(pattern, power):
    """How often a pattern should come, next to others: what stands for many wordings takes longer to learn."""
    return (1 + pattern.count("|")) ** power


def drawn(chance, intents):
    """One of them."""
    return chance.weighted({intent: intent.share for intent in intents})


def load(name):
    intents = []
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        for block in file.read().split("\n\n"):
            intent = _parse([line for line in block.split("\n") if line and not line.startswith("#")])
            if intent:
                intents.append(intent)
    return intents


def _parse(lines):
    if not lines:
        return None
    intent, previous = Intent(), None
    for line in lines:
        mark, rest = line[0], line[2:]
        if mark == "~":
            intent.thought = rest
        elif mark == ">" and previous and previous[0] == ">" and _continues(intent.answers[-1]):
            intent.answers[-1] += "\n" + rest
        elif mark in LISTS:
            getattr(intent, MARKS[mark]).extend(rest.split("|"))
        else:
            getattr(intent, MARKS[mark]).append(rest)
        previous = line
    return intent


def _continues(answer):
    """An answer goes on in the next line while it is a poem or a code block that is not closed."""
    return answer.endswith((",", "two")) or answer.endswith(":") or answer.count("```") == 1
