"""Remembering what the user said some turns ago: a name, a place, a thing, a secret word."""
from ..conversation import Conversation, Turn
from ..wording import expand, sloppy
from .thinking import thought

# What is told, how it is acknowledged, how it is asked for later, what the answer is.
FACTS = {
    "name": ("[My name is|I am|I'm|Call me|Hi, I am|Hello! My name is|You can call me|They call me|Hey, I'm|People call me] {v}[.|!|| and I need help later.]"
             "|[Just so you know,|By the way,|For the record,|Before we start:|First of all,|So you know who is writing:|Good morning,|Ok,] [I'm|my name is|I am called|my friends call me|you may call me|it's me,|this is] {v}[.|!|]|{v} here[.|!|]|[This is|It's] {v} [speaking|writing|from the office|on the keyboard][.|!|]|[The name's|Name's|My first name is|My nickname is|Everybody calls me|My mother named me|I go by|I introduce myself:|Let me introduce myself, I'm|im|my names] {v}[.|!|]",
             "[What is|What's|Do you know|Do you remember|Tell me|Can you recall|Say|whats|Please tell me] my name[?||, please| again?| now?]|Who am I?|What am I called?|Do you still know who I am?"
             "|[What did I say|What did I tell you|Did you catch|Have you forgotten|Did you forget|I forgot, what is|Be honest, what's|Let's test you, what is|Quiz: what is|Now tell me] my name[ was|][?|.|]|[How am I called|Who are you talking to|Who's writing to you|What do my friends call me|What should you call me|So my name is?|my name?|remember my name?|Who is this again, I mean me|Say hello to me by my name|Which name did I give you|What name did I tell you]",
             "Nice to meet you, {v}!", "Your name is {v}.", "name"),
    "city": ("[I live in|I come from|I am from|My home is|My city is|I'm based in|I was born in|My home town is|We live in] {v}[.|!|| and I like it.]"
             "|[I'm writing from|I moved to|We moved to|I grew up in|My family lives in|My house is in|My flat is in|I'm living in|I am staying in|Right now I live in|These days I live in|I was raised in|im from|i live in|My office and my home are in|I am a citizen of] {v}[.|!|, by the way|]|{v} is [where I live|my home|my home town|my city][.|!|]",
             "[Where do I live|Where am I from|Which city do I live in|What is my city|Where is my home|Where do I come from|Do you remember where I live|What is my home town][?||, again?]"
             "|[What did I say|Have you forgotten|Did you forget|Do you know|Do you recall|Tell me|Quiz:|I forgot,] where [I live|I'm from|I come from|my home is][?|.|]|[In which town do I live|What town am I from|Which place do I call home|What city did I mention|my city?|Which city did I tell you|What place did I say I live in|Name my city]",
             "{v} sounds nice!", "You live in {v}.", "city"),
    "color": ("[My favorite color is|My favourite colour is|I like the color|The color I love is|I really love] {v}[.|!||]"
             "|[The best color is|My color is|Nothing is nicer than|I always wear|I prefer|I'm a fan of|For me it's always|I'd paint everything|My car is painted in my favorite color,|If I could choose a color:] {v}[.|!|]|{v} is [my favorite color|my favourite colour|the color I like best|the nicest color][.|!|]",
              "[What is|What's|Do you remember|Tell me] my favo[u|]rite colo[u|]r[?||, please]|Which color do I like?|What color do I love?"
             "|[Quiz:|I forgot,|Do you know|Do you recall|Now tell me|Can you tell me] [what color I like|which color I love|my favorite color|my favourite colour|what my favorite color is][?|.|]|[What color did I say|Which color did I mention|What colour do I like best|In what color should I paint my room|favorite color?|Which colour is mine|Name my color|What color would I pick]",
              "{v} is a nice color!", "Your favorite color is {v}.", "color"),
    "animal": ("[My favorite animal is the|I have a|I own a|My pet is a|At home I have a|I just got a] {v}[.|!||]"
             "|[We have a|We own a|I live with a|My daughter got a|I've always had a|There is a|I take care of a|We adopted a|I finally bought a|My best friend is a|In my garden lives my] {v}[ at home|][.|!|]",
               "[What is|What's|Which is|Do you remember|Tell me] my [pet|animal|favorite animal][?|]|Which animal do I have?|Which animal did I mention?"
             "|[Quiz:|I forgot,|Do you know|Do you recall|Now tell me|Can you tell me] [what animal I have|which pet I have|what pet I told you about|which animal I told you about][?|.|]|[What pet do I have|What kind of animal do I own|What animal did I say|What animal did I tell you about|my pet?|Name my animal|Which animal lives with me]",
               "A {v}, how nice!", "You told me about a {v}.", "animal"),
    "secret": ("[The secret word is|Remember the word|The password is|The code word is|Please remember this word:|Keep this word in mind:|Remember this:|The magic word is|Memorize] {v}[.|!||]"
             "|[Store this word|Save this word|Don't forget this word|I'll ask you later, the word is|Our code word is|My secret is|The passphrase is|Learn this word|This is important, remember|Please memorize|Hold on to this word|Here is a word for you|Remember for later|Write it down, the word is|Between us, the password is|A secret for you|Keep it to yourself, the word is][:|] {v}[.|!|]",
               "[What is|What was|What's|Tell me|Do you remember|Say|Repeat] the [secret word|word|password|code word|secret|magic word][?||, please| I told you?]|Which word did I tell you?|Which word should you remember?|What did I ask you to remember?"
             "|[What was that|Now give me|Let me hear|I'd like|Time for|Now tell me|Quiz, what was] the [word|secret word|code word|word from before|word again|word I gave you][?|.|, please|]|[Can you recall the word|Do you still know the word|Which word was it|What word did I give you|What was I asking you to remember|the word?|What word did you store|Reveal the word|What did I tell you to keep in mind|Do you remember what I asked you to remember]",
               "I will remember it: {v}.", "The word is {v}.", "word"),
    "age": ("[I am|I'm] {v} years old[.|!||]|My age is {v}[.|]"
             "|[I just turned|I turned|Yesterday I became|I've reached|I'll admit it, I'm|Believe it or not, I'm|im] {v}[ years old| years|, I mean years old][.|!|]|[I'm|I am] {v} [years of age|years young|years old today|years old, by the way][.|!|]|[Age|My age]: {v}[.|]",
            "[How old am I|What is my age|Do you remember how old I am|Tell me my age|What's my age][?||, please]"
             "|[Quiz:|I forgot,|Do you know|Do you recall|Now tell me|Can you tell me] how old I am[?|.|]|[What age am I|How many years old am I|What age did I tell you|my age?|How many years have I lived|What did I say my age was|Name my age|Guess my age from what I said]",
            "Thank you for telling me: {v} years.", "You are {v} years old.", "age"),
    "number": ("[Remember the number|My number is|The number is|My lucky number is|Keep the number|My room number is|Note the number] {v}[.|!||]"
             "|[Store the number|Save this number|Don't forget the number|I'll ask you later, the number is|Please remember|Memorize the number|Our number is|My favorite number is|My ticket number is|My locker is number|My seat is number|Hold on to this number:|The magic number is|The code is the number|Here is a number for you:|Remember for later, number] {v}[.|!|]",
               "[What is|What was|Tell me|Do you remember|Say] [the|my] [number|lucky number|room number][?||, please| I told you?]|Which number did I say?"
             "|[What was that|Now give me|Let me hear|I'd like|Now tell me|Quiz, what was] [the|my] [number|number from before|number again|number I gave you][?|.|, please|]|[Can you recall the number|Do you still know the number|Which number was it|What number did I give you|the number?|What number did you store|What number should you remember|Which number did I tell you]",
               "I will remember {v}.", "The number is {v}.", "number"),
    "job": ("[I am a|I work as a|My job is|I'm a|I earn my money as a] {v}[.|!||]"
             "|[I make my living as a|I've been a|For ten years I've been a|Professionally I am a|I was trained as a|By profession I'm a|My profession is|I'm employed as a|During the day I'm a|im a|I started as a new|I'm proud to be a] {v}[.|!|]|[In my job I am|At work I'm] a {v}[.|!|]",
            "[What is my job|What do I do for work|What do I do|What am I working as|Do you remember my job|Tell me my job][?|]"
             "|[Quiz:|I forgot,|Do you know|Do you recall|Now tell me|Can you tell me] [what I do|what my job is|what I work as|my profession|what I do for a living][?|.|]|[What's my profession|What do I do for a living|How do I earn my money|What did I say I work as|my job?|What kind of work do I do|Which job did I mention|Name my job|What is my occupation]",
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


def _not_told(chance, effort, turns, kind):
    """Asked for what was never said: nothing is made up."""
    _, ask, _, _, word = FACTS[kind]
    think = thought(effort, f"The {word} was not told.", f"The user did not tell me the {word}.",
                    f"The user asks for the {word}. I look at the earlier messages. It is not there. I say so.")
    answer = "You have not told me yet. Tell me and I will remember it."
    return Conversation("memory", turns + [Turn("user", sloppy(chance, _option(chance, ask))), Turn("assistant", answer, think)], effort=effort)


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
    if chance.flip(0.06):
        return _not_told(chance, effort, turns if chance.flip() else [], chance.pick([k for k in FACTS if k not in told]))
    kind = chance.pick(kinds)
    _, ask, _, answer, word = FACTS[kind]
    think = thought(effort, f"The {word} is {told[kind]}.", f"The user told me the {word} before: {told[kind]}.",
                    f"The user asks for the {word}. I look at the earlier messages. There the user said: {told[kind]}. "
                    f"So the {word} is {told[kind]}.")
    turns += [Turn("user", sloppy(chance, _option(chance, ask))), Turn("assistant", answer.replace("{v}", str(told[kind])), think)]
    return Conversation("memory", turns, effort=effort)
