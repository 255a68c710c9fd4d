"""Saying a text again, exactly."""
from ..conversation import Conversation, Turn
from ..wording import capital, expand
from .thinking import thought

ASKS = ["[Repeat|Say|Echo|Write|Copy|Print|Return|Output] [after me|this|exactly|the text|the words|the following|again|back][:| :] {s}",
        "[Please repeat|Can you repeat|Could you say|Repeat|Say|Just say|Please say|Reply with|Answer with|Respond with|Only say|Say exactly]: {s}",
        "[Repeat|Say|Write|Echo] [this|the text|the sentence] [exactly|word for word|once more|without changes]: {s}",
        "[Say|Repeat|Write|Print|Output|Reply|Echo|Type] \"{s}\"[.||!| and nothing else| please| only]", "[Say|Write|Print] {s}[ and nothing else| and only that]",
        "[Repeat after me|After me|Echo|Copy this|Parrot this|Say it]:\n{s}",
        "[I want you to|I'd like you to|I need you to|Would you|Could you|Can you|Please just|You must|Your task is to] [repeat|say|echo|write|copy|print|output|type|give back] [this|the following|exactly this|this text|the next words]: {s}",
        "[Output|Print|Return|Write|Type|Give me] [only|exactly|just|nothing but|verbatim][:|] {s}", "[repeat|echo|say|copy|print|parrot|mirror|type][:| this:| back:|] {s}",
        "[Give|Send|Type|Read|Say|Write] [this|it|the text|my words] back[ to me|][:| exactly:| unchanged:| word by word:] {s}",
        "[Reproduce|Duplicate|Mirror|Quote|Recite|Restate|Retype|Parrot] [this|the text|the following|the line|my words|these words][:| exactly:| without a change:] {s}",
        "[Echo test|Copy test|Repeat test|Now repeat|And now say|Then say|Next, say|Once more|Test, repeat]: {s}",
        "{s}\n[Repeat that.|Say that again.|Repeat the line above.|Copy the text above.|Write exactly that.|Now repeat it.|Please say the same.|Echo it.]",
        "[Answer|Reply|Respond] [only with|with exactly|with just|with nothing but|with the words|with this text][:|] {s}",
        "[Let me hear|I want to hear|I want to read|Show me|I'd like to see] [these words|this text|exactly this|the following words|this again]: {s}",
        "[Don't change anything|Do not add anything|Without comment|No explanation|Word for word|Letter by letter|Exactly as it stands], [repeat|say|write|copy|echo][:| this:] {s}",
        "[The text is|Text|Line|Input|Message]: {s}\n[Repeat it|Repeat the text|Copy it|Say it again|Echo the text|Write it again][.|, please|, nothing else.|]"]


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
