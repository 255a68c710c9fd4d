"""Choosing among 1 to 24 offered tools, filling in arguments, calling twice, and not calling when none fits."""
from ..conversation import Conversation, Turn
from ..toolbox import Task, family_task, invented_task
from ..toolbox.outcomes import outcome
from ..toolbox.invented import VERBS, an_object
from ..wording import expand, sloppy
from .thinking import thought

OFFERED = {1: 4, 2: 6, 3: 6, 4: 4, 5: 2, 6: 2, 8: 2, 12: 0.8, 18: 0.4, 24: 0.4}
NONE_FITS = ["I have no tool for that.", "None of my tools can do that."]


def any_task(chance):
    return family_task(chance) if chance.flip(0.5) else invented_task(chance)


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
    return ", ".join(f"{name} = {value}" for name, value in task.arguments) or "no arguments"


def scan(tools, wanted):
    """Every offered tool, in order, and whether it is wanted: one comparison at a time is what a small model can do."""
    return ", ".join(f"{t.name} {'yes' if t.name in wanted else 'no'}" for t in tools) + "."


def call_thought(effort, task, tools):
    left_out = [p.name for p in task.tool.params if p.name not in dict(task.arguments)]
    rest = f" Not given: {', '.join(left_out)}." if left_out else ""
    marks = scan(tools, [task.tool.name])
    return thought(effort, f"{task.tool.name}: {argument_list(task)}", f"{marks} {task.tool.name}: {argument_list(task)}.{rest}",
                   f"I look at the offered tools one by one. {marks} The tool that fits is {task.tool.name}. "
                   f"{task.tool.name}: {argument_list(task)}.{rest} I call {task.tool.name} now.")


def two_calls_thought(effort, first, second, tools):
    plan = f"{first.tool.name}: {argument_list(first)}; {second.tool.name}: {argument_list(second)}"
    marks = scan(tools, [first.tool.name, second.tool.name])
    return thought(effort, plan, f"{marks} Two calls. {plan}.",
                   f"I look at the offered tools one by one. {marks} These are two requests, so I need two calls. {plan}. "
                   "I make both calls now.")


def single(chance, effort):
    task, count = any_task(chance), chance.weighted(OFFERED)
    ask = sloppy(chance, task.ask, protect=True) if chance.flip(0.4) else task.ask
    tasks = tasks_beside(chance, task, count)
    turns = [Turn("user", ask), Turn("assistant", "", call_thought(effort, task, [t.tool for t in tasks]), [task.call])]
    return Conversation("tool_call", earlier_rounds(chance, tasks) + turns, effort=effort, tools=[t.tool for t in tasks])


def parallel(chance, effort):
    """The same tool for two values, or two different tools, in one turn."""
    first = any_task(chance)
    second = first.again(chance) if chance.flip(0.6) else any_task(chance)
    alike = second.about == first.about or second.tool.name == first.tool.name
    if second.arguments == first.arguments or (alike and second.tool is not first.tool):
        return parallel(chance, effort)
    glue = chance.pick([" Also: ", " And ", "\n", " Then ", " Also, ", " After that: ", " Next: ", " Second: "])
    ask = first.ask.rstrip("?.!") + chance.pick([".", "?", ""]) + glue + second.ask
    both = Task(first.tool, ask, first.arguments, first.about)
    tools = offered(chance, both, chance.integer(1, 4))
    if second.about != first.about:
        tools = [t for t in tools if t.name != second.tool.name]
        tools.insert(chance.integer(0, len(tools)), second.tool)
    think = two_calls_thought(effort, first, second, tools)
    turns = [Turn("user", ask), Turn("assistant", "", think, [first.call, second.call])]
    return Conversation("tool_parallel", turns, effort=effort, tools=tools)


def none_fits(chance, effort):
    task, count = any_task(chance), chance.weighted(OFFERED)
    rest = [t for t in tasks_beside(chance, task, count + 1, near=0.15) if t is not task]
    others = [t.tool for t in rest]
    think = thought(effort, "No tool fits.", f"{scan(others, [])} No tool fits.",
                    f"I look at the offered tools one by one. {scan(others, [])} No tool fits. I do not call one, I say so.")
    turns = [Turn("user", task.ask), Turn("assistant", chance.pick(NONE_FITS), think)]
    return Conversation("no_call", earlier_rounds(chance, rest) + turns, effort=effort, tools=others, answers=NONE_FITS)


def conversation(chance, effort):
    return chance.weighted({single: 11, parallel: 2, none_fits: 2})(chance, effort)
