"""Sums, differences and products up to three digits, worked out digit by digit in the thinking."""
from ..conversation import Conversation, Turn
from ..wording import expand, sloppy
from .thinking import thought

PLACES = ["ones", "tens", "hundreds", "thousands"]
WRITTEN = {"+": ["+", "+", "plus"], "-": ["-", "-", "minus"], "*": ["*", "x", "times", "multiplied by"]}
ASKS = [
    "[What is|What's|Whats|How much is|Calculate|Compute|Solve|Work out|Tell me|Give me|Can you calculate|Please compute|Can you compute|Could you work out|Do you know what|I need|Find|Evaluate|Quick:|Calc|What does|what do you get for|How many is|Tell me the result of|What is the result of|Math question:] {e}[?|| please| please?|.]",
    "{e}[| =| = ?|?|=?| equals?| is what?| makes?| please]",
]
STORIES = {
    "+": ["[I have|We have|{n} has|There are|Our shop has] {a} {t}[ and|, and then] [get|buy|find|receive|add] {b} more. [How many|How many {t}] [are there|are there now|is that|are there in total|in total|now][?|]",
          "[Add|Sum|Sum up|Please add|Add up] {a} and {b}[.|?|]",
          "[What is|Tell me|Give me|Compute] the [sum|total] of {a} and {b}[?|.|]"],
    "-": ["[I have|We have|{n} has|There are] {a} {t}[ and|. Then|, but] {b} [are lost|are sold|are given away|go missing|are eaten|are taken away|break]. How many [are left|remain|are left now|stay][?|]",
          "[Subtract|Take|Take away|Please subtract] {b} from {a}[.|?|]",
          "[What is|Tell me|Give me] the difference [of|between] {a} and {b}[?|.|]"],
    "*": ["[There are|I have|We have|{n} buys] {a} [boxes|bags|packs|rows] [with|of] {b} {t} each. How many {t} [are there|is that|are there in total|do we have][?|]",
          "[Multiply|Please multiply] {a} [by|and|with] {b}[.|?|]",
          "[What is|Tell me|Give me] the product of {a} and {b}[?|.|]"],
}


def _digits(number):
    return [int(c) for c in reversed(str(number))]


def _columns(a, b):
    first, second = _digits(a), _digits(b)
    for i in range(max(len(first), len(second))):
        yield PLACES[i], (first[i] if i < len(first) else 0), (second[i] if i < len(second) else 0)


def add_steps(a, b):
    steps, carry = [], 0
    for place, x, y in _columns(a, b):
        total = x + y + carry
        steps.append(f"{place}: {x} + {y} + {carry} = {total}, write {total % 10}, carry {total // 10}")
        carry = total // 10
    return "; ".join(steps) + "."


def subtract_steps(a, b):
    """For a >= b."""
    steps, borrow = [], 0
    for place, x, y in _columns(a, b):
        short = x - y - borrow < 0
        lent = x + 10 if short else x
        steps.append(f"{place}: {lent} - {y} - {borrow} = {lent - y - borrow}, borrow {int(short)}")
        borrow = int(short)
    return "; ".join(steps) + "."


def multiply_steps(a, b):
    """The larger factor by each digit of the smaller one, as on paper, then the sum of the two rows if there are two."""
    large, digits = max(a, b), _digits(min(a, b))
    rows = [large * digit * 10 ** i for i, digit in enumerate(digits)]
    steps = "; ".join(_row(large, digit) + (f", with a zero {row}" if i else "") for i, (digit, row) in enumerate(zip(digits, rows)))
    return f"{steps}. {add_steps(*rows)} The sum is {sum(rows)}." if len(rows) == 2 else steps + "."


def _row(number, digit):
    """A number times one digit: each of its digits from the right, with what is carried."""
    if number < 10:
        return f"{number} * {digit} = {number * digit}"
    steps, carry = [], 0
    for d in _digits(number):
        total = d * digit + carry
        steps.append(f"{d} * {digit} + {carry} = {total}, write {total % 10}, carry {total // 10}")
        carry = total // 10
    return f"{number} * {digit}: {'; '.join(steps)}; {number * digit}"


def result(op, a, b):
    return {"+": a + b, "-": a - b, "*": a * b}[op]


def steps(op, a, b):
    if op == "-" and a < b:
        return f"{b} is more than {a}, so I take {b} - {a}. {subtract_steps(b, a)} The sign is minus."
    return {"+": add_steps, "-": subtract_steps, "*": multiply_steps}[op](a, b)


def operands(chance, op, easy=False):
    """Two numbers of up to three digits; `easy`: such as can be done without steps."""
    def up_to_three():
        digits = chance.pick([1, 1, 2] if easy else [1, 2, 2, 3, 3])
        return chance.integer(10 ** (digits - 1) if digits > 1 else 0, 10 ** digits - 1)
    if op == "*":
        pair = "table" if easy else chance.weighted({"table": 3, "two by one": 5, "three by one": 4, "two by two": 3})
        high = {"table": (12, 12), "two by one": (99, 9), "three by one": (999, 9), "two by two": (99, 99)}[pair]
        return chance.shuffled([chance.integer(1, high[0]), chance.integer(1, high[1])])
    a, b = up_to_three(), up_to_three()
    return (b, a) if op == "-" and a < b and chance.flip(0.9) else (a, b)


def question(chance, op, a, b):
    story = a > b and min(a, b) > 1 and chance.flip(0.3)
    if story:
        return expand(chance, chance.pick(STORIES[op]), a=a, b=b, n=chance.name(), t=chance.noun() + "s")
    sign = chance.pick(WRITTEN[op])
    gap = "" if not sign.isalpha() and " " not in sign and chance.flip(0.3) else " "
    return expand(chance, chance.pick(ASKS), e=f"{a}{gap}{sign}{gap}{b}")


def conversation(chance, effort):
    op = chance.weighted({"+": 3, "-": 4, "*": 7})
    a, b = operands(chance, op, easy=effort == "none")
    ask, answer, work = sloppy(chance, question(chance, op, a, b), protect=True), result(op, a, b), steps(op, a, b)
    think = thought(effort, f"{a} {op} {b}: {work}", f"Compute {a} {op} {b}. {work} The result is {answer}.",
                    f"The user wants to know {a} {op} {b}. I go step by step. {work} The result is {answer}. "
                    f"So {a} {op} {b} = {answer}.")
    return Conversation("arithmetic", [Turn("user", ask), Turn("assistant", f"{a} {op} {b} = {answer}", think)],
                        effort=effort)
