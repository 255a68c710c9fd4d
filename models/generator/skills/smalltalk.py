"""Small talk, identity, greetings in five languages: the intents of data/smalltalk.txt and languages.txt."""
from ..conversation import Conversation, Turn
from ..intents import drawn, load
from ..wording import expand, sloppy
from .thinking import thought

ENGLISH, FOREIGN = load("smalltalk.txt"), load("languages.txt")
EVERYDAY = ENGLISH[:4]     # greetings and the like: most conversations begin so
FIRST_SHARE = 0.9          # so often the first answer of an intent is given: what nobody can foresee hides what can be learned


def answer_intent(chance, effort, intent, question, skill):
    say = intent.answers[0] if chance.flip(FIRST_SHARE) else chance.pick(intent.answers)
    high = f"The user writes: {question}\n{intent.thought} No tool is needed for this. I answer in a short and friendly way."
    think = thought(effort, intent.thought.split(". ")[0].rstrip(".") + ".", intent.thought, high)
    return Conversation(skill, [Turn("user", question), Turn("assistant", say, think)], effort=effort,
                        answers=intent.answers)


def conversation(chance, effort):
    if chance.flip(0.2):
        intent = chance.pick(FOREIGN)
        question = expand(chance, intent.ask(chance))
    else:
        intent = chance.pick(EVERYDAY) if chance.flip(0.1) else drawn(chance, ENGLISH)
        question = sloppy(chance, expand(chance, intent.ask(chance), c=chance.city()))
    return answer_intent(chance, effort, intent, question, "smalltalk")
