"""Writes the tables of CARD.md anew from eval/scores.json: the text around them stays, whoever reads it must see to it.

    python3 card.py

A table stands between `<!-- NAME -->` and `<!-- end -->`.
"""
import json
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
CARD = os.path.join(HERE, "CARD.md")
SHOWN = 90  # characters of a wrong answer


def _share(score):
    return f"{100 * score['right'] / score['of']:.0f}"


def _cell(text):
    return text.replace("|", "\\|").replace("\n", " ⏎ ").replace("<", "&lt;")


def _skills(scores):
    behind = scores["behind a long system prompt"]
    rows = [f"| {name} | {_share(s)} | {s['of']} | {_share(behind[name])} | {behind[name]['of']} |" for name, s in scores["held out"].items()]
    return ["| skill | right, % | cases | behind, % | cases |", "|---|---|---|---|---|", *rows]


def _handwritten(scores):
    mine = scores["handwritten"]
    total = {key: sum(s[key] for s in mine.values()) for key in ("right", "of")}
    rows = [f"| {name} | {s['right']} of {s['of']} |" for name, s in [*mine.items(), ("all", total)]]
    return ["| skill | right |", "|---|---|", *rows]


def _stops(scores):
    alone, behind = scores["stopped by themselves"], scores["stopped by themselves, behind"]
    lengths = ", ".join(f"{effort} {length}" for effort, length in scores["characters of thinking"].items())
    return ["| | |", "|---|---|", f"| stops by itself, before 700 tokens | {alone['stopped']} of {alone['of']} replies; behind a long "
            f"system prompt {behind['stopped']} of {behind['of']} |", f"| mean characters of thinking at each effort | {lengths} |"]


def _misses(scores):
    def got(miss):
        said = miss["got"]
        return _cell(said[:SHOWN] + "…" * (len(said) > SHOWN)) or "(nothing)"
    return ["| asked | said |", "|---|---|", *(f"| {_cell(m['question'])} | {got(m)} |" for m in scores["handwritten misses"])]


TABLES = {"skills": _skills, "handwritten": _handwritten, "stops": _stops, "misses": _misses}


def filled(card, scores):
    """The card with each table as the scores say. KeyError on a table nobody knows."""
    def table(found):
        return "\n".join([f"<!-- {found[1]} -->", *TABLES[found[1]](scores), "<!-- end -->"])
    return re.sub(r"<!-- (\w+) -->\n.*?<!-- end -->", table, card, flags=re.DOTALL)


def read():
    with open(CARD, encoding="utf-8") as file, open(os.path.join(HERE, "eval", "scores.json"), encoding="utf-8") as scores:
        return file.read(), json.load(scores)


def main():
    text = filled(*read())
    with open(CARD, "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
