"""Choosing among 1 to 24 offered tools, filling in arguments, calling twice, and not calling when none fits."""
from ..conversation import Conversation, Turn
from ..toolbox import Task, family_task, invented_task
from ..toolbox.outcomes import outcome
from ..toolbox.invented import VERBS, an_object
from ..wording import expand, sloppy
from .thinking import thought

OFFERED = {1: 5, 2: 7, 3: 6, 4: 4, 6: 2, 8: 1.5, 12: 0.5, 24: 0.2}
NONE_FITS = ["I have no tool for that.", "None of my tools can do that."]


def any_task(chance):
    return family_task(chance) if chance.flip(0.4) else invented_task(chance)


def tasks_beside(chance, task, count, near=0.35):
    """`count` tasks for different tools in random order: the given one (if any) and others, some near misses."""
    tasks = [task] if task else []
    while len(tasks) < count:
        other = _near_miss(chance, task) if task and chance.flip(near) else any_task(chance)
        if all(other.about != t.about and other.tool.name != t.tool.name for t in tasks):
            tasks.append(other)
    return chance.shuffled(tasks)


def offered(chance, task, count, near=0.35):
    return [t.tool for t in tasks_beside(chance, task, count, near)]


def earlier_rounds(chance, tasks):
    """Requests that were answered before with the same tools; mostly none."""
    turns = []
    for _ in range(chance.weighted({0: 55, 1: 25, 2: 15, 3: 5})):
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
    return ", ".join(f"{name} = {value}" for name, value in task.arguments) or "no arguments"


def call_thought(effort, task):
    left_out = [p.name for p in task.tool.params if p.name not in dict(task.arguments)]
    rest = f" Not given: {', '.join(left_out)}." if left_out else ""
    about = f" ({task.tool.description.split('.')[0]})" if task.tool.description else ""
    return thought(effort, f"{task.tool.name}: {argument_list(task)}", f"The tool {task.tool.name} fits: {argument_list(task)}.{rest}",
                   f"The user writes: {task.ask}\nI look at the offered tools. The one that fits is {task.tool.name}{about}. "
                   f"{argument_list(task)}.{rest} I call {task.tool.name} now.")


def single(chance, effort):
    task, count = any_task(chance), chance.weighted(OFFERED)
    ask = sloppy(chance, task.ask, protect=True) if chance.flip(0.4) else task.ask
    tasks = tasks_beside(chance, task, count)
    turns = [Turn("user", ask), Turn("assistant", "", call_thought(effort, task), [task.call])]
    return Conversation("tool_call", earlier_rounds(chance, tasks) + turns, effort=effort, tools=[t.tool for t in tasks])


def parallel(chance, effort):
    """The same tool for two values, or two different tools, in one turn."""
    first = any_task(chance)
    second = first.again(chance) if chance.flip(0.6) else any_task(chance)
    if second.arguments == first.arguments or (second.about != first.about and second.tool.name == first.tool.name):
        return parallel(chance, effort)
    glue = chance.pick([" Also: ", " And ", "\n", " Then ", " Also, ", " After that: ", " Next: ", " Second: "])
    ask = first.ask.rstrip("?.!") + chance.pick([".", "?", ""]) + glue + second.ask
    both = Task(first.tool, ask, first.arguments, first.about)
    tools = offered(chance, both, chance.integer(1, 4))
    if second.about != first.about:
        tools = [t for t in tools if t.name != second.tool.name]
        tools.insert(chance.integer(0, len(tools)), second.tool)
    plan = f"{first.tool.name}: {argument_list(first)}; {second.tool.name}: {argument_list(second)}"
    think = thought(effort, plan, f"I need two calls. {plan}.",
                    f"The user writes: {ask}\nThese are two requests, so I need two calls. {plan}. I make both calls now.")
    turns = [Turn("user", ask), Turn("assistant", "", think, [first.call, second.call])]
    return Conversation("tool_parallel", turns, effort=effort, tools=tools)


def none_fits(chance, effort):
    task, count = any_task(chance), chance.weighted(OFFERED)
    rest = [t for t in tasks_beside(chance, task, count + 1, near=0.15) if t is not task]
    others = [t.tool for t in rest]
    names = ", ".join(t.name for t in others[:4])
    think = thought(effort, "No tool fits.", "None of the offered tools is for this. I say so.",
                    f"The user writes: {task.ask}\nI look at the offered tools: {names}. None of them is for this. I say so.")
    turns = [Turn("user", task.ask), Turn("assistant", chance.pick(NONE_FITS), think)]
    return Conversation("no_call", earlier_rounds(chance, rest) + turns, effort=effort, tools=others, accept=lambda answer: answer in NONE_FITS)


def conversation(chance, effort):
    return chance.weighted({single: 10, parallel: 2, none_fits: 2.5})(chance, effort)
