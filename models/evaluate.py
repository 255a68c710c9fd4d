"""Scores the GGUF through llama.cpp: held-out conversations of every skill, and prompts written by hand.

    python3 evaluate.py --probe PROBE [--cases 100] [--model FILE.gguf] [--out eval/scores.json]

PROBE is the program that tests/build_probe.sh builds. Everything is greedy. Held-out cases use names, nouns and
questions that training never shows; the handwritten ones (eval/handwritten.json) were written apart from the generator.
"""
import argparse
import json
import os
import re
import subprocess

import generator
from generator import segments
from generator.surroundings import rule

HERE = os.path.dirname(os.path.abspath(__file__))
LIMIT = 700
ANSWER_LIMIT = 400


class Probe:
    def __init__(self, program, model):
        self.command = [program, model]

    def ask(self, mode, items):
        text = "".join(json.dumps(item) + "\n" for item in items)
        done = subprocess.run(self.command + [mode], input=text, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def complete(self, prompts):
        return [r["text"] for r in self.ask("complete", [{"prompt": p, "limit": LIMIT} for p in prompts])]


def split_output(prompt, output):
    """(thought, answer, closed): the thinking is open at the prompt's end unless the effort is none."""
    if prompt.endswith("</think>\n"):
        return "", output, True
    thought, mark, answer = output.partition("\n</think>\n")
    return thought, answer, bool(mark)


def held_out_cases(count, effort=None, long_system=False):
    """Up to `count` cases of each group; rare groups are looked for a while."""
    chance, found = generator.Chance(99, held_out=True), {}
    for skill in generator.MIX:
        source, mine = generator.stream(4242, held_out=True, skill=skill, effort=effort), {}
        for drawn in range(40 * count):
            case = next(source)
            cases = mine.setdefault(group_of(case), [])
            if len(cases) < count:
                if long_system and case.skill != "persona":
                    case.system = "You are a helpful assistant.\n" + "\n".join(rule(chance) for _ in range(60))
                cases.append(case)
            elif drawn > 4 * count and all(len(cases) == count for cases in mine.values()):
                break
        found.update(mine)
    return found


def group_of(case):
    """Skills, with tool calls apart by the number of tools offered and sums by their sign."""
    if case.skill == "tool_call":
        offered = len(case.tools)
        return "tool_call 1-3" if offered < 4 else "tool_call 4-8" if offered < 9 else "tool_call 9-24"
    if case.skill == "arithmetic":
        return "arithmetic " + case.turns[-1].text.split(" ")[1]
    return case.skill


def score_held_out(probe, groups):
    scores, misses, closed, total = {}, [], 0, 0
    for group, cases in sorted(groups.items()):
        prompts = ["".join(text for text, _ in segments(c)[:-1]) for c in cases]
        right = 0
        for case, prompt, output in zip(cases, prompts, probe.complete(prompts)):
            _, answer, done = split_output(prompt, output)
            closed, total = closed + done, total + 1
            ok = case.is_right(answer)
            right += ok
            if not ok:
                misses.append({"group": group, "question": case.question, "expected": generator.answer_text(case.turns[-1]),
                               "got": output[-ANSWER_LIMIT:]})
        scores[group] = {"right": right, "of": len(cases)}
        print(f"{group:16} {100 * right / len(cases):5.1f} %  of {len(cases)}", flush=True)
    scores["thinking closed"] = {"right": closed, "of": total}
    return scores, misses


def calls_of(text):
    """[(name, {parameter: text})] of the calls in an answer."""
    calls = []
    for name, body in re.findall(r"<function=([^>]+)>\n(.*?)</function>", text, re.S):
        calls.append((name, dict(re.findall(r"<parameter=([^>]+)>\n(.*?)\n</parameter>", body, re.S))))
    return calls


def handwritten_right(case, answer):
    """Every check that the case names must hold."""
    calls = calls_of(answer)
    if "calls" in case:
        return [[name, arguments] for name, arguments in calls] == case["calls"]
    if calls:
        return False
    if "json" in case:
        try:
            return json.loads(answer) == case["json"]
        except ValueError:
            return False
    low = answer.lower()
    return all(any(option.lower() in low for option in part.split("|")) for part in case["says"]) and \
        not any(word.lower() in low for word in case.get("not", []))


def score_handwritten(probe, path):
    with open(path, encoding="utf-8") as file:
        cases = json.load(file)
    prompts = [r["prompt"] for r in probe.ask("template", cases)]
    scores, misses = {}, []
    for case, prompt, output in zip(cases, prompts, probe.complete(prompts)):
        _, answer, _ = split_output(prompt, output)
        score = scores.setdefault("hand: " + case["skill"], {"right": 0, "of": 0})
        score["of"] += 1
        if handwritten_right(case, answer):
            score["right"] += 1
        else:
            misses.append({"group": "hand: " + case["skill"], "question": case["messages"][-1]["content"], "got": output[-ANSWER_LIMIT:]})
    for name, score in scores.items():
        print(f"{name:20} {score['right']} of {score['of']}", flush=True)
    return scores, misses


def thinking_lengths(probe, count):
    """Mean characters of thinking at each effort, over the same kinds of questions."""
    lengths = {}
    for effort in generator.EFFORTS:
        groups = held_out_cases(count, effort)
        cases = [c for group in groups.values() for c in group]
        prompts = ["".join(text for text, _ in segments(c)[:-1]) for c in cases]
        thoughts = [split_output(p, o)[0] for p, o in zip(prompts, probe.complete(prompts))]
        lengths[effort] = round(sum(map(len, thoughts)) / len(thoughts))
    return lengths


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", required=True)
    parser.add_argument("--model", default=os.path.join(HERE, "trilogue-mini.gguf"))
    parser.add_argument("--cases", type=int, default=100)
    parser.add_argument("--out", default=os.path.join(HERE, "eval", "scores.json"))
    options = parser.parse_args()
    probe = Probe(options.probe, options.model)
    held_out, misses = score_held_out(probe, held_out_cases(options.cases))
    print("-- behind a long system prompt")
    behind, _ = score_held_out(probe, held_out_cases(max(options.cases // 4, 5), long_system=True))
    print("-- handwritten")
    hand, hand_misses = score_handwritten(probe, os.path.join(HERE, "eval", "handwritten.json"))
    report = {"held out": held_out, "behind a long system prompt": behind, "handwritten": hand,
              "characters of thinking": thinking_lengths(probe, max(options.cases // 10, 3)),
              "tokens per second, one thread": probe.ask("speed", [])[0], "handwritten misses": hand_misses,
              "held out misses": misses[:60]}
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(report, file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
