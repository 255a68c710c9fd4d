"""Saying a text again, exactly."""
from ..conversation import Conversation, Turn
from ..wording import capital, expand
from .thinking import thought

ASKS = ["[Repeat|Say|Echo|Write|Copy|Print|Return|Output] [after me|this|exactly|the text|the words|the following|again|back][:| :] {s}",
        "[Please repeat|Can you repeat|Could you say|Repeat|Say|Just say|Please say|Reply with|Answer with|Respond with|Only say|Say exactly]: {s}",
        "[Repeat|Say|Write|Echo] [this|the text|the sentence] [exactly|word for word|once more|without changes]: {s}",
        "[Say|Repeat|Write|Print|Output|Reply|Echo|Type] \"{s}\"[.||!| and nothing else| please| only]", "[Say|Write|Print] {s}[ and nothing else| and only that]",
        "[Repeat after me|After me|Echo|Copy this|Parrot this|Say it]:\n{s}"]


def material(chance):
    kind = chance.weighted({"phrase": 5, "numbers": 1, "code": 1, "mixed": 2, "sentence": 2})
    if kind == "numbers":
        return " ".join(str(chance.integer(0, 99)) for _ in range(chance.integer(2, 6)))
    if kind == "code":
        return chance.pick([chance.code, chance.email, chance.path])()
    if kind == "mixed":
        return " ".join(chance.pick([chance.name, chance.city, chance.noun, chance.made_up, lambda: str(chance.number())])()
                        for _ in range(chance.integer(2, 7)))
    if kind == "sentence":
        return capital(expand(chance, "[the|a|my|our|this] {a} [is|was|likes|sees|has|wants|needs|loves] [the|a|my|no|some] {b}[.|!||]",
                              a=chance.phrase(1, 2), b=chance.phrase(1, 3)))
    return chance.phrase(1, 8)


def conversation(chance, effort):
    text = material(chance)
    think = thought(effort, "I repeat it.", f"I repeat the text exactly: {text}",
                    f"The user wants to hear the text again. The text is: {text}\nI write it without any change.")
    ask = expand(chance, chance.pick(ASKS), s=text)
    return Conversation("repeat", [Turn("user", ask), Turn("assistant", text, think)], effort=effort)
