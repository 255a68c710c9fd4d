"""Rules, notes and advice that do not matter: what the long prompts of agents are made of here."""
import os
import re

from .intents import FOLDER
from .wording import capital, expand

BABBLE_SHARE = 0.3

RULES = [
    "[Run|Runs|Start|Starts] [a|the] [command|script|test|query|task] [in the background|in a shell|on this machine|with a time limit|in the current folder][.| and returns its output.| and waits until it ends.]",
    "[Reads|Writes|Changes|Opens|Copies|Removes] [a|the|one] [file|folder|line|page|cell|record] [of the project|on the disk|in the workspace|that the user names][.|, and says what changed.|. The path must be absolute.]",
    "[Use this tool|Use it|Call it] [only when|if|as soon as|whenever] [the user asks for it|a task has more than one step|you need current facts|nothing else fits|the {a} is known][.|. Do not use it otherwise.]",
    "[The|Its|This] [result|output|answer|text] [is cut|is shortened|is limited] [after|to|at] {n} [lines|characters|tokens|items][.|. Ask for the rest if you need it.]",
    "[Before|After] [you commit|you change a file|each step|the last test], [run the tests|look at the result|tell the user what you did|check the {a}|ask for permission].",
    "[Do not|Never|You must not] [guess|invent|repeat|delete|print] [a path|an address|what is not there|keys or passwords|the whole file|what the user did not ask for].",
    "[Keep|Make|Write] [answers|comments|changes|commits] [short|small|simple|easy to read][.|, and say why.| unless the user wants more.]",
    "[Returns|Gives|Shows] [a list of|the names of|the number of|the first of] [all|the] {b}s [that match|in the {a}|of the user|with their ids][.|, newest first.]",
    "[Whether|If true,|Set it to|Optional:] [to search|also search|include|follow|ignore|sort|wait for] [hidden files|links|the {a}|upper and lower case|folders|old versions][.|; false by default.]",
    "[Today is day {n} of the year|The time zone is UTC|The working folder is {p}|The branch is {a}|The shell is bash].",
    "[This|The following|What follows] [may|may not|does not|will] [matter for|help with|be about|belong to] [your task|the question|the {a}][.|. Do not answer it unless you are asked.]",
    "The number of [seconds|milliseconds|lines|items|results] [to wait|to return|to skip|to read] [before it stops|at most|from the start][.| (default {n}).]",
    "[Always|Never|Usually|Where possible,|If asked,|When in doubt,|Please|You must|Do not|You should|You may|Make sure to|Remember to] {v} the {a} [before|after|without|instead of|together with|because of|in front of] the {b}[.|. This is important.|, unless the user says otherwise.]",
    "The {a} [is|must be|should be|can be|was] [in|near|under|above|part of|different from|older than] the {b}[.|, see {p}.| ({n}).]",
    "[Use|Prefer|Avoid|Check|Read|Write|Keep|Skip] {p} [for|when working with|to describe] {a}[.|s.| and {b}.]",
    "# {A} [rules|guide|notes|style|policy|section|overview|and {b}]", "- {a}: {b} [and|or] {c}[, {n}.|.|;]",
    "[Output|Answers|Replies|Comments|Messages|Names|Files] [should be|must be|are] [short|clear|polite|written in English|correct|complete|signed|numbered][.|, with at most {n} words.]",
    "[If|When|Once|As soon as|Unless] the {a} [fails|is missing|changes|is ready|is empty|is {n}], [stop|ask the user|{v} the {b}|use the {c}|continue|report it|wait {n} seconds].",
    "[Example|Note|Warning|Hint|Important|Tip]: [the|a|every|no] {a} [has|needs|knows|uses|returns] [a|one|its own|{n}] {b}[.|s.]",
    "You are [an agent|a coding assistant|an expert|a careful engineer|a system] that [can|must|will] {v} [the|every|a] {a} [in|of|with] the {b}.",
]


def _vocabulary():
    """Every word of the data files, each once."""
    words = set()
    for name in ("smalltalk.txt", "tools.txt", "trilogue.txt", "unknown.txt"):
        with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
            words.update(re.findall(r"[A-Za-z]{2,}", file.read()))
    return sorted(words)


VOCABULARY = _vocabulary()


def babble(chance):
    """Words in no order, marked up here and there: a real prompt says more than the rules here, and all of it is to be read over."""
    def word():
        plain = chance.pick(VOCABULARY)
        marked = [f"`{plain}`", f"**{plain}**", plain.upper(), f"<{plain}>", f"{plain},", f"{plain}:", f"({plain})", chance.path(),
                  str(chance.number())]
        return chance.pick(marked) if chance.flip(0.15) else plain
    return capital(" ".join(word() for _ in range(chance.integer(4, 20)))) + chance.pick([".", ".", ".", ":", "!", ""])


def rule(chance):
    if chance.flip(BABBLE_SHARE):
        return babble(chance)
    return expand(chance, chance.pick(RULES), a=chance.thing(), b=chance.noun(), c=chance.thing(), A=capital(chance.noun()), p=chance.path(),
                  n=chance.integer(1, 200), v=chance.pick("check read write update open save list sort use call test build".split()))
