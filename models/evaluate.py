"""Scores a GGUF through the real server: held-out conversations of every skill, and prompts written by hand.

    python3 evaluate.py [--cases 100] [--model FILE.gguf] [--out eval/scores.json] [--record]

Everything is greedy and goes over HTTP as a client would send it (TRILOGUE_BINARY names the server, else the
release build's). Held-out cases use names, nouns and questions that training never shows; the handwritten ones
(eval/handwritten.json) were written apart from the generator. `--record` also writes the few hundred fixed cases that the
test suite runs (eval/cases.json) and their bars (eval/bars.json), a little under what this file reaches. Only Python's standard library is needed.
"""
import argparse
import json
import os

import generator
from generator.rules import rule
from judge import is_right, shown
from server import MODEL_FILE, Server
from wire import request_of, wanted_of

HERE = os.path.dirname(os.path.abspath(__file__))
SHOWN = 400                       # characters of a miss
SEED, FIXED_SEED = 4242, 777
FIXED_CASES = 14                  # of each group in eval/cases.json,
FIXED_LONG = {"agent": 6}         # and so many of groups whose requests are long
SLACK = 2                         # so many of them may get lost before the test fails


def group_of(case):
    """Skills, with tool calls apart by the number of tools offered and sums by their sign."""
    if case.skill == "tool_call":
        offered = len(case.tools)
        return "tool_call 1-3" if offered < 4 else "tool_call 4-8" if offered < 9 else "tool_call 9-24"
    if case.skill == "arithmetic":
        return "arithmetic " + case.turns[-1].text.split(" ")[1]
    return case.skill


def held_out_groups(count, effort="medium", long_system=False, seed=SEED):
    """Up to `count` conversations of each group; rare groups are looked for a while."""
    chance, found = generator.Chance(99, held_out=True), {}
    for skill in generator.MIX:
        source, mine = generator.stream(seed, held_out=True, skill=skill, effort=effort), {}
        for drawn in range(60 * count):
            case = next(source)
            cases = mine.setdefault(group_of(case), [])
            if len(cases) < count:
                if long_system and case.skill != "persona":
                    case.system = "You are a helpful assistant.\n" + "\n".join(rule(chance) for _ in range(120))
                cases.append(case)
            elif drawn > 4 * count and all(len(cases) == count for cases in mine.values()):
                break
        found.update(mine)
    return dict(sorted(found.items()))


def as_cases(groups):
    return [{"skill": name, "request": request_of(c), "right": wanted_of(c)} for name, group in groups.items() for c in group]


def handwritten():
    with open(os.path.join(HERE, "eval", "handwritten.json"), encoding="utf-8") as file:
        return json.load(file)


def score(server, cases):
    """({skill: {right, of}}, misses, how many stopped by themselves)"""
    scores, misses, stopped = {}, [], 0
    for case, choice in zip(cases, server.ask_all([c["request"] for c in cases])):
        mine = scores.setdefault(case["skill"], {"right": 0, "of": 0})
        mine["of"] += 1
        stopped += choice["finish_reason"] != "length"
        if is_right(case["right"], choice["message"]):
            mine["right"] += 1
        else:
            misses.append({"skill": case["skill"], "question": case["request"]["messages"][-1]["content"], "right": case["right"],
                           "thought": choice["message"].get("reasoning", "")[-SHOWN:], "got": shown(choice["message"])[:SHOWN]})
    for name, mine in scores.items():
        print(f"{name:16} {100 * mine['right'] / mine['of']:5.1f} %  of {mine['of']}", flush=True)
    return scores, misses, {"stopped": stopped, "of": len(cases)}


def record(server):
    """Writes the fixed cases and their bars; a group that hardly anything is right of has no bar and is left out."""
    groups = held_out_groups(FIXED_CASES, seed=FIXED_SEED)
    cases = as_cases({name: group[:FIXED_LONG.get(name, FIXED_CASES)] for name, group in groups.items()})
    scores, _, _ = score(server, cases)
    bars = {name: s["right"] - SLACK for name, s in scores.items() if s["right"] > SLACK}
    with open(os.path.join(HERE, "eval", "cases.json"), "w", encoding="utf-8") as file:
        lines = [json.dumps(c, ensure_ascii=False) for c in cases if c["skill"] in bars]
        file.write("[\n" + ",\n".join(lines) + "\n]\n")
    write(os.path.join(HERE, "eval", "bars.json"), bars)


def thinking_lengths(server, count):
    """Mean characters of thinking at each effort, over the same kinds of questions."""
    lengths = {}
    for effort in generator.EFFORTS:
        choices = server.ask_all([c["request"] for c in as_cases(held_out_groups(count, effort))])
        lengths[effort] = round(sum(len(c["message"].get("reasoning", "")) for c in choices) / len(choices))
    return lengths


def write(name, data):
    with open(name, "w", encoding="utf-8") as file:
        json.dump(data, file, ensure_ascii=False, indent=1)
        file.write("\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=MODEL_FILE)
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--out", default=os.path.join(HERE, "eval", "scores.json"))
    parser.add_argument("--record", action="store_true")
    options = parser.parse_args()
    with Server(options.model) as server:
        if options.record:
            record(server)
        held_out, misses, closed = score(server, as_cases(held_out_groups(options.cases)))
        print("-- behind a long system prompt")
        behind, _, closed_behind = score(server, as_cases(held_out_groups(max(options.cases // 3, 5), long_system=True)))
        print("-- handwritten")
        hand, hand_misses, _ = score(server, handwritten())
        report = {"held out": held_out, "stopped by themselves": closed, "behind a long system prompt": behind,
                  "stopped by themselves, behind": closed_behind, "handwritten": hand,
                  "characters of thinking": thinking_lengths(server, max(options.cases // 25, 3)),
                  "handwritten misses": hand_misses, "held out misses": misses[::max(1, len(misses) // 60)]}
    write(options.out, report)


if __name__ == "__main__":
    main()
