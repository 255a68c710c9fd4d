"""Sums, differences and products up to three digits, worked out digit by digit in the thinking."""
from ..conversation import Conversation, Turn
from ..wording import capital, expand, sloppy
from ..words import NUMBER_WORDS
from .thinking import thought

PLACES = ["ones", "tens", "hundreds", "thousands"]
WRITTEN = {"+": ["+", "+", "plus"], "-": ["-", "-", "minus"], "*": ["*", "x", "times", "multiplied by"]}
ASKS = [
    "[What is|What's|Whats|How much is|Calculate|Compute|Solve|Work out|Tell me|Give me|Can you calculate|Please compute|Can you compute|Could you work out|Do you know what|I need|Find|Evaluate|Quick:|Calc|What does|what do you get for|How many is|Tell me the result of|What is the result of|Math question:] {e}[?|| please| please?|.]",
    "{e}[| =| = ?|?|=?| equals?| is what?| makes?| please]",
    "{e}[|?|=| =| =?]",
    "[What does|What do|How much does|How much do] {e} [make|give|equal|come to|add up to|yield|result in][?||, please]",
    "[I need to know|I'd like to know|I want to know|Do you know|Could you tell me|Tell me quickly|Just tell me|Can you tell me|Let me know|I forgot|I wonder] [what|how much] {e} [is|makes][?|.|]",
    "[Do|Solve|Answer|Try|Take|Enter|Run|Type|Please do|Do me a favor:|Let's see,|Ok,|So,|Now|And|Then|Next:|Also|Hmm,|Math:|Task:|Exercise:|Homework:|Problem:|Calculation:|Result:|Value of|The value of|The result of|The answer to|calc:|=] {e}[?|.||, please]",
    "[My homework says|The question is|My teacher asks|My son asks|On the worksheet stands|The first exercise is|I get stuck at|I'm not sure about|Help me with|I can't work out|Check this for me:|Without a calculator:|In your head:|Fast:] {e}[?|.||, what is it?|, what's the result?]",
    "{e}, [what's that|how much is that|please|what do you get|what is it|the result please|can you do that|what's the answer|quickly|just the result][?|]",
    "[If I|When you|When I|If you] [compute|calculate|work out|type|do|take] {e}, what [is it|do I get|do you get|comes out|is the result|is the answer][?|]",
]
STORIES = {
    "+": ["[I have|We have|{n} has|There are|Our shop has] {a} {t}[ and|, and then] [get|buy|find|receive|add] {b} more. [How many|How many {t}] [are there|are there now|is that|are there in total|in total|now][?|]",
          "[Add|Sum|Sum up|Please add|Add up] {a} and {b}[.|?|]",
          "[What is|Tell me|Give me|Compute] the [sum|total] of {a} and {b}[?|.|]",
          "[Add|Please add] {b} to {a}[.||, please]|[Sum of|Total of|The sum of|Put together] {a} and {b}[?||, please]|[What's|What is|How much is] {a} and {b} [together|added together|in total|altogether|combined][?|]",
          "[What do I get|What do you get|What comes out|What happens] [when|if] [I|you|we] add {b} to {a}[?|]|[Increase|Raise] {a} by {b}[.|]|[What is|Which number is] {b} more than {a}[?|]",
          "{n} [has|owns|keeps|collects|carries|sees|counts] {a} {t} and {m} [has|owns|keeps|brings|counts] {b}[.| {t}.] How many [{t} do they have|do they have together|is that together|are there altogether|is that in all][?|]",
          "[A|The] [book|ticket|shirt|lamp|bike|bag|meal|game] costs {a} [dollars|euros] and [a|the] [pen|cap|cup|drink|lock|card|cake|battery] [costs |]{b}. [What do I pay|How much is that|How much do I pay in total|What's the total|What does it all cost|How much do both cost][?|]",
          "[I|She|He|{n}] [paid|spent|pays] {a} [dollars|euros] for [food|shoes|a coat|gas|rent|a gift] and {b} for [drinks|a hat|a book|the bus|toys|flowers]. [How much did that cost|How much is that together|What was spent in all|How much money is that][?|]",
          "[I|We|He|She|{n}] [walked|drove|ran|rode|cycled|hiked] {a} [kilometers|miles|meters|steps] [in the morning|on Monday|yesterday|first] and {b} [in the evening|on Tuesday|today|later]. How [far|much|long] [is that|was that|is it] [in total|altogether|together|in all][?|]",
          "[I|He|She|{n}|My sister] [read|reads] {a} pages [yesterday|on Monday|in the morning] and {b} [pages |][today|on Tuesday|at night]. How many pages [is that|were read|are that in total|in total|altogether][?|]",
          "{n} is {a} [years old|years|]. How old [is {n}|will {n} be] in {b} years[?|]|I am {a}[ years old|]. How old will I be in {b} years[?|]|{n} is {a} and {m} is {b} years older. How old is {m}[?|]",
          "[There are|We counted|The bus has|The class has] {a} [boys|men|fathers|uncles] and {b} [girls|women|mothers|aunts]. How many [people|persons|are there|people are there|is that in all][?|]",
          "[There were|We had] {a} [people|guests|birds|cars|kids] [here|in the park|in the house|in the street], then {b} [more came|more arrived|others came|joined]. How many [are there now|are here now|are there|now][?|]",
          "[In the basket|In the box|In the drawer|On the shelf|In the garden|On the table] are {a} [red|old|small|green] {t} and {b} [blue|new|big|yellow] ones. How many {t} [are there|are there in all|altogether|is that][?|]",
          "[The film|The train ride|The first part|The lesson|The flight] takes {a} minutes and [the break|the way home|the second part|the rest|the wait] {b}[ minutes|]. How [long|many minutes] [is that|does it take] [together|in total|altogether][?|]",
          "[I|{n}|He|She] [saved|had|put away] {a} [dollars|euros] and [got|earned|found|won|was given] {b} more. How much [money |]does [that make|that come to|it make][?|]",
          "[Yesterday|Last week|In May] we sold {a} {t}, [today|this week|in June] {b}. [How many|How many in all|What's the total|Together][?|]",
          "{n} [scored|got|made] {a} points, then {b} [more|points]. [How many points now|What's the score now|How many points is that|Total][?|]"],
    "-": ["[I have|We have|{n} has|There are] {a} {t}[ and|. Then|, but] {b} [are lost|are sold|are given away|go missing|are eaten|are taken away|break]. How many [are left|remain|are left now|stay][?|]",
          "[Subtract|Take|Take away|Please subtract] {b} from {a}[.|?|]",
          "[What is|Tell me|Give me] the difference [of|between] {a} and {b}[?|.|]",
          "[Deduct|Remove|Please take] {b} from {a}[.||, please]|[Difference of|Difference between] {a} and {b}[?||, please]|[Decrease|Reduce|Lower] {a} by {b}[.|]|{a} [less|take away|without] {b}[?||, please]",
          "[What remains|What is left|How much is left|How much remains|What stays] [of {a} without {b}|if I take {b} from {a}|when you take {b} away from {a}|from {a} after taking {b}][?|]|[What is|Which number is] {b} less than {a}[?|]",
          "[How much more is {a} than {b}|How much bigger is {a} than {b}|How far is it from {b} to {a}|How much is missing from {b} to {a}|What must I add to {b} to get {a}|How much smaller is {b} than {a}][?|]",
          "{n} [has|had|owns|bakes|picks|makes] {a} {t} and [gives|sells|hands] {b} [to {m}|away|to a friend|to the neighbors]. How many [are left|does {n} keep|remain|{t} are left|{t} does {n} still have][?|]",
          "[I|He|She|{n}] [had|has|got] {a} [dollars|euros] and [spent|spends|paid|lost|gave away] {b}[.| on a coat.| for food.| at the shop.] [How much is left|How much money is left|What is left|How much remains|How much does that leave][?|]",
          "[I pay|{n} pays|She pays|He pays] with {a} [dollars|euros], it costs {b}. [How much change|How much do I get back|What's the change|How much comes back|What is given back][?|]",
          "[The book|My book|The novel|The report] has {a} pages[, and|.] [I|{n}|She|He] [read|has read|finished] {b}[.| of them.| pages.] How many [pages |]are [left|still left|left to read|missing][?|]",
          "[There are|There were] {a} [people|passengers|guests|kids|birds|cars] [on the bus|in the room|on the train|in the yard|there] and {b} [leave|get off|go home|left|went away|fly away]. How many [are left|remain|stay|are still there][?|]",
          "{n} is {a} [years old|]. How old was {n} {b} years ago[?|]|{n} is {a} and {m} is {b}. [How much older is {n}|What's the age difference|How many years are between them|How many years younger is {m}][?|]",
          "[It's|The way is|The trip is|The track is] {a} [kilometers|miles|meters] [long|], [I|we|she|{n}] [walked|drove|ran|did|finished] {b}[ already|]. How [far|many|much] [is left|remains|is still to go|is missing][?|]",
          "[The box|A pack|The bag|The carton] [holds|had|contains] {a} [eggs|{t}|cookies|pills|nails], {b} [broke|are gone|were used|were eaten|are missing]. How many [are left|remain|are still there|are good][?|]",
          "[{n} has|I have|We have] {a} {t} and {m} [has|owns] {b}. How many more [does {n} have|do I have|{t} is that|is that][?|]",
          "[I need|We want|{n} needs|She wants] {a} [{t}|dollars|points|chairs] [but have|and has|but there are] only {b}. How many [are missing|more are needed|are still missing|do we lack][?|]",
          "[The coat|The bike|A phone|The ticket] [cost|was] {a} [dollars|euros], now it is {b} [cheaper|less]. [What does it cost now|What's the price now|How much is it now][?|]",
          "[Of|Out of|From] {a} {t}[,|] {b} [are|were] [broken|sold|red|rotten|gone|ours]. How many [are not|others are there|are left|remain|is the rest][?|]",
          "[It was|This morning it was] {a} degrees, [then it fell by|it dropped by|now it's colder by] {b}. [How many degrees now|What is the temperature now|How warm is it now][?|]"],
    "*": ["[There are|I have|We have|{n} buys] {a} [boxes|bags|packs|rows] [with|of] {b} {t} each. How many {t} [are there|is that|are there in total|do we have][?|]",
          "[Multiply|Please multiply] {a} [by|and|with] {b}[.|?|]",
          "[What is|Tell me|Give me] the product of {a} and {b}[?|.|]",
          "[Product of|The product of] {a} and {b}[?||, please]|[What do I get|What do you get|What comes out] [when|if] [I|you|we] multiply {a} [by|with] {b}[?|]|[What is|How much is] {a} multiplied by {b}[?|]|[Take|What is] {a} times the number {b}[?|]",
          "[A|Each|The] [ticket|shirt|book|chair|cup|meal] costs {b} [dollars|euros]. [What do {a} of them cost|How much do {a} cost|How much are {a} of them|What's the price of {a}|What do I pay for {a}][?|]",
          "[I|We|{n}|She|He] [buy|bought|ordered|want] {a} [tickets|{t}|books|shirts|cakes|bottles] [for|at] {b} [dollars|euros] each. [How much is that|What's the total|How much does it cost|What do they cost together|How much money is that][?|]",
          "{n} [walks|runs|reads|drives|swims|earns|saves|bakes|sells|paints] {b} [kilometers|miles|pages|dollars|meters|{t}] [a day|every day|each day|per day|daily]. How [many|much] [is that|are that|does that make] in {a} days[?|]",
          "[I work|She works|He trains|{n} sleeps|We drive] {b} hours a day. How many hours [is that|are that] in {a} days[?|]",
          "[A box|A carton|Every pack|Each tray|Each crate|A bag] [holds|has|contains] {b} [eggs|{t}|pens|bottles|apples|cookies]. How many are [in|there in] {a} of them[?|]",
          "[The room|The hall|The cinema|The field|The wall] has {a} rows [of|with] {b} [seats|chairs|trees|bricks|plants|{t}][.| each.] How many [are there|is that|in total|are there in all][?|]",
          "{a} [kids|friends|people|workers|guests|students|men] [get|have|bring|need|eat|carry|want] {b} {t} each. How many {t} [is that|are needed|are there|do they need|altogether][?|]",
          "[Every|Each] [day {n} reads {b} {t}. How many in {a} days|week {n} sells {b} {t}. How many in {a} weeks|month {n} makes {b} {t}. How many after {a} months|hour {n} writes {b} {t}. How many after {a} hours][?|]",
          "[The bus|The train|My car|A ship|The plane] [goes|drives|travels|does] {b} [kilometers|miles] an hour. How far [is that|does it get|does it go] in {a} hours[?|]",
          "[There are|We have] {a} [cars|tables|shelves|houses|teams|buses|classes], each [has|with] {b} [wheels|chairs|books|windows|players|seats|students]. How many [is that|are there|in total|altogether|are that in all][?|]",
          "{n} is {b} years old and [the tree|the castle|the grandfather|the house] is {a} times as old. How old is [it|that|the other][?|]|{n} has {b} {t} and {m} has {a} times as many. How many does {m} have[?|]",
          "[A rectangle|A garden|A room|The floor|A field] is {a} [meters|feet|cm] long and {b} wide. [What is its area|How large is it|How big is the area][?|]",
          "{a} [hours|shifts|lessons|visits] [at|for] {b} [dollars|euros] each[:|,] [how much|what does that make|what do I earn|how much money][?|]",
          "[I take|She takes|{n} takes] {b} [pills|steps|photos|breaks] [every day|a day] for {a} days. How many [are that|is that|in all|altogether][?|]"],
}
DOUBLED = ["[What is|What's|How much is|Tell me|Calculate|Compute] [twice|double|two times] {b}[?|.|]", "[Double|Twice|Two times] {b}[?|.||, please]",
           "[What do I get if I|What happens if you] double {b}[?|]"]
SPOKEN_MOST = 12   # operands up to this may be written as words


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
    positive = chance.flip(0.9 if chance.held_out else 0.8)   # which of two numbers is more takes long to learn
    return (b, a) if op == "-" and a < b and positive else (a, b)


def question(chance, op, a, b):
    spoken = max(a, b) <= SPOKEN_MOST and chance.flip(0.25)
    first, second = (NUMBER_WORDS[n] if spoken else n for n in (a, b))
    if op == "*" and a == 2 and chance.flip(0.4):
        return capital(expand(chance, chance.pick(DOUBLED), b=second))
    if a > b and min(a, b) > 1 and chance.flip(0.45):
        story = capital(expand(chance, f"[{chance.pick(STORIES[op])}]", n=chance.name(), m=chance.name(), t=chance.noun() + "s"))
        if op != "-" and story.index("{b}") < story.index("{a}"):   # as the answer has them: in their order in the text
            first, second = second, first
        return story.replace("{a}", str(first)).replace("{b}", str(second))
    sign = chance.pick(WRITTEN[op][2:] if spoken else WRITTEN[op])
    gap = "" if not sign.isalpha() and " " not in sign and chance.flip(0.3) else " "
    return expand(chance, chance.pick(ASKS), e=f"{first}{gap}{sign}{gap}{second}")


def conversation(chance, effort):
    op = chance.weighted({"+": 3, "-": 7, "*": 6})
    a, b = operands(chance, op, easy=effort == "none")
    ask, answer, work = sloppy(chance, question(chance, op, a, b), protect=True), result(op, a, b), steps(op, a, b)
    think = thought(effort, f"{a} {op} {b}: {work}", f"Compute {a} {op} {b}. {work} The result is {answer}.",
                    f"The user wants to know {a} {op} {b}. I go step by step. {work} The result is {answer}. "
                    f"So {a} {op} {b} = {answer}.")
    return Conversation("arithmetic", [Turn("user", ask), Turn("assistant", f"{a} {op} {b} = {answer}", think)],
                        effort=effort)
