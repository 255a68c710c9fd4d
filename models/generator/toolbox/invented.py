"""Tasks for tools that nobody has seen: any verb on any object, known or made up, with any parameters.

Which tool fits is found only by comparing the request with names and descriptions, so that is what is learned.
"""
from ..conversation import Param, Tool
from ..wording import POLITE_BEFORE, capital, expand, participle
from .task import Task, mention_flag, tool_name
from .values import AS_NAMED, KINDS, said

# Verbs that ask for the same thing; a request may use another one than the tool's name.
VERBS = [group.split() for group in """get fetch retrieve read show|find search locate|create add make|delete remove erase|
update change edit modify|send dispatch forward|start run launch trigger|stop halt end|list enumerate|count|check verify inspect test|
book reserve|copy duplicate clone|move transfer relocate|rename|lock|unlock|export save|import load|convert transform|
compute calculate|print|share publish|archive|restart reboot|schedule plan|assign|approve accept confirm|reject decline|merge combine|
compare|track follow|order buy purchase|sell|measure|scan|clean clear|reset|install|draw render|summarize|open|close|cancel|sort|split|
rate|review|sync|watch|pause|resume|upload|download|analyze|encrypt|decrypt|validate|activate|deactivate|paint|fill|empty|fold|polish|
charge|weigh|label|repair fix|build|tune adjust|freeze|heat|cool|mix|rotate|flip|register|invite|ban|mute|pin|tag""".replace("\n", "").split("|")]

LEADS = {
    "get": ["[What is|What's|Tell me|Show me|Give me|I need|I'd like to see|Let me see|Do you have|Display|Look up|Where is|Can I see|How about] the {o}{m}[?|]"],
    "find": ["[Where is|Look for|Look up|I am looking for|Is there|Where can I find|I can't find] [the|a] {o}{m}[?|]"],
    "create": ["[I need|I want|We need|Set up|Please make|Give me] a new {o}{m}", "New {o}{m}[, please|]"],
    "delete": ["[Get rid of|I don't need|Throw away|Drop] the {o}{m}"],
    "list": ["[Which|What] {o}s [are there|do we have|exist]{m}?", "[Show|Show me|Give me] all [the |]{o}s{m}"],
    "count": ["How many {o}s [are there|do we have]{m}?"],
    "check": ["[Is|Check whether|See if] the {o} [is |][ok|fine|valid|right|good]{m}[?|]"],
    "update": ["The {o} [must be|has to be|should be] [changed|updated]{m}"],
    "stop": ["[I want|Make] the {o} [to stop|stop]{m}"],
}
PLAIN = ["{p}{v} [the |a |my |this |our |]{o}{m}", "{p}{v} [the |a |my |]{o}{m}",
         "[I want to|I need to|I have to|We should|I would like to|Help me|Help me to|It is time to|You should|I'd love to] {v} [the|a|my|this] {o}{m}",
         "[The|My|This] {o} [needs|has] to be {done}{m}", "{o}: {v} it{m}"]
BY_NAME = "[Use|Call|Run|Use the tool|Call the tool|Please use|I want you to use|Use the function] {t}{m}[.|!|]"
DESCRIPTIONS = ["{V} [the|a|an existing|one] {o}", "{V}s [the|a] {o}", "[This tool|It|This function] {v}s [the|a] {o}",
                "[Use this to|Use this tool to|Tool to|Lets you|Helper to|Used to|Call this to|Function to] {v} [the|a] {o}",
                "{V} {o} [data|records|entries|things|]",
                "{V} [the |a ]{o} [of the user|in the system|by its {a}|for the team|on the server|with options]"]
TAILS = [". Returns JSON.", ". Use with care.", ". Needs a login.", ", if there is one", ". Returns its id.", ". Only for admins.",
         ".", ".", ". Call it only when the user asks.", ". Fast.", ". The result is a list.", ". Do not use it twice.", ", or fails"]
PARAM_WORDS = ("id name count size color level mode code user city date key label amount speed target source text limit format "
               "region").split()
KIND_SHARES = {"word": 3, "person": 1, "place": 1, "code": 2, "integer": 3, "money": 1, "boolean": 2, "enum": 3, "phrase": 1,
               "date": 1, "path": 1, "email": 1, "list": 1.2}


def an_object(chance):
    return [chance.thing(), chance.thing()] if chance.flip(0.35) else [chance.thing()]


def invented_task(chance, verbs=None, thing=None):
    verbs, thing = verbs or chance.pick(VERBS), thing or an_object(chance)
    verb, spoken = chance.pick(verbs), " ".join(thing)
    name = tool_name(chance, thing + [verb] if chance.flip(0.25) else [verb] + thing)
    description = _description(chance, chance.pick(verbs) if chance.flip(0.4) else verb, spoken)
    if description and chance.flip(0.05):
        name = f"{chance.pick(['tool', 'fn', 'action', chance.made_up()])}_{chance.integer(1, 99)}"
    params = _params(chance, thing)
    tool = Tool(name, description, [p for _, p in params])
    return _request(chance, verbs, spoken, tool, params, (verbs[0], thing[-1]))


def _description(chance, verb, spoken):
    if chance.flip(0.15):
        return ""
    text = expand(chance, chance.pick(DESCRIPTIONS), v=verb, V=verb.capitalize(), o=spoken, a=chance.pick(PARAM_WORDS))
    return text.strip() + (chance.pick(TAILS) if chance.flip(0.4) else "")


def _params(chance, thing):
    """Pairs (kind, Param), each name once."""
    params, used = [], set(thing)
    for _ in range(chance.pick([0, 1, 1, 1, 2, 2, 2, 3, 3, 4])):
        kind = chance.weighted(KIND_SHARES)
        name = _param_name(chance, kind)
        if name not in used:
            used.add(name)
            params.append((kind, _param(chance, kind, name, thing)))
    return params


def _param(chance, kind, name, thing):
    spoken, options = name.replace("_", " "), []
    if kind == "enum":
        options = sorted({chance.made_up() if chance.flip(0.4) else chance.noun() for _ in range(chance.integer(2, 5))})
    shape = KINDS["word" if kind == "enum" else kind]
    description = chance.pick(["", "", f"The {spoken}", f"The {spoken} of the {thing[-1]}", f"Which {spoken}", *shape.descriptions])
    return Param(name, shape.type, description, chance.flip(0.65), options)


def _param_name(chance, kind):
    if kind in ("person", "place", "date", "path", "email") and chance.flip(0.7):
        return chance.pick(KINDS[kind].names)
    first = chance.pick([chance.noun(), chance.made_up(), chance.pick(PARAM_WORDS), chance.pick(PARAM_WORDS)])
    second = chance.pick(PARAM_WORDS)
    return chance.pick([first, first, f"{first}_{second}", first + second.capitalize()]) if first != second else first


def _mention(chance, kind, param, value):
    spoken = param.name.replace("_", " ") if chance.flip(0.6) else param.name
    if kind == "boolean":
        return mention_flag(chance, spoken, value)
    natural = [] if kind in ("word", "integer", "money", "enum", "phrase", "code", "list") else KINDS[kind].mentions
    return chance.pick(natural if natural and chance.flip() else AS_NAMED).replace("{k}", spoken).replace("{v}", said(kind, value))


def _request(chance, verbs, spoken, tool, params, about):
    arguments, mentions = [], []
    for kind, p in params:
        if p.required or chance.flip(0.4):
            value = chance.pick(p.enum) if kind == "enum" else KINDS[kind].draw(chance)
            arguments.append((p.name, value))
            mentions.append(_mention(chance, kind, p, value))
    tail = chance.pick([" and ", ", ", ", ", " "]).join(chance.shuffled(mentions))
    tail = (chance.pick([" ", " ", " ", ", ", ": "]) if tail else "") + tail
    ask, wish = _ask(chance, verbs, spoken, tool, tail)
    return Task(tool, ask, arguments, about, _result(chance), lambda c: _request(c, verbs, spoken, tool, params, about), wish)


def _ask(chance, verbs, spoken, tool, tail):
    """The request, and what it wants in its own words where it has any."""
    if not tool.description and chance.flip(0.15):
        return expand(chance, BY_NAME, t=tool.name, m=tail), f"use {tool.name}"
    leads, verb = verbs[0] in LEADS and chance.flip(), chance.pick(verbs)
    pattern = chance.pick(LEADS[verbs[0]] if leads else PLAIN)
    ask = capital(expand(chance, pattern, p=expand(chance, POLITE_BEFORE), v=verb, done=participle(verb), o=spoken, m=tail))
    ask += chance.pick(["", "", ".", "!", " please", ", please"]) if ask[-1].isalnum() else ""
    return ask, f"{verbs[0] if leads else verb} {spoken}"


def _result(chance):
    def key():
        return chance.pick([chance.noun(), "status", "id", chance.noun() + "_id", chance.made_up(), chance.pick(PARAM_WORDS)])

    def value():
        return chance.pick([chance.integer(0, 999), chance.made_up(), chance.code(), chance.noun(), chance.city(), chance.name(),
                            chance.flip(), chance.pick("ok done failed open closed ready".split()), chance.integer(1, 9999) / 10])
    return {key(): value() for _ in range(chance.pick([1, 1, 2, 2, 3]))}
