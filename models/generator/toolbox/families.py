"""Tasks from the hand-written families of data/tools.txt."""
import os
from dataclasses import dataclass, field

from ..conversation import Param, Tool
from ..intents import FOLDER, Asked
from ..wording import capital, expand
from .task import Task, tool_name
from .values import KINDS, json_value

TAILS = ["Returns JSON.", "Returns text.", "Use it when the user asks for it.", "Fails if nothing is found.", "Needs no login.",
         "Use with care.", "The result may be late.", "Call it once per value.", "Costs nothing.", "Only for registered users."]


@dataclass(eq=False)
class Family(Asked):
    names: list = field(default_factory=list)
    description: str = ""
    params: list = field(default_factory=list)   # (key, kind, required)
    asks: list = field(default_factory=list)
    result: list = field(default_factory=list)   # (key, kind)
    meant: dict = field(default_factory=dict)    # of some asks the value of the first parameter, which they do not name


def load():
    families = []
    with open(os.path.join(FOLDER, "tools.txt"), encoding="utf-8") as file:
        for block in file.read().split("\n\n"):
            lines = [line for line in block.split("\n") if line and not line.startswith("#")]
            if lines:
                families.append(_parse(lines))
    return families


def _parse(lines):
    family = Family()
    for line in lines:
        mark, rest = line[0], line[2:]
        if mark == "=":
            family.names = rest.split()
        elif mark == ":":
            family.description = rest
        elif mark == "+":
            pairs = [p.split(":") for p in rest.split()]
            family.params = [(key.rstrip("?"), kind, not key.endswith("?")) for key, kind in pairs]
        elif mark == "?":
            family.asks.append(rest)
        elif mark == "&":
            value, ask = rest.split(": ", 1)
            family.asks.append(ask)
            family.meant[ask] = value
        elif mark == "!":
            family.result = [tuple(p.split(":")) for p in rest.split()]
    return family


FAMILIES = load()


def family_task(chance, family=None):
    family = family or chance.pick(FAMILIES)
    name = chance.pick(family.names)
    if chance.flip(0.35):
        name = tool_name(chance, name.split("_"))
    description = expand(chance, family.description).strip() + chance.pick(["", "", ".", ". " + chance.pick(TAILS)])
    params = _params(chance, family)
    tool = Tool(name, description if chance.flip(0.93) else "", list(params.values()))
    return _request(chance, family, tool, params)


def _params(chance, family):
    """By key. A parameter that is the only one of its kind may have another usual name."""
    kinds, used = [kind for _, kind, _ in family.params], {key for key, _, _ in family.params}
    params = {}
    for key, kind_name, required in family.params:
        kind = KINDS[kind_name]
        others = [n for n in kind.names if n not in used]
        rename = others and kinds.count(kind_name) == 1 and chance.flip(0.35)
        name = chance.pick(others) if rename else key
        used.add(name)
        params[key] = Param(name, kind.type, chance.pick(kind.descriptions), required, list(kind.enum))
    return params


def _request(chance, family, tool, params):
    values = {key: KINDS[kind].draw(chance) for key, kind, _ in family.params}
    if len(set(values.values())) < len(values):
        return _request(chance, family, tool, params)
    pattern = family.ask(chance)
    ask, arguments, meant = expand(chance, pattern), [], None
    if pattern in family.meant:
        meant = family.params[0][0]
        values[meant] = family.meant[pattern]
    for key, kind, required in family.params:
        inside = key == meant or "{" + key + "}" in ask
        if not inside and (required or chance.flip(0.35)):
            ask = _append(ask, chance.pick(KINDS[kind].mentions).replace("{k}", params[key].name.replace("_", " ")), key)
            inside = True
        if inside:
            arguments.append((params[key].name, values[key]))
    ask = capital(ask)   # but a value at its begin stays as it is
    for key, value in values.items():
        ask = ask.replace("{" + key + "}", value)
    result = {key: json_value(kind, KINDS[kind].draw(chance)) for key, kind in family.result}
    wish = family.names[0].replace("_", " ")
    return Task(tool, ask, arguments, (family.names[0],), result, lambda c: _request(c, family, tool, params), wish)


def _append(ask, mention, key):
    end = ask[-1] if ask[-1] in "?." else ""
    return ask.rstrip("?.") + ("" if mention[0] == ":" else " ") + mention.replace("{v}", "{" + key + "}") + end
