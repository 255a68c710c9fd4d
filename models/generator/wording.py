"""Turns one compact pattern into thousands of wordings.

`[a|b|]` picks one alternative (they nest), `{slot}` is replaced by a value given by the caller. `sloppy` then
makes it look typed by a person: lower case, lost punctuation, a greeting before, thanks after, a typo.
"""

POLITE_BEFORE = ("[Please |Please, |Can you |Could you |Would you |Can you please |Could you please |I need you to |"
                 "I want you to |I'd like you to |Kindly |Go ahead and |Let's |Now |]")
OPENERS = ["Hi! ", "Hello, ", "Hey, ", "Ok, ", "So, ", "Hi there. ", "Good morning! ", "Quick question: ", "Hey there, ",
           "Well, ", "Alright, ", "Next: ", "Sorry, ", "One more thing: ", "Dear assistant, ", "Hmm, ", "Now, "]
CLOSERS = [" please", " please?", ", please", ", thanks", " thank you", " Thanks!", " Thank you!", " pls", " thx", "!"]


def expand(chance, pattern, **slots):
    """One random wording of the pattern, slots filled in."""
    text, at = _sequence(chance, pattern, 0)
    if at != len(pattern):
        raise ValueError(f"unbalanced ] in {pattern!r}")
    for name, value in slots.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def _sequence(chance, pattern, at):
    """Expands up to the end, or to a `|` or `]` that belongs to the caller's bracket."""
    out = ""
    while at < len(pattern) and pattern[at] not in "|]":
        if pattern[at] == "[":
            chosen, at = _alternatives(chance, pattern, at + 1)
            out += chosen
        else:
            out += pattern[at]
            at += 1
    return out, at


def _alternatives(chance, pattern, at):
    options = []
    while True:
        text, at = _sequence(chance, pattern, at)
        options.append(text)
        if at >= len(pattern):
            raise ValueError(f"unbalanced [ in {pattern!r}")
        if pattern[at] == "]":
            return chance.pick(options), at + 1
        at += 1


def capital(text):
    return text[:1].upper() + text[1:]


PARTICIPLES = dict(pair.split(":") for pair in """get:fetched read:read show:shown find:found make:made send:sent run:run stop:stopped reset:reset sell:sold
buy:bought draw:drawn ban:banned pin:pinned tag:tagged freeze:frozen split:split plan:planned scan:scanned build:built flip:flipped transfer:transferred""".split())


def participle(verb):
    if verb in PARTICIPLES or verb[-1] == "e":
        return PARTICIPLES.get(verb, verb + "d")
    return verb[:-1] + "ied" if verb[-1] == "y" and verb[-2] not in "aeiou" else verb + "ed"


def sloppy(chance, text, protect=False):
    """As people type. With `protect`, letters stay as they are (the text holds values to be copied)."""
    if chance.flip(0.55):
        return text
    if chance.flip(0.3) and text[:2] != "I ":
        text = text[0].lower() + text[1:]
    if chance.flip(0.3):
        text = text.rstrip("?.!")
    if not protect and chance.flip(0.15):
        text = text.lower()
    if not protect and chance.flip(0.12):
        text = typo(chance, text)
    if chance.flip(0.1):
        text = chance.pick(OPENERS) + text
    if chance.flip(0.08):
        text = text.rstrip("?.!") + chance.pick(CLOSERS)
    return text


def typo(chance, text):
    """Swaps, drops or doubles one letter inside a word."""
    spots = [i for i in range(1, len(text) - 2) if text[i - 1:i + 2].isalpha()]
    if not spots:
        return text
    i = chance.pick(spots)
    return chance.pick([text[:i] + text[i + 1] + text[i] + text[i + 2:], text[:i] + text[i + 1:],
                        text[:i] + text[i] + text[i:]])
