"""What coding agents send: a long system prompt, 5 to 22 tools with long descriptions and many parameters, and
reminders around the question, which is often none for a tool."""
from ..conversation import Param, Turn
from ..rules import rule
from ..toolbox import family_task
from ..toolbox.families import FAMILIES
from ..toolbox.invented import PARAM_WORDS
from . import arithmetic, repeating, smalltalk, trilogue, unknown
from .tool_calls import any_task, question, tasks_beside

DESCRIPTION_LIMIT, PARAM_LIMIT = 200, 100   # characters that the template shows
CODING = [f for f in FAMILIES if {kind for _, kind, _ in f.params} & {"command", "path", "folder"}]   # what agents mostly offer
SHELL = [f for f in CODING if f.meant]
CODING_SHARE, SHELL_SHARE, SHELL_ASKED = 0.35, 0.6, 0.2
BESIDES = {smalltalk: 4, unknown: 3, trilogue: 2, arithmetic: 2, repeating: 1}   # what is asked besides tool calls


def prose(chance, limit):
    text = rule(chance)
    while len(text) < limit and chance.flip(0.7):
        text += " " + rule(chance)
    return text[:limit].replace("\n", " ")


def elaborate(chance, tool):
    """Describes a tool at length and gives it options that nobody asks for, in place."""
    if chance.flip(0.8):
        base = tool.description.rstrip(".") + ". " if tool.description else ""
        tool.description = (base + prose(chance, chance.integer(40, DESCRIPTION_LIMIT)))[:DESCRIPTION_LIMIT]
    for param in tool.params:
        if not param.description and chance.flip(0.8):
            param.description = prose(chance, chance.integer(10, PARAM_LIMIT))
    used = {p.name for p in tool.params}
    for _ in range(chance.pick([0, 0, 1, 1, 2, 3, 5])):
        name = chance.pick(PARAM_WORDS) + chance.pick(["_", "_max_", "_per_"]) + chance.noun()
        if name not in used:
            used.add(name)
            options = chance.some(PARAM_WORDS, chance.integer(2, 4)) if chance.flip(0.2) else []
            kind = "string" if options else chance.pick(["string", "string", "integer", "boolean", "number", "array of string", "object"])
            tool.params.append(Param(name, kind, prose(chance, chance.integer(10, PARAM_LIMIT)) if chance.flip(0.8) else "", False, options))


def remind(chance, conversation):
    """Puts notes that do not matter around the last question: within it, or as messages of their own."""
    def notes(most):
        return "\n".join(rule(chance) for _ in range(chance.integer(1, most)))

    mark = chance.pick(["system-reminder", "system-reminder", "environment_context", "context", "instructions"])
    note = f"<{mark}>\n{notes(12)}\n</{mark}>"
    at = max(i for i, turn in enumerate(conversation.turns) if turn.role == "user")
    if chance.flip():
        conversation.turns[at].text = note + chance.pick(["\n", "\n\n"]) + conversation.turns[at].text
    else:
        conversation.turns.insert(at, Turn("user", note))
        at += 1
    where = chance.pick([None, at, at + 1])     # one agent says more before the question, another one behind it
    if where is not None:
        conversation.turns.insert(where, Turn("system", notes(20)))


def agents_task(chance):
    return family_task(chance, chance.pick(CODING)) if chance.flip(CODING_SHARE) else any_task(chance)


def conversation(chance, effort):
    """One block of tools and a dozen questions behind it."""
    first_task = family_task(chance, chance.pick(SHELL)) if chance.flip(SHELL_SHARE) else agents_task(chance)
    tasks = tasks_beside(chance, first_task, chance.integer(5, 22), draw=agents_task)
    for task in tasks:
        elaborate(chance, task.tool)
    system = "\n".join(rule(chance) for _ in range(chance.integer(10, 40)))

    def asked():
        if chance.flip(0.4):
            made = chance.weighted(BESIDES).conversation(chance, effort)
            return asked() if made.wants_a_tool else made
        task = first_task if chance.flip(SHELL_ASKED) else chance.pick(tasks)
        return question(chance, effort, tasks, task.again(chance))

    first, *others = [asked() for _ in range(chance.integer(7, 13))]
    for one in (first, *others):
        one.tools, one.system = [t.tool for t in tasks], system
        if chance.flip(0.7):
            remind(chance, one)
    first.skill, first.siblings = "agent", others
    return first
