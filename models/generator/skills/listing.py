"""Counting up and down, naming things of a kind, sorting, counting and picking among given items."""
from .. import words
from ..conversation import Conversation, Turn
from ..wording import expand, sloppy
from .thinking import thought

COUNT_UP = [
    "[Count|Please count|Can you count|Count for me|I want you to count|Write the numbers|Give me the numbers|List the numbers|Say the numbers] [from |]{a} [to|up to|until] {b}[.|!||, please]",
    "[All|All the|The|Print the|Show the|Tell me the|Write down the|I need the|Enumerate the|Output the|Write all the] [numbers|whole numbers|integers] [from {a} to|from {a} up to|between {a} and] {b}[.||, please]",
    "[Start|Begin|Go] [at|from|with] {a} and [count|count up|go on|go up|continue] [to|until|up to] {b}[.|]", "[Counting|Numbers|numbers from|Range|count] {a} [to|-|until|..] {b}[.||, please]",
    "[Let's count|Help my son to count|My daughter learns to count, show her|I'm learning numbers, count|Count aloud|Count slowly|Count with me] from {a} [to|up to|until] {b}[.|!|]",
    "[How do you count|How does one count|Can you count|Do you know how to count|Are you able to count|Could you count|Would you count] from {a} [to|up to] {b}[?|]",
    "[Which|What] numbers [come|are there|are] from {a} [to|up to] {b}[?|]", "From {a} to {b}[, count|, count please|: count|, all numbers][.|]"]
COUNT_DOWN = [
    "[Count|Please count|Can you count|Count down|Count backwards] from {a} [down |]to {b}[.|!||]",
    "[Do a countdown|Start a countdown|Give me a countdown|Countdown|I need a countdown|Write a countdown|Make a countdown] from {a} to {b}[.|!||, please]",
    "[The numbers|All numbers|Numbers|Write the numbers|List the numbers|Give me the numbers|Say the numbers] from {a} down to {b}[.||, please]", "[The numbers|Numbers|Write the numbers] from {a} to {b} backwards[.|]",
    "[The rocket starts, count|We start the race, count|Count in reverse|Go backwards|Let's count down|Count down for me|Now count down|Could you count down|Can you count backwards|Start at {a} and count down, so] from {a} to {b}[.|!||?]",
    "[Backwards|Countdown|In reverse]: {a} to {b}[.|]", "[Start|Begin|Go] [at|from|with] {a} and [count down|go down|count backwards] to {b}[.|]"]
NAME_SOME = [
    "[List|Name|Give me|Tell me|Write|Can you name|Please list|Show me|I need|Write down|Say|Think of|Could you list|Enumerate] {n} {k}[.|!|?|| please]",
    "[Can you give me|Could you tell me|Would you name|Do you know|Can you think of|Can you list|Could you name|Are you able to name|Will you tell me|Can you come up with|May I have|Could I get] {n} {k}[?||, please?]",
    "[I want|I'd like|We need|I'm looking for|Let me hear|Let me have|Give us|Find me|Tell us|Suggest|Recommend|Mention|Invent|Provide|Pick|Choose|Just name|Quickly name|Please name|Make a list of|Give me a list of|A list of|List me|Print|Output|Type|Collect] {n} {k}[.|!|| please|, please]",
    "[For my homework|For a quiz|For a game|For school|For my son|For a test|We play a game|My teacher asks|I'm bored|For a story|For my crossword|As an example]: [name |list |give me |tell me |]{n} {k}[.|, please|]",
    "{n} {k}[, please|.|!|| please|, go|, quick|, you choose]", "[What are|Which are|Tell me what are|Say what are] {n} {k}[?|]", "[I can't think of|I only know one, give me|My mind is blank, I need|Help me find|Help me to name] {n} {k}[.|]"]
UPWARDS = "[||from small to large|in ascending order|by size|ascending|from low to high|smallest first|in increasing order|from lowest to highest|starting with the smallest|upwards]"
DOWNWARDS = "[from large to small|in descending order|descending|largest first|from high to low|biggest first|in decreasing order|from highest to lowest|starting with the largest|from big to small]"
ALPHABETIC = "[alphabetically|by alphabet|in alphabetical order|from a to z|by their letters|a to z|like in a dictionary|in the order of the alphabet|by name]"
SORT = [
    "[Sort|Please sort|Order|Can you sort|Arrange|Sort the list|Sort these|Sort this|Put in order] {w}: {s}", "[Sort|Order|Arrange|Please sort] {s} {w}",
    "[Could you|Can you|Would you|Please|I need you to|Help me to|I want you to] [sort|order|arrange|put in order] [this|these|this list|the following|them] {w}: {s}",
    "{s}[. Sort| - sort|, sort|\nSort|. Order|. Please sort|. Put| - put] [them|these|this|this list] [in order |]{w}[.||, please]", "[Sorted|In order|sort|Sorting|The right order|Order|Put in the right order] {w}: {s}",
    "[How do|In which order do] {s} come when sorted {w}?", "[What is|Give me|Tell me|I need|Show me|Write|Return] [the sorted list|the right order|the order|this list sorted|them sorted] {w}: {s}",
    "[My list is a mess|These are mixed up|They are in the wrong order|I can't get this in order|Bring order into this], [sort|order|arrange] {w}: {s}", "[List|Items|Input|Data]: {s}\n[Sort|Sort it|Order them|Sorted|Sort them] {w}"]
LARGEST, SMALLEST = "[largest|biggest|highest|greatest|maximum]", "[smallest|lowest|least|minimum]"
LARGER, SMALLER = "[larger|bigger|greater|higher]", "[smaller|lower]"
EXTREME = [
    "[Which|What|Tell me which] [number |]is the {w}[ number|][:| of| among] {s}[?|]", "[Find|Give me|Tell me|Pick|Show me|Get|Return|Name|Say|I need|Choose|Select] the {w}[ number| one| value|] [of|in|among|from|out of][:|] {s}[.||, please]",
    "{s}[:|,| -|. ] [which|what] [is|one is|number is] [the |]{w}[?|]", "[The |]{w}[ number| value|] [of|in|among][:|] {s}[?||, please]",
    "[I have|We have|There are|Look at|Take|Given|Here are] the numbers {s}[.|:] [Which|What|Which one] is the {w}[?|]", "[Out of|Of|Among|From|In] {s}, [which|which one|which number|what] is the {w}[?|]",
    "[Can you find|Could you tell me|Do you see|Can you pick] the {w}[ number| one|] [of|in|among] {s}[?|]", "[Numbers|List|Values|Prices|Scores|Results]: {s}. [Which is the|Tell me the|Give me the|Find the|The] {w}[?|.|]"]
EXTREME_OF_TWO = [
    "[Which|What|Which one|Which number|Tell me which|Say which|What number|Which of them] is {c}[,|:] {s}[?|]", "[Is {a} or {b} {c}|Which is {c}, is it {a} or {b}|What do you think is {c}, {a} or {b}][?|]", "{a} or {b}[:|,] [which|which one|what|which number] is {c}[?|]",
    "[Which|Which one|Which number] [of|of the two numbers|out of] {a} and {b} is {c}[?|]", "[What's|Which is|Tell me|Give me|Pick|Find|Name|Choose] the {c} [one|number|of the two|of both]: {s}[?|.|]",
    "[Compare|Look at|Take|Given] {a} and {b}[.|,|:] [which|which one|what] is {c}[?|]", "{a} [vs|or|and|against] {b}, {c}[?|]", "[I can't tell|I want to know|Do you know|Can you tell me|My kid asks|Quick question,] [which|which one] is {c}, {a} or {b}[?|.|]"]
PICK = [
    "[What is|Which is|Tell me|Give me|Say] the {w} [word|item|thing|one] [of|in][ the list|][:|] {s}[?|]", "[Find|Pick|Show me|Name|Return|Take|Get|Read|Repeat|Write|Choose|Select|I need|I want|Tell us] the {w} [word|item|entry|element|one|name] [of|in|from|out of] [this list|the list|this|the following|these|]: {s}[.|]",
    "{s}[.|:|,| -] [What|Which|Which word|Which item|Which one|What word] [is the|is|comes] {w}[?|]", "{s}\n[The|Give me the|Which is the|Tell me the|Say the] {w} [one|word|item|entry][?|.|, please|]",
    "[Here is|Look at|Take|This is|I have] [a list|my list|this list|the list]: {s}. [What is|Give me|Tell me|Which is|Name|Say] the {w}[ item| word| one| entry|][?|.|]", "[The |]{w} [word|item|one|entry] [of|in|from]: {s}",
    "[Which|What] [word|item|thing|entry] is [the |]{w} [in|of|on] [the list|my list|this list|this row|the row|the line]: {s}[?|]", "[Can you tell me|Could you say|Do you see|Can you pick|Could you find] the {w} [word|item|one] [in|of|among] {s}[?|]",
    "[In|From|Of|Out of] {s}, [what is|which is|which one is|take|give me|tell me|pick] the {w}[ one| word| item|][?|.|]"]
HOW_MANY = [
    "[How many|Count the|Tell me how many] [words|items|things|elements][ are there| are in the list| do you see|][:| in:|? ] {s}", "[Can you count|Could you count|Please count|Count|Count me|Help me to count|Would you count] [these|this list|the words|the items|the entries|the things|what is here|all words|them]: {s}",
    "{s}[.|:|,| -|\n] [How many|How many words|How many items|How many things|How many entries] [are that|are there|are these|is that|do you count|do I have|are listed|is this][?|]", "[Number of|What's the number of|Tell me the number of|Give me the number of|I need the number of|The count of] [words|items|things|entries|elements] [in|here|in this list]: {s}",
    "[How many|What number of] [words|items|entries|things|elements] [does this list have|has this list|has the list|do I have here|are on my list|did I write|are listed here|can you count here]: {s}[?|]",
    "[How long is|What is the length of|How many entries has] [this list|the list|my list][:|?] {s}", "[On my list|I bought|I packed|In the box|I wrote down|In my bag|I have|The list says][:| are:] {s}. [How many|How many things|How many is that|Count them|How many words|How many items][?|.|]",
    "[Length|Count|Size|Total number] of [this|the|my] list: {s}"]


def _count(chance):
    low, step = chance.integer(0, chance.pick([9, 90])), chance.integer(2, 12)
    high, down = low + step, chance.flip(0.3)
    numbers = [str(n) for n in range(low, high + 1)]
    first, last = (high, low) if down else (low, high)
    ask = expand(chance, chance.pick(COUNT_DOWN if down else COUNT_UP), a=first, b=last)
    return ask, f"I count {'down' if down else 'up'} from {first} to {last}.", ", ".join(reversed(numbers) if down else numbers)


def _name_some(chance):
    kind, items = chance.pick(list(words.CATEGORIES.items()))
    count = chance.integer(1, min(6, len(items)))
    chosen = items[:count]
    shown = words.NUMBER_WORDS[count] if chance.flip() else str(count)
    singular = {"days of the week": "day of the week", "countries": "country", "cities": "city"}.get(kind, kind[:-1] if count == 1 else kind)
    ask = expand(chance, chance.pick(NAME_SOME), n=shown, k=singular if count == 1 else kind)
    answer = "\n".join(f"{i}. {x}" for i, x in enumerate(chosen, 1)) if count > 1 else chosen[0]
    return ask, f"{count} wanted: {', '.join(f'{i} {x}' for i, x in enumerate(chosen, 1))}.", answer


def _sort(chance):
    count = chance.integer(2, 6)
    if chance.flip(0.6):
        items = chance.some(range(0, chance.pick([20, 99, 999])), count)
        ordered, shown = sorted(items), [str(i) for i in items]
        down = chance.flip(0.25)
        way = DOWNWARDS if down else UPWARDS
        ordered = [str(i) for i in (reversed(ordered) if down else ordered)]
    else:
        shown = list({chance.noun(): 0 for _ in range(count)})
        ordered, way = sorted(shown), ALPHABETIC
    ask = expand(chance, chance.pick(SORT).replace("{w}", way), s=chance.pick([", ", ", ", " ", " and "]).join(shown)).strip()
    return ask.replace("  ", " ").replace(" :", ":").replace(" ?", "?").replace(" ,", ",").replace(" .", "."), _selection(shown, ordered), ", ".join(ordered)


def _selection(shown, ordered):
    """Takes one after the other out of what is left."""
    left, steps = list(shown), []
    for item in ordered[:-1]:
        left.remove(item)
        steps.append(f"{item}, left {' '.join(left)}")
    return "; ".join(steps) + "."


def _extreme(chance):
    items = chance.some(range(0, chance.pick([20, 99, 999])), chance.pick([2, 2, 2, 3, 4, 5]))
    big = chance.flip()
    pattern = chance.pick(EXTREME_OF_TWO if len(items) == 2 and chance.flip(0.8) else EXTREME)
    glue = chance.pick([", ", ", ", " or ", " and "]) if len(items) == 2 else ", "
    ask = expand(chance, pattern.replace("{w}", LARGEST if big else SMALLEST).replace("{c}", LARGER if big else SMALLER), s=glue.join(map(str, items)),
                 a=items[0], b=items[-1])
    value = max(items) if big else min(items)
    best, steps = items[0], [str(items[0])]
    for item in items[1:]:
        best = max(best, item) if big else min(best, item)
        steps.append(f"{item}: {best}")
    return ask, f"{', '.join(steps)}. The {'largest' if big else 'smallest'} is {value}.", str(value)


def _pick_item(chance):
    items = [chance.thing() for _ in range(chance.integer(2, 6))]
    place = chance.integer(0, len(items) - 1)
    which = chance.pick([["first", "second", "third", "fourth", "fifth", "sixth"][place]] + (["last"] if place == len(items) - 1 else []))
    ask = expand(chance, chance.pick(PICK), w=which, s=chance.pick([", ", ", ", ", ", " "]).join(items))
    steps = ", ".join(f"{i} {x}" for i, x in enumerate(items, 1))
    return ask, f"{steps}. The {which} is {items[place]}.", items[place]


def _how_many(chance):
    items = [chance.thing() for _ in range(chance.integer(1, 8))]
    ask = expand(chance, chance.pick(HOW_MANY), s=chance.pick([", ", " "]).join(items))
    steps = ", ".join(f"{i} {x}" for i, x in enumerate(items, 1))
    return ask, f"I count: {steps}.", str(len(items))


def conversation(chance, effort):
    make = chance.weighted({_count: 3, _name_some: 4, _sort: 3, _extreme: 2, _pick_item: 2, _how_many: 2})
    ask, note, answer = make(chance)
    protect = make is not _name_some
    ask = sloppy(chance, ask, protect=protect)
    think = thought(effort, note, note, f"I work through the list. {note} The answer is {answer.replace(chr(10), ', ')}.")
    return Conversation("listing", [Turn("user", ask), Turn("assistant", answer, think)], effort=effort)
