"""Choosing among 1 to 24 offered tools, filling in arguments, calling twice, and not calling when none fits."""
import re

from ..conversation import Conversation, Turn
from ..toolbox import Task, family_task, invented_task
from ..toolbox.outcomes import outcome
from ..toolbox.invented import VERBS, an_object
from ..wording import capital, sloppy
from .thinking import thought

OFFERED = {1: 4, 2: 6, 3: 6, 4: 4, 5: 2, 6: 2, 8: 2, 12: 1.2, 18: 0.8, 24: 0.8}
MOST_OF_TWO_CALLS = 8   # tools offered where two are called at once
NONE_FITS = "I have no tool for that."


def any_task(chance):
    return family_task(chance) if chance.flip(0.5) else invented_task(chance)


def tasks_beside(chance, task, count, near=0.35, draw=any_task):
    """`count` tasks for different tools in random order: the given one (if any) and others, some near misses."""
    tasks = [task] if task else []
    while len(tasks) < count:
        other = _near_miss(chance, task) if task and chance.flip(near) else draw(chance)
        if all(other.about != t.about and other.tool.name != t.tool.name for t in tasks):
            tasks.append(other)
    return chance.shuffled(tasks)


def offered(chance, task, count, near=0.35):
    return [t.tool for t in tasks_beside(chance, task, count, near)]


def earlier_rounds(chance, tasks):
    """Requests that were answered before with the same tools; mostly none."""
    turns = []
    for _ in range(chance.weighted({0: 78, 1: 15, 2: 5, 3: 2})):
        task = chance.pick(tasks).again(chance)
        turns += [Turn("user", task.ask), Turn("assistant", "", calls=[task.call])]
        raw, answer = outcome(chance, task)
        turns += [Turn("tool", raw), Turn("assistant", answer)]
    return turns


def _near_miss(chance, task):
    """The same verb on another object, or another verb on the same object."""
    if len(task.about) == 1:
        return any_task(chance)
    verb, thing = task.about
    if chance.flip():
        return invented_task(chance, verbs=next(g for g in VERBS if g[0] == verb), thing=an_object(chance))
    return invented_task(chance, verbs=chance.pick([g for g in VERBS if g[0] != verb]), thing=[thing])


def argument_list(task):
    """Every parameter of the tool in its order, so that each step is: the next name, then its value in the request."""
    given = dict(task.arguments)
    return ", ".join(f"{p.name} = {given[p.name]}" if p.name in given else f"{p.name} not given"
                     for p in task.tool.params) or "no arguments"


def nearest(tools, wish):
    """The name of the first tool that has most words of the wish in its name or description; None if no tool has any."""
    def in_common(tool):
        words = re.findall(r"[a-z]+|[0-9]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", f"{tool.name} {tool.description}").lower())
        return sum(word in words for word in wish.lower().split())
    best = max(tools, key=in_common)
    return best.name if in_common(best) else None


def as_written(wish, ask):
    """The wish; what a request begins with keeps its capital ("Goat: pause it"), since that is other tokens."""
    verb, _, thing = wish.partition(" ")
    return f"{verb} {capital(thing)}" if f"{capital(thing)}: {verb} it" in ask else wish


def call_thought(effort, task, ask):
    """First what is wanted, in few words, then the tool that is nearest to it, then the arguments: each step needs only
    the one before it and one look at the tools."""
    name, arguments, wish = task.tool.name, argument_list(task), as_written(task.wish, ask)
    return thought(effort, f"{name}: {arguments}", f"Wanted: {wish}. Nearest: {name}, yes: {arguments}.",
                   f"The user wants this: {wish}. I look for a tool that does it. Nearest: {name}, yes. It fits. "
                   f"Now its arguments from the request: {arguments}. I call {name} now.")


def two_calls_thought(effort, first, second):
    plan = f"{first.tool.name}: {argument_list(first)}; {second.tool.name}: {argument_list(second)}"
    wishes = f"{as_written(first.wish, first.ask)}; {as_written(second.wish, second.ask)}"
    return thought(effort, plan, f"Wanted: {wishes}. Two calls. {plan}.",
                   f"The user wants two things: {wishes}. I look for tools that do them. Both fit, so I need two calls. {plan}. "
                   "I make both calls now.")


def no_call_thought(effort, task, tools):
    name, wish = nearest(tools, task.wish), as_written(task.wish, task.ask)
    but = f" Nearest: {name}, no." if name else ""
    return thought(effort, "No tool fits.", f"Wanted: {wish}.{but} No tool fits.",
                   f"The user wants this: {wish}. I look for a tool that does it.{but} No tool fits. I do not call one, I say so.")


def one_call(chance, effort, tasks, task):
    ask, tools = task.ask, [t.tool for t in tasks]
    if chance.flip(0.4):
        ask = sloppy(chance, ask, protect=True)
    turns = [Turn("user", ask), Turn("assistant", "", call_thought(effort, task, ask), [task.call])]
    return Conversation("tool_call", earlier_rounds(chance, tasks) + turns, effort=effort, tools=tools)


def two_calls(chance, effort, tasks, first, second):
    glue = chance.pick([" Also: ", " And ", "\n", " Then ", " Also, ", " After that: ", " Next: ", " Second: "])
    ask, tools = first.ask.rstrip("?.!") + chance.pick([".", "?", ""]) + glue + second.ask, [t.tool for t in tasks]
    turns = [Turn("user", ask), Turn("assistant", "", two_calls_thought(effort, first, second), [first.call, second.call])]
    return Conversation("tool_parallel", turns, effort=effort, tools=tools)


def no_call(chance, effort, tasks, task):
    tools = [t.tool for t in tasks]
    turns = [Turn("user", task.ask), Turn("assistant", NONE_FITS, no_call_thought(effort, task, tools))]
    return Conversation("no_call", earlier_rounds(chance, tasks) + turns, effort=effort, tools=tools, answers=[NONE_FITS])


def question(chance, effort, tasks, task):
    """A conversation with the offered tools: mostly the call of `task`; or two calls; or what none of them can do."""
    kind = chance.weighted({"one": 10, "two": 2.5, "none": 5})
    if kind == "two" and len(tasks) <= MOST_OF_TWO_CALLS:
        second = chance.pick(tasks).again(chance) if chance.flip() else task.again(chance)
        if second.arguments != task.arguments or second.tool is not task.tool:
            return two_calls(chance, effort, tasks, task, second)
    if kind == "none":
        stranger = _near_miss(chance, task) if chance.flip(0.15) else any_task(chance)
        if all(stranger.about != t.about and stranger.tool.name != t.tool.name for t in tasks):
            return no_call(chance, effort, tasks, stranger)
    return one_call(chance, effort, tasks, task)


def conversation(chance, effort):
    """One question, and more about the same tools as siblings: what is offered is long, the questions are short."""
    task = any_task(chance)
    tasks = tasks_beside(chance, task, chance.weighted(OFFERED))
    first, *others = [question(chance, effort, tasks, t) for t in [task] + [chance.pick(tasks).again(chance) for _ in range(
        chance.integer(2, 4 + min(2 * len(tasks), 14)))]]
    first.siblings = others
    return first
