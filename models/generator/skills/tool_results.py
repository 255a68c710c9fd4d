"""Reading back what a tool returned: objects, lists, texts, errors; and the next round after that."""
from ..conversation import Conversation, Turn
from ..toolbox.outcomes import outcome
from .thinking import thought
from .tool_calls import any_task, argument_list, call_thought, offered, two_calls_thought


def read_thought(effort, task, answer):
    short = answer.split(": ", 1)[-1].split("\n")[0]
    return thought(effort, short, f"The tool returned {short} I tell the user.",
                   f"I called {task.tool.name} with {argument_list(task)}. The tool returned: {short} I answer the user with this.")


def conversation(chance, effort):
    task, count = any_task(chance), chance.integer(1, 4)
    tools = offered(chance, task, count)
    raw, answer = outcome(chance, task)
    turns = [Turn("user", task.ask), Turn("assistant", "", call_thought(effort, task, task.ask), [task.call]), Turn("tool", raw)]
    if chance.flip(0.15):
        return _two_results(chance, effort, task, tools)
    turns.append(Turn("assistant", answer, read_thought(effort, task, answer)))
    if chance.flip(0.25):
        return _second_round(chance, effort, task, tools, turns)
    return Conversation("tool_result", turns, effort=effort, tools=tools)


def _two_results(chance, effort, task, tools):
    other = task.again(chance)
    rounds = [outcome(chance, t) for t in (task, other)]
    answer = "\n".join(a for _, a in rounds)
    ask = f"{task.ask.rstrip('?.!')}. Also: {other.ask}"
    think = two_calls_thought(effort, task, other)
    turns = [Turn("user", ask), Turn("assistant", "", think, [task.call, other.call]), Turn("tool", rounds[0][0]), Turn("tool", rounds[1][0]),
             Turn("assistant", answer, read_thought(effort, task, answer))]
    return Conversation("tool_result", turns, effort=effort, tools=tools)


def _second_round(chance, effort, task, tools, turns):
    again = task.again(chance)
    ask = chance.pick(["", "And now: ", "Next: ", "Thanks! ", "Ok. ", "Now "]) + again.ask
    call = Turn("assistant", "", call_thought(effort, again, ask), [again.call])
    return Conversation("tool_second", turns + [Turn("user", ask), call], effort=effort, tools=tools)
