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
        "[The text is|Text|Line|Input|Message]: {s}\n[Repeat it|Repeat the text|Copy it|Say it again|Echo the text|Write it again][.|, please|, nothing else.|]",
        "[Tell me this back|Say this back to me|Send this back|Give me this back|Read this back to me|Write this back][:| exactly:| please:] {s}",
        "[Be my echo|Be a parrot|Play parrot|Be my mirror|Act as an echo|Act like a parrot|You are an echo][:|. Text:|:\n] {s}",
        "[What I say, you say|You say what I say|Say what I say|Write what I write|Type what I type|Same words back|Back to me]: {s}",
        "[Please write|Please say|Please print|Please type|Please output|Could you write|Could you print|Can you output|Would you type|Kindly repeat|Kindly write] [the words|the line|this line|this sentence|the phrase|the string|this string|this]: {s}",
        "[I'll give you a text|Here is a text|Here comes a line|This is the text|Here are some words|I have a sentence]: {s}\n[Repeat it|Say it back|Copy it|Echo it|Write it down again|Give it back][.|, please.| exactly.| without changes.|]",
        "[The reply|Your answer|Your reply|The output|Your whole answer|Your response] [should be|must be|shall be|has to be|is to be] [exactly|only|just|precisely|nothing but|][:|] {s}",
        "[Output|Print|Display|Emit|Return] [the string|the following string|the text|this line|the message|the phrase][:|] {s}",
        "[Make an exact copy of|Give me a copy of|Make a copy of|I need a copy of|Copy out|Write out|Spell out in full] [this|this text|the next line|these words]: {s}",
        "[repeat after me|say after me|say this|say this after me|write this|type this|copy this|copy that|echo this|print this|pls repeat|pls say|plz repeat|repeat pls|just repeat][:|,| -] {s}",
        "[One more time|Again please|Once again|Say once more|Repeat once more|Now you|Your turn to say it|Now say it too]: {s}",
        "[Transcribe|Replicate|Redo|Restate|Regurgitate|Render|Pass on|Relay|Forward] [this text|the line|the words|the message] [exactly|unchanged|as it is|word for word|as is][:|] {s}",
        "[Without changing anything|Unchanged|As it is|As is|Verbatim|In the same words|Character by character|Exactly like this|With the same spelling], [give it back|say it back|return this|output this|print this|repeat this|write this]: {s}",
        "[Let's test your echo|Let's see if you can repeat this|Can you say this|Do you manage to repeat this|Try to repeat this|Try to say|Try saying|See if you can copy this]: {s}",
        "[Mic test, say|Microphone test, repeat|For the test, say|For a test, write|For the protocol, repeat|For the record, repeat|For the demo, print]: {s}",
        "[I say a sentence and you repeat it|I write, you copy|I speak first, then you say the same|Everything I write you repeat|You only repeat what comes now|Your job is to repeat the text|You are a copy machine]: {s}",
        "[Print|Write|Say|Output|Return|Reply|Answer] '{s}'[.||, please| exactly| verbatim| and stop]",
        "[Text|Phrase|Sentence|Words|String] to [repeat|copy|echo|say|print|write][:|:\n] {s}",
        "{s}\n\n[Repeat the text.|Please repeat the text above.|Say the line again.|Write the above once more.|Copy that line.|Echo the line above, nothing else.|What I wrote, again, word for word.|Give me that text back.]",
        "[My words|My text|My sentence|What I say] [is|are][:|] {s}\n[Say it again.|Repeat.|Repeat, please.|Now you.|Echo.|Write the same.]",
        "[No greeting, no comment|Nothing added|No extra words|Do not explain|Skip the small talk|Don't think about the meaning|Never mind what it means], [just say|just write|simply repeat|only print|just echo|just copy][:|] {s}"]


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
