"""Counting up and down, naming things of a kind, sorting, counting and picking among given items."""
from .. import words
from ..conversation import Conversation, Turn
from ..wording import expand, sloppy
from .thinking import thought


def _count(chance):
    low, step = chance.integer(0, chance.pick([9, 90])), chance.integer(2, 12)
    high, down = low + step, chance.flip(0.3)
    numbers = [str(n) for n in range(low, high + 1)]
    first, last = (high, low) if down else (low, high)
    ask = expand(chance, "[Count|Please count|Can you count|Count for me|I want you to count|Write the numbers|Give me the numbers|List the numbers|Say the numbers] [from |]{a} [to|up to|until] {b}[.|!||, please]"
                 if not down else "[Count|Please count|Can you count|Count down|Count backwards] from {a} [down |]to {b}[.|!||]", a=first, b=last)
    return ask, f"I count {'down' if down else 'up'} from {first} to {last}.", ", ".join(reversed(numbers) if down else numbers)


def _name_some(chance):
    kind, items = chance.pick(list(words.CATEGORIES.items()))
    count = chance.integer(1, min(6, len(items)))
    chosen = items[:count]
    shown = words.NUMBER_WORDS[count] if chance.flip() else str(count)
    singular = {"days of the week": "day of the week", "countries": "country", "cities": "city"}.get(kind, kind[:-1] if count == 1 else kind)
    ask = expand(chance, "[List|Name|Give me|Tell me|Write|Can you name|Please list|Show me|I need|Write down|Say|Think of|Could you list|Enumerate] {n} {k}[.|!|?|| please]",
                 n=shown, k=singular if count == 1 else kind)
    answer = "\n".join(f"{i}. {x}" for i, x in enumerate(chosen, 1)) if count > 1 else chosen[0]
    return ask, f"{count} wanted: {', '.join(f'{i} {x}' for i, x in enumerate(chosen, 1))}.", answer


def _sort(chance):
    count = chance.integer(2, 6)
    if chance.flip(0.6):
        items = chance.some(range(0, chance.pick([20, 99, 999])), count)
        ordered, shown = sorted(items), [str(i) for i in items]
        down = chance.flip(0.25)
        way = "[from large to small|in descending order|descending|largest first]" if down else "[||from small to large|in ascending order|by size|ascending]"
        ordered = [str(i) for i in (reversed(ordered) if down else ordered)]
    else:
        shown = list({chance.noun(): 0 for _ in range(count)})
        ordered, way = sorted(shown), "[alphabetically|by alphabet|in alphabetical order|from a to z]"
    verb = "[Sort|Please sort|Order|Can you sort|Arrange|Sort the list|Sort these|Sort this|Put in order] "
    pattern = verb + way + ": {s}" if chance.flip(0.7) else "[Sort|Order|Arrange|Please sort] {s} " + way
    ask = expand(chance, pattern, s=chance.pick([", ", ", ", " ", " and "]).join(shown)).strip()
    return ask.replace("  ", " ").replace(" :", ":"), _selection(shown, ordered), ", ".join(ordered)


def _selection(shown, ordered):
    """Takes one after the other out of what is left."""
    left, steps = list(shown), []
    for item in ordered[:-1]:
        left.remove(item)
        steps.append(f"{item}, left {' '.join(left)}")
    return "; ".join(steps) + "."


def _extreme(chance):
    items = chance.some(range(0, chance.pick([20, 99, 999])), chance.integer(2, 5))
    big = chance.flip()
    ask = expand(chance, "[Which|What|Tell me which] [number |]is the [" + ("largest|biggest|highest|greatest|maximum" if big else "smallest|lowest|least|minimum")
                 + "][ number|][:| of| among] {s}[?|]", s=", ".join(map(str, items)))
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
    ask = expand(chance, "[What is|Which is|Tell me|Give me|Say] the {w} [word|item|thing|one] [of|in][ the list|][:|] {s}[?|]", w=which, s=", ".join(items))
    steps = ", ".join(f"{i} {x}" for i, x in enumerate(items, 1))
    return ask, f"{steps}. The {which} is {items[place]}.", items[place]


def _how_many(chance):
    items = [chance.thing() for _ in range(chance.integer(1, 8))]
    ask = expand(chance, "[How many|Count the|Tell me how many] [words|items|things|elements][ are there| are in the list| do you see|][:| in:|? ] {s}", s=chance.pick([", ", " "]).join(items))
    steps = ", ".join(f"{i} {x}" for i, x in enumerate(items, 1))
    return ask, f"I count: {steps}.", str(len(items))


def conversation(chance, effort):
    make = chance.weighted({_count: 3, _name_some: 4, _sort: 3, _extreme: 2, _pick_item: 2, _how_many: 2})
    ask, note, answer = make(chance)
    protect = make is not _name_some
    ask = sloppy(chance, ask, protect=protect)
    think = thought(effort, note, note, f"I work through the list. {note} The answer is {answer.replace(chr(10), ', ')}.")
    return Conversation("listing", [Turn("user", ask), Turn("assistant", answer, think)], effort=effort)
