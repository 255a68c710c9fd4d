"""A Task: one tool, one request for it, and the call that answers the request."""
from dataclasses import dataclass, field

from ..conversation import Call, Tool


@dataclass
class Task:
    tool: Tool
    ask: str
    arguments: list                  # pairs (name, value as text)
    about: tuple                     # what the tool is for: no other tool with the same is offered beside it
    result: dict = field(default_factory=dict)
    again: object = None             # Chance -> another Task for the same tool
    wish: str = ""                   # what the request wants done, in two or three words: "count apple"

    @property
    def call(self):
        return Call(self.tool.name, self.arguments)


PREFIXES = "my api app the v2 mcp do tool svc".split()


def tool_name(chance, parts):
    """The words of a name in one of the spellings that real tools have."""
    if chance.flip(0.12):
        parts = [chance.pick(PREFIXES + [chance.made_up()])] + parts
    style = chance.weighted({"_": 10, "-": 3, "": 1, "camel": 4, "pascal": 2, "mcp": 1})
    if style == "camel":
        return parts[0] + "".join(p.capitalize() for p in parts[1:])
    if style == "pascal":
        return "".join(p.capitalize() for p in parts)
    if style == "mcp":
        return f"mcp__{chance.made_up()}__{'_'.join(parts)}"
    return style.join(parts)


ON = ["with {k}", "{k} on", "{k}: yes", "{k} true", "and {k}", "set {k} to true", "turn on {k}", "{k} = true"]
OFF = ["without {k}", "{k} off", "{k}: no", "{k} false", "no {k}", "set {k} to false", "turn off {k}", "{k} = false"]


def mention_flag(chance, spoken, value):
    return chance.pick(ON if value == "true" else OFF).replace("{k}", spoken)
