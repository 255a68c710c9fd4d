"""Letter tasks, done by spelling the word out in the thinking: spell, reverse, upper and lower case, count letters."""
from .. import words
from ..conversation import Conversation, Turn
from ..wording import expand
from .thinking import thought


def _spell(word):
    return "-".join(word)


def _spelled(chance, word):
    ask = "[Spell|Please spell|Can you spell|How do you spell|Spell out|How is it spelled:|Spell the word] {w}[.|?||!]"
    return ask, _spell(word), _spell(word)


def _reversed(chance, word):
    ask = "[Reverse|Please reverse|Write backwards:|Reverse the word|Turn around the word|Spell backwards:|Reverse the letters of] {w}[.||]"
    return ask, f"{_spell(word)}, backwards {_spell(word[::-1])}", word[::-1]


def _upper(chance, word):
    ask = "[Uppercase|Upper case|Write in capital letters|In capitals|To upper case|Capitalize all letters|All caps][:|: the word] {w}"
    return ask, f"{_spell(word)} becomes {_spell(word.upper())}", word.upper()


def _letters(chance, word):
    ask = "[How many letters are in|How many letters has|How long is|Count the letters in] [the word |]{w}[?|]"
    numbered = ", ".join(f"{i} {c}" for i, c in enumerate(word, 1))
    return ask, numbered, str(len(word))


def _first(chance, word):
    last = chance.flip()
    ask = f"[What is|Which is|Tell me|Give me] the {'last' if last else 'first'} letter of [the word |]{{w}}[?|]"
    return ask, _spell(word), word[-1] if last else word[0]


def conversation(chance, effort):
    word = chance.pick([chance.noun, chance.noun, chance.city, chance.name, lambda: chance.pick(words.VERBS), chance.made_up])()[:9].strip()
    make = chance.pick([_spelled, _spelled, _reversed, _upper, _letters, _first])
    ask, work, answer = make(chance, word)
    question = expand(chance, ask, w=word)
    think = thought(effort, work, f"{work}. The answer is {answer}.", f"I write the letters one by one: {work}. The answer is {answer}.")
    return Conversation("spelling", [Turn("user", question), Turn("assistant", answer, think)], effort=effort)
