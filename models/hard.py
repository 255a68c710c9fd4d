"""Which wordings are not learned yet.

    python3 hard.py [--model FILE.gguf|FILE.pt] [--cases 1000] [--show 20]

Asks the generator for conversations of the skills whose wordings stand in data/, and adds up the loss of the first words that
the model has to write, by the pattern that the question came from: the first thought says what was understood. Prints for
each skill the mean, how many of its patterns make half of the loss, and the hardest patterns, each with a question.
"""
import argparse
import collections

import torch
import torch.nn.functional as F

from forced import loaded, reply_logits
from generator import Chance
from generator.skills import smalltalk, tool_calls, trilogue, unknown
from generator.toolbox.families import FAMILIES
from server import MODEL_FILE
from tokenizer import Tokenizer

FIRST_TOKENS = 12


def patterns():
    """Of every skill here, the lines of data/ that it asks with."""
    facts = [p for fact in trilogue.FACTS for p in fact.asks + fact.topics + fact.deeds + fact.troubles]
    return {smalltalk: {p for i in smalltalk.ENGLISH + smalltalk.FOREIGN for p in i.asks}, trilogue: set(facts),
            unknown: {p for s in unknown.SUBJECTS for p in s.asks}, tool_calls: {p for f in FAMILIES for p in f.asks}}


class NotingChance(Chance):
    """Notes which of the given patterns were drawn."""
    def __init__(self, seed, known):
        super().__init__(seed)
        self.known, self.drawn = known, []

    def pick(self, items):
        return self._note(super().pick(items))

    def weighted(self, weights):
        return self._note(super().weighted(weights))

    def _note(self, item):
        if isinstance(item, str) and item in self.known:
            self.drawn.append(item)
        return item


def asked(skill, known, count, seed=21):
    """Pairs (pattern, conversation). With tools there is but one, so that the request's pattern is the last one drawn."""
    chance = NotingChance(seed, known)
    for _ in range(count):
        chance.drawn.clear()
        if skill is tool_calls:
            task = tool_calls.family_task(chance)
            pattern, others = chance.drawn[-1], chance.integer(1, 4)
            yield pattern, tool_calls.one_call(chance, "medium", tool_calls.tasks_beside(chance, task, others), task)
            continue
        conversation = skill.conversation(chance, "medium")
        if chance.drawn:
            yield chance.drawn[-1], conversation


def first_loss(network, tokenizer, conversation):
    """Of the first tokens of the reply; nothing for what is too long."""
    found = reply_logits(network, tokenizer, conversation, FIRST_TOKENS)
    return found and F.cross_entropy(found[1], torch.tensor(found[0]), reduction="sum").item()


def report(name, losses, questions, show):
    """`losses`: of each pattern those of its questions."""
    sums = {pattern: sum(values) for pattern, values in losses.items()}
    worst = sorted(sums, key=sums.get, reverse=True)
    total, count, half, so_far = sum(sums.values()), sum(map(len, losses.values())), 0, 0.0
    while so_far < total / 2:
        so_far += sums[worst[half]]
        half += 1
    print(f"{name}: mean {total / count:.2f} over {count} questions of {len(sums)} patterns; {half} of them make half of it")
    for pattern in worst[:show]:
        print(f"  {sums[pattern] / len(losses[pattern]):5.2f} x{len(losses[pattern]):<3} {questions[pattern]!r}  of  {pattern[:100]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=MODEL_FILE)
    parser.add_argument("--cases", type=int, default=1000, help="of each skill")
    parser.add_argument("--show", type=int, default=20, help="patterns")
    options = parser.parse_args()
    tokenizer = Tokenizer.load()
    network = loaded(tokenizer, options.model)
    for skill, known in patterns().items():
        losses, questions = collections.defaultdict(list), {}
        for pattern, conversation in asked(skill, known, options.cases):
            loss = first_loss(network, tokenizer, conversation)
            if loss is not None:
                losses[pattern].append(loss)
                questions.setdefault(pattern, conversation.question)
        report(skill.__name__.split(".")[-1], losses, questions, options.show)


if __name__ == "__main__":
    main()
