"""Small talk, identity, greetings in five languages: the intents of data/smalltalk.txt and languages.txt."""
from ..conversation import Conversation, Turn
from ..intents import drawn, load
from ..wording import expand, sloppy
from .thinking import thought

ENGLISH, FOREIGN = load("smalltalk.txt"), load("languages.txt")
EVERYDAY = ENGLISH[:4]     # greetings and the like: most conversations begin so


def answer_intent(chance, effort, intent, question, skill):
    say = chance.pick(intent.answers)
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
