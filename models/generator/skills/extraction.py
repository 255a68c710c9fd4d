"""Facts from a sentence as JSON: by a list of keys, by a JSON schema, or a single value; also plain pairs to JSON."""
import json

from .. import words
from ..conversation import Conversation, Turn
from ..wording import capital, expand
from .thinking import thought

# What the server appends to the last user message for a response format; documented in models/README.md.
BY_SCHEMA = "\n\nAnswer with JSON only, by this schema: "
ANY_OBJECT = "\n\nAnswer with one JSON object only."

RECORDS = [
    ("name age city", "{name} is {age} years old and [lives in|comes from|is from] {city}.|{name}, {age}, from {city}.|In {city} I met {name}, who is {age}.|My name is {name}, I am {age} and I live in {city}."),
    ("name job city", "{name} works as a {job} in {city}.|{name} is a {job} from {city}.|Our {job} {name} lives in {city}.|The {job} in {city} is called {name}."),
    ("name age job", "{name} is {age} and works as a {job}.|{name} ({age}) is a {job}.|The {job} {name} turned {age} this year."),
    ("name email", "[Write to|Contact|Mail] {name} at {email}.|{name}'s address is {email}.|{name} <{email}>|You can reach {name} by mail: {email}."),
    ("name quantity items price", "{name} [bought|ordered|wants|paid for] {quantity} {items} for {price} dollars.|{quantity} {items}, {price} dollars, sold to {name}."),
    ("order quantity color items", "Order {order} [contains|is for|has] {quantity} {color} {items}.|{quantity} {color} {items} were ordered under {order}."),
    ("name origin destination day", "{name} [travels|flies|goes|drives] from {origin} to {destination} on {day}.|On {day} {name} leaves {origin} for {destination}."),
    ("item color price", "The {color} {item} costs {price} dollars.|We sell a {color} {item} for {price} dollars.|For {price} dollars you get a {color} {item}."),
    ("first second city day", "{first} and {second} meet in {city} on {day}.|On {day}, {first} sees {second} in {city}."),
    ("ticket name day priority", "Ticket {ticket} was opened by {name} on {day} with {priority} priority.|{name} filed {ticket} ({priority}) on {day}."),
    ("title author year", "{title} was written by {author} in {year}.|{author} published {title} in {year}.|The book {title} ({year}) is by {author}."),
    ("event city day time", "The {event} [is|takes place|starts] in {city} on {day} at {time}.|Come to {city} on {day} at {time} for the {event}."),
    ("team opponent score", "{team} played against {opponent}, the score was {score}.|{team} against {opponent}: {score}."),
    ("product rating available", "The {product} has {rating} stars and is {available:in stock:sold out}.|{product}: {rating} stars, {available:in stock:sold out}."),
    ("name married age", "{name} is {age} and {married:married:not married}.|{name}, {married:married:not married}, is {age}."),
    ("name tags", "{name} likes {tags}.|The hobbies of {name} are {tags}.|{name} is interested in {tags}."),
    ("recipe ingredients minutes", "For {recipe} you need {ingredients}. It takes {minutes} minutes.|{recipe}: {ingredients}, ready in {minutes} minutes."),
    ("recipient quantity items", "[Please send|Send|Ship|Bring|Deliver] {quantity} {items} to {recipient}.|{recipient} [gets|wants|needs|asked for] {quantity} {items}.|{quantity} {items} for {recipient}, please."),
    ("person day time", "[I meet|We meet|I will see|Lunch with|The call with|My appointment with] {person} [is |][on {day} at {time}|at {time} on {day}].|{person} [comes|arrives|calls] on {day} at {time}.|On {day} at {time}: {person}."),
    ("sender receiver amount", "{sender} [paid|sent|gave|transferred] {receiver} {amount} dollars.|{receiver} [got|received] {amount} dollars from {sender}.|Payment of {amount} dollars from {sender} to {receiver}."),
    ("flight origin destination time", "Flight {flight} from {origin} to {destination} [leaves|departs|takes off] at {time}.|{flight} [goes|flies] to {destination} from {origin} at {time}."),
    ("name phone", "[Call|Phone|Ring] {name} at {phone}.|{name}'s [number|phone number] is {phone}.|{name}: {phone}."),
    ("username language active", "User {username} speaks {language} and is {active:active:not active}.|{username} ({language}) is {active:active:not active}."),
    ("animal name age", "[My|Our] {animal} is called {name} and is {age} years old.|{name} is a {animal}, {age} years old.|We have a {animal}, {name}, who is {age}."),
    ("guest nights city", "{guest} [stays|sleeps] {nights} nights in {city}.|{nights} nights in {city} for {guest}.|In {city}, {guest} booked {nights} nights."),
    ("old new file", "[Rename|Change] {old} to {new} in {file}.|In {file}, {old} [becomes|is now] {new}."),
    ("drink size price", "A {size} {drink} costs {price} dollars.|{drink}, {size}: {price} dollars.|For {price} dollars you get a {size} {drink}."),
    ("company city employees", "{company} from {city} has {employees} employees.|{employees} people work for {company} in {city}."),
    ("street number city", "[I live at|The shop is at|Send it to] {street} {number} in {city}.|{street} {number}, {city}"),
]
ENUMS = {"size": ["small", "medium", "large"], "language": words.LANGUAGES[:6], "color": words.COLORS[:6], "priority": ["low", "medium", "high"], "day": words.DAYS, "job": words.JOBS[:8]}
INTEGERS = "amount nights age quantity price year rating minutes employees number".split()
BY_KEYS = ["[Reply|Answer|Respond] in JSON with [the |]{w} {k}[:|. Text:|:] {s}", "{s}[ |\n][Reply|Answer] in JSON with [the |]{w} {k}.",
           "[Extract|Get|Pull out|Give me|Return|Find|Take] {k} [as JSON|in JSON|as a JSON object][:|: |. Text: |. ]{s}",
           "[Extract|Get|Return] {k} from [this sentence|this text|the text|the following] as JSON[:|.] {s}",
           "[Return|Make|Write|Give me|I need] a JSON object with {k}[. Text:|:|. The text:] {s}", "{s}\n[Give me|I want|Extract|Return] {k} as JSON[.|, please|]",
           "[JSON with|As JSON:|To JSON ({k}):|Keys {k}, JSON please:] {k}[ please:|:] {s}", "[Text|Input]: {s}\n[Keys|Fields]: {k}\n[Output JSON|JSON|Answer in JSON][:|]"]
ONE_VALUE = ["What is the {k}? {s}", "{s} What is the {k}?", "[Extract|Find|Get] the {k}[:| from this text:| in this text:] {s}",
             "[Give me|Tell me] only the {k}[.|:] {s}", "{s}\n[Which|What] {k} [is it|is named|is meant]?"]
FREE = ["{s}", "Extract the [data|facts|information|fields][:|.| from this text:] {s}", "[Text|Input]: {s}", "{s}\n[Fill in the schema.|Extract.|As JSON.|]",
        "[Parse|Read|Structure|Convert] this[:| text:] {s}", "What [facts|data] [are|is] in this[ text|]? {s}"]


def draw(chance, key):
    if key in ENUMS:
        return chance.pick(ENUMS[key])
    if key in ("available", "married", "active"):
        return chance.flip()
    if key in ("tags", "ingredients"):
        return [chance.thing() for _ in range(chance.integer(2, 3))]
    return {"name": chance.full_name, "first": chance.name, "second": chance.name, "author": chance.full_name, "city": chance.city,
            "origin": chance.city, "destination": chance.city, "email": chance.email, "order": chance.code, "ticket": chance.code,
            "age": lambda: chance.integer(1, 99), "quantity": lambda: chance.number(2, 999), "price": lambda: chance.number(1, 999),
            "year": lambda: chance.integer(1800, 2030), "rating": lambda: chance.integer(1, 5), "minutes": lambda: chance.integer(5, 180),
            "recipient": chance.full_name, "person": chance.full_name, "sender": chance.name, "receiver": chance.name,
            "guest": chance.full_name, "flight": chance.code, "phone": lambda: str(chance.integer(10000, 9999999)),
            "username": chance.made_up, "animal": lambda: chance.pick(words.ANIMALS), "drink": lambda: chance.pick(words.DRINKS),
            "file": chance.path, "amount": lambda: chance.number(1, 999), "nights": lambda: chance.integer(1, 14),
            "employees": lambda: chance.number(2, 999), "number": lambda: chance.number(1, 200),
            "items": lambda: chance.thing() + "s",
            "time": lambda: f"{chance.integer(0, 23)}:{chance.pick(['00', '15', '30', '45'])}",
            "score": lambda: f"{chance.integer(0, 9)}:{chance.integer(0, 9)}"}.get(key, lambda: chance.made_up().capitalize()
                                                                               if key in ("team", "opponent", "company", "street", "title")
                                                                               else chance.thing())()


def sentence(chance, keys, patterns):
    values = {key: draw(chance, key) for key in keys}
    text = capital(expand(chance, "[" + patterns + "]"))   # but a value at its begin stays as it is
    for key, value in values.items():
        if isinstance(value, bool):
            start = text.index("{" + key)
            yes, no = text[start + len(key) + 2:text.index("}", start)].split(":")
            text = text[:start] + (yes if value else no) + text[text.index("}", start) + 1:]
        else:
            said = " and ".join([", ".join(value[:-1]), value[-1]]) if isinstance(value, list) else str(value)
            text = text.replace("{" + key + "}", said)
    return text, values


def schema_for(chance, values):
    def kind(key, value):
        if isinstance(value, list):
            return {"type": "array", "items": {"type": "string"}}
        name = "boolean" if isinstance(value, bool) else "integer" if isinstance(value, int) and chance.flip(0.7) else \
            "number" if isinstance(value, int) else "string"
        shape = {"type": name}
        if key in ENUMS and chance.flip(0.4):
            shape["enum"] = ENUMS[key]
        if chance.flip(0.1):
            shape["description"] = "The " + key
        return shape
    schema = {"type": "object", "properties": {k: kind(k, v) for k, v in values.items()}}
    if chance.flip(0.8):
        schema["required"] = list(values)
    if chance.flip(0.5):
        schema["additionalProperties"] = False
    if chance.flip(0.1):
        schema = {"title": chance.noun().capitalize(), **schema}
    return json.dumps(schema, ensure_ascii=False, separators=(",", ":"))


def key_thought(effort, values, text):
    pairs = ", ".join(f"{k} = {json.dumps(v, ensure_ascii=False).strip(chr(34))}" for k, v in values.items())
    return thought(effort, pairs, f"I fill in the keys: {pairs}.", f"The text says: {text}\nI fill in the keys: {pairs}. I answer with JSON only.")


def _finish(chance, effort, ask, think, answer, system=""):
    return Conversation("extraction", [Turn("user", ask), Turn("assistant", answer, think)], system, effort)


def pairs_to_json(chance, effort):
    """Keys and values given as such."""
    keys = list({chance.pick([chance.noun(), chance.made_up(), chance.noun() + "_" + chance.noun()]): 0 for _ in range(chance.integer(1, 4))})
    values = {k: chance.pick([chance.made_up(), chance.name(), chance.city(), chance.integer(0, 999), chance.code(), chance.noun()]) for k in keys}
    form = chance.pick(["{k} is {v}", "{k} = {v}", "{k}: {v}"])
    body = chance.pick([", ", " and ", "; ", "\n"]).join(form.format(k=k, v=v) for k, v in values.items())
    ask = expand(chance, chance.pick(["[Make|Write|Give me|Return] JSON[:| from this:| for:] {b}", "[Write|Convert|Turn|Format|Put] this [as|to|into] JSON: {b}",
                                      "{b}[. As JSON please.|\nas JSON|. Give me JSON.]", "[Turn this into|Make] a JSON object: {b}"]), b=body)
    return _finish(chance, effort, ask, key_thought(effort, values, body), json.dumps(values, ensure_ascii=False))


def conversation(chance, effort):
    way = chance.weighted({"keys": 4, "schema": 5, "value": 2, "pairs": 2, "object": 1.5})
    if way == "pairs":
        return pairs_to_json(chance, effort)
    keys, patterns = chance.pick(RECORDS)
    text, values = sentence(chance, keys.split(), patterns)
    wanted = {k: values[k] for k in chance.some(values, chance.integer(1, len(values)))}
    answer = json.dumps(wanted, ensure_ascii=False)
    if way == "value":
        key = chance.pick([k for k in values if not isinstance(values[k], (bool, list))])
        value = values[key]
        think = thought(effort, f"{key} = {value}", f"The text says that the {key} is {value}.",
                        f"The text says: {text}\nThe user wants the {key}. It is {value}. I answer with this value only.")
        return _finish(chance, effort, expand(chance, chance.pick(ONE_VALUE), k=key, s=text), think, str(value))
    names = list(wanted)
    listed = ", ".join(names) if len(names) == 1 or chance.flip() else " and ".join([", ".join(names[:-1]), names[-1]])
    by_keys = expand(chance, chance.pick(BY_KEYS), k=listed, s=text, w="key" if len(names) == 1 else "keys")
    if way == "keys":
        return _finish(chance, effort, by_keys, key_thought(effort, wanted, text), answer)
    if way == "object":
        return _finish(chance, effort, by_keys + ANY_OBJECT, key_thought(effort, wanted, text), answer)
    ask = expand(chance, chance.pick(FREE), s=text) if chance.flip(0.75) else by_keys
    order = BY_SCHEMA + schema_for(chance, wanted)
    system = "" if chance.flip(0.9) else order.strip()
    return _finish(chance, effort, ask if system else ask + order, key_thought(effort, wanted, text), answer, system)
