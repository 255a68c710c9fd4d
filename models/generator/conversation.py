"""What a conversation is, and its one rendering as training text.

The rendering says the same as chat.jinja (a test compares them); it also says which parts the model has to
learn: what the assistant writes, above all after the last user message.
"""
import re
from dataclasses import dataclass, field

EFFORTS = ("none", "low", "medium", "high")
START, END = "<|im_start|>", "<|im_end|>\n"
READ, BEFORE, NOW = 0, 1, 2        # how a part of the text is learned
_NOTE = re.compile(r"^<([\w-]+)>\n.*?\n</\1>\n+", re.DOTALL)
SYSTEM_LIMIT, SYSTEM_HEAD, SYSTEM_TAIL = 1500, 1000, 400


@dataclass
class Param:
    name: str
    type: str                      # JSON type name
    description: str = ""
    required: bool = True
    enum: list = field(default_factory=list)


@dataclass
class Tool:
    name: str
    description: str
    params: list


@dataclass
class Call:
    name: str
    arguments: list                # pairs (parameter name, value as text)


@dataclass
class Turn:
    role: str                      # user, assistant, tool, system
    text: str = ""
    thought: str = ""
    calls: list = field(default_factory=list)


@dataclass
class Conversation:
    skill: str
    turns: list
    system: str = ""
    effort: str = "medium"
    tools: list = field(default_factory=list)
    answers: list = field(default_factory=list)   # other answers that are as right as the last turn's
    siblings: list = field(default_factory=list)  # other conversations under the same system prompt, tools and effort

    @property
    def question(self):
        """The last thing the user said, without the notes that an agent puts before it: what the split into training and
        evaluation looks at."""
        return _NOTE.sub("", [t.text for t in self.turns if t.role == "user"][-1])

    @property
    def wants_a_tool(self):
        """The answer is that a tool must be offered: wrong where some are."""
        return "Offer me a tool" in self.turns[-1].text

    def is_right(self, answer):
        """Whether the text after the thinking answers the last turn rightly; calls are compared as text."""
        return answer in self.right_answers()

    def right_answers(self):
        given = answer_text(self.turns[-1])
        return [given] + [a for a in self.answers if a != given]


def shortened(text):
    """Cut between words, so that no character is torn where the template counts bytes."""
    if len(text.encode("utf-8")) <= SYSTEM_LIMIT:
        return text
    return text[:SYSTEM_HEAD].rsplit(" ", 1)[0] + "\n[...]\n" + text[-SYSTEM_TAIL:].split(" ", 1)[-1]


def describe(tool):
    """The name comes again at the end: there it has seen what the tool does, so a look for the tool finds its name."""
    lines = [tool.name + (": " + tool.description.strip().split("\n")[0][:200] if tool.description else "")]
    for p in tool.params:
        line = f"- {p.name} ({'|'.join(p.enum) or p.type}{'' if p.required else ', optional'})"
        lines.append(line + (": " + p.description if p.description and len(p.description) <= 100 else ""))
    return "\n".join([*lines, f"end {tool.name}"])


def call_text(call):
    arguments = "".join(f"<parameter={name}>\n{value}\n</parameter>\n" for name, value in call.arguments)
    return f"<tool_call>\n<function={call.name}>\n{arguments}</function>\n</tool_call>"


def answer_text(turn):
    return "\n".join(([turn.text] if turn.text else []) + [call_text(c) for c in turn.calls])


def system_block(conversation):
    text = shortened(conversation.system)
    out = START + "system\n" + (text + "\n\n" if text else "")
    if conversation.tools:
        out += "# Tools\n\n<tools>\n" + "\n".join(map(describe, conversation.tools)) + "\n</tools>\n\n"
    return out + f"Reasoning: {conversation.effort}" + END


def segments(conversation):
    """The rendered conversation as a list of (text, learned): NOW for the answer, BEFORE for the assistant's earlier
    turns, READ for what the model only reads."""
    last_user = max(i for i, t in enumerate(conversation.turns) if t.role == "user")
    out = [(system_block(conversation), READ)]
    for i, turn in enumerate(conversation.turns):
        if turn.role == "assistant":
            out += _assistant(turn, conversation.effort, i > last_user)
        elif turn.role == "tool":
            first = conversation.turns[i - 1].role != "tool"
            last = i + 1 == len(conversation.turns) or conversation.turns[i + 1].role != "tool"
            text = f"<tool_response>{turn.text}</tool_response>"
            out.append(((START + "tool_response\n" if first else "") + text + (END if last else ""), READ))
        else:
            text = shortened(turn.text) if turn.role == "system" else turn.text
            out.append((START + turn.role + "\n" + text + END, READ))
    return out


def _assistant(turn, effort, current):
    answer = answer_text(turn) + END
    if not current:
        return [(START + "assistant\n", READ), (answer, BEFORE)]
    if effort == "none":
        return [(START + "assistant\n<think>\n\n</think>\n", READ), (answer, NOW)]
    return [(START + "assistant\n<think>\n", READ), (f"{turn.thought}\n</think>\n{answer}", NOW)]
