"""What stands around a conversation and must not disturb it: a system prompt (none, short, or long like an agent's),
earlier turns about other things, and tools that the question does not need."""
from .chance import is_test_question
from .rules import rule
from .skills import arithmetic, extraction, listing, repeating, smalltalk, trilogue, unknown
from .skills.tool_calls import offered

COMPANY = [smalltalk, smalltalk, trilogue, unknown, unknown]
LONG = 120     # characters of a system prompt

SHORT = ["You are a helpful assistant.", "You are a helpful assistant.", "You are a helpful AI assistant.", "Be concise.", "Answer politely.",
         "You are a demo model.", "Answer in one sentence.", "Be brief and friendly.", "You are an assistant.", "Use simple English.",
         "You are a helpful, honest and harmless assistant.", "Help the user.", "Think before you answer.", "Today is a nice day.",
         "Keep answers short.", "You answer questions.", "You are a large language model.", "You are a coding agent.", "You are a useful bot."]


def system_prompt(chance):
    """Empty, a short line, or up to some 2,000 characters of rules that do not matter."""
    length = chance.weighted({"none": 52, "short": 34, "some": 10, "long": 4})
    if length == "none":
        return ""
    if length == "short":
        return chance.pick(SHORT)
    glue = chance.pick([" ", "\n", "\n", "\n\n"])
    count = chance.integer(1, 6) if length == "some" else chance.integer(8, 30)
    return chance.pick(SHORT) + glue + glue.join(rule(chance) for _ in range(count))


def history(chance):
    """Earlier turns: mostly none."""
    turns = []
    for _ in range(chance.weighted({0: 80, 1: 12, 2: 6, 3: 2})):
        skill = chance.pick([smalltalk, smalltalk, arithmetic, repeating, trilogue, unknown, listing, extraction])
        earlier = skill.conversation(chance, "none")
        if not earlier.system and is_test_question(earlier.question) == chance.held_out:
            turns += earlier.turns
    return turns


def company(chance, conversation):
    """Other questions under the same long system prompt or tools: a token that is read for one is read for all."""
    others = [chance.pick(COMPANY).conversation(chance, conversation.effort) for _ in range(chance.integer(3, 8))]
    return [o for o in others if not o.system and not (conversation.tools and _sounds_like_a_tools_task(o))]


def surround(chance, conversation):
    """Adds to what the skill made, leaving alone what the skill itself gave."""
    alone = not conversation.system and not conversation.tools
    if not conversation.system:
        conversation.system = system_prompt(chance)
    if not conversation.tools and not _sounds_like_a_tools_task(conversation) and chance.flip(0.14):
        conversation.tools = offered(chance, None, chance.integer(1, 5))
    if alone and (conversation.tools or len(conversation.system) > LONG):
        conversation.siblings = company(chance, conversation)
    for sibling in conversation.siblings:
        sibling.system, sibling.tools = conversation.system, conversation.tools
    for one in (conversation, *conversation.siblings):
        _put_history_before(chance, one)
    return conversation


def _sounds_like_a_tools_task(conversation):
    """With tools offered such a wish would have another answer: that none of them fits."""
    return conversation.skill == "unknown" or conversation.wants_a_tool


def _put_history_before(chance, conversation):
    if conversation.skill not in ("memory",) or chance.flip(0.3):
        conversation.turns = history(chance) + conversation.turns
    elif chance.flip(0.4):  # other things between what was told and what is asked
        conversation.turns[-2:-2] = history(chance)
