"""Remembering what the user said some turns ago: a name, a place, a thing, a secret word."""
from ..conversation import Conversation, Turn
from ..wording import expand, sloppy
from .thinking import thought

# What is told, how it is acknowledged, how it is asked for later, what the answer is.
FACTS = {
    "name": ("[My name is|I am|I'm|Call me|Hi, I am|Hello! My name is|You can call me|They call me|Hey, I'm|People call me] {v}[.|!|| and I need help later.]",
             "[What is|What's|Do you know|Do you remember|Tell me|Can you recall|Say|whats|Please tell me] my name[?||, please| again?| now?]|Who am I?|What am I called?|Do you still know who I am?",
             "Nice to meet you, {v}!", "Your name is {v}.", "name"),
    "city": ("[I live in|I come from|I am from|My home is|My city is|I'm based in|I was born in|My home town is|We live in] {v}[.|!|| and I like it.]",
             "[Where do I live|Where am I from|Which city do I live in|What is my city|Where is my home|Where do I come from|Do you remember where I live|What is my home town][?||, again?]",
             "{v} sounds nice!", "You live in {v}.", "city"),
    "color": ("[My favorite color is|My favourite colour is|I like the color|The color I love is|I really love] {v}[.|!||]",
              "[What is|What's|Do you remember|Tell me] my favo[u|]rite colo[u|]r[?||, please]|Which color do I like?|What color do I love?",
              "{v} is a nice color!", "Your favorite color is {v}.", "color"),
    "animal": ("[My favorite animal is the|I have a|I own a|My pet is a|At home I have a|I just got a] {v}[.|!||]",
               "[What is|What's|Which is|Do you remember|Tell me] my [pet|animal|favorite animal][?|]|Which animal do I have?|Which animal did I mention?",
               "A {v}, how nice!", "You told me about a {v}.", "animal"),
    "secret": ("[The secret word is|Remember the word|The password is|The code word is|Please remember this word:|Keep this word in mind:|Remember this:|The magic word is|Memorize] {v}[.|!||]",
               "[What is|What was|What's|Tell me|Do you remember|Say|Repeat] the [secret word|word|password|code word|secret|magic word][?||, please| I told you?]|Which word did I tell you?|Which word should you remember?|What did I ask you to remember?",
               "I will remember it: {v}.", "The word is {v}.", "word"),
    "age": ("[I am|I'm] {v} years old[.|!||]|My age is {v}[.|]",
            "[How old am I|What is my age|Do you remember how old I am|Tell me my age|What's my age][?||, please]",
            "Thank you for telling me: {v} years.", "You are {v} years old.", "age"),
    "number": ("[Remember the number|My number is|The number is|My lucky number is|Keep the number|My room number is|Note the number] {v}[.|!||]",
               "[What is|What was|Tell me|Do you remember|Say] [the|my] [number|lucky number|room number][?||, please| I told you?]|Which number did I say?",
               "I will remember {v}.", "The number is {v}.", "number"),
    "job": ("[I am a|I work as a|My job is|I'm a|I earn my money as a] {v}[.|!||]",
            "[What is my job|What do I do for work|What do I do|What am I working as|Do you remember my job|Tell me my job][?|]",
            "{v}, what a good job!", "You work as a {v}.", "job"),
}


def _value(chance, kind):
    from .. import words
    return {"name": chance.name, "city": chance.city, "color": lambda: chance.pick(words.COLORS),
            "animal": lambda: chance.pick(words.ANIMALS), "secret": chance.thing, "age": lambda: chance.integer(5, 99),
            "number": lambda: chance.number(0, 999), "job": lambda: chance.pick(words.JOBS)}[kind]()


def _option(chance, patterns):
    """A pattern list written with `|` outside brackets: wraps it so that expand picks one."""
    return expand(chance, "[" + patterns + "]")


def conversation(chance, effort):
    kinds = chance.some(FACTS, chance.pick([1, 1, 2, 3]))
    turns, told = [], {}
    for kind in kinds:
        tell, _, reply, _, _ = FACTS[kind]
        told[kind] = _value(chance, kind)
        say = _option(chance, tell).replace("{v}", str(told[kind]))
        reply = reply.replace("{v}", str(told[kind]))
        turns += [Turn("user", sloppy(chance, say, protect=True)), Turn("assistant", reply[:1].upper() + reply[1:])]
    if chance.flip(0.2):  # the fact itself is acknowledged
        word = FACTS[kind][4]
        turns[-1].thought = thought(effort, f"The {word} is {told[kind]}.", f"The user tells me the {word}: {told[kind]}.",
                                    f"The user tells me the {word}: {told[kind]}. I remember it and answer kindly.")
        return Conversation("memory", turns, effort=effort)
    kind = chance.pick(kinds)
    _, ask, _, answer, word = FACTS[kind]
    think = thought(effort, f"The {word} is {told[kind]}.", f"The user told me the {word} before: {told[kind]}.",
                    f"The user asks for the {word}. I look at the earlier messages. There the user said: {told[kind]}. "
                    f"So the {word} is {told[kind]}.")
    turns += [Turn("user", sloppy(chance, _option(chance, ask))), Turn("assistant", answer.replace("{v}", str(told[kind])), think)]
    return Conversation("memory", turns, effort=effort)
