"""Rules, notes and advice that do not matter: what the long prompts of agents are made of here."""
from .wording import capital, expand

RULES = [
    "[Always|Never|Usually|Where possible,|If asked,|When in doubt,|Please|You must|Do not|You should|You may|Make sure to|Remember to] {v} the {a} [before|after|without|instead of|together with|because of|in front of] the {b}[.|. This is important.|, unless the user says otherwise.]",
    "The {a} [is|must be|should be|can be|was] [in|near|under|above|part of|different from|older than] the {b}[.|, see {p}.| ({n}).]",
    "[Use|Prefer|Avoid|Check|Read|Write|Keep|Skip] {p} [for|when working with|to describe] {a}[.|s.| and {b}.]",
    "# {A} [rules|guide|notes|style|policy|section|overview|and {b}]", "- {a}: {b} [and|or] {c}[, {n}.|.|;]",
    "[Output|Answers|Replies|Comments|Messages|Names|Files] [should be|must be|are] [short|clear|polite|written in English|correct|complete|signed|numbered][.|, with at most {n} words.]",
    "[If|When|Once|As soon as|Unless] the {a} [fails|is missing|changes|is ready|is empty|is {n}], [stop|ask the user|{v} the {b}|use the {c}|continue|report it|wait {n} seconds].",
    "[Example|Note|Warning|Hint|Important|Tip]: [the|a|every|no] {a} [has|needs|knows|uses|returns] [a|one|its own|{n}] {b}[.|s.]",
    "You are [an agent|a coding assistant|an expert|a careful engineer|a system] that [can|must|will] {v} [the|every|a] {a} [in|of|with] the {b}.",
]


def rule(chance):
    return expand(chance, chance.pick(RULES), a=chance.thing(), b=chance.noun(), c=chance.thing(), A=capital(chance.noun()), p=chance.path(),
                  n=chance.integer(1, 200), v=chance.pick("check read write update open save list sort use call test build".split()))
