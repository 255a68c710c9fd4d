"""Kinds of argument values: JSON type, how a value is drawn, how a request mentions it, what a schema says of it.

A mention is where the value stands in the sentence when the wording itself has no place for it; {k} is the
parameter's spoken name.
"""
import json
from dataclasses import dataclass, field

from .. import words


@dataclass
class Kind:
    type: str
    draw: object                    # Chance -> value as text
    mentions: list
    descriptions: list
    names: list = field(default_factory=list)   # other names that such a parameter may have
    enum: list = field(default_factory=list)


AS_NAMED = ["with {k} {v}", "{k} {v}", "{k}: {v}", "{k} = {v}", "with {v} as {k}", "and set {k} to {v}", "the {k} is {v}",
            "where {k} is {v}", "using {k} {v}", "({k} {v})", "{k} should be {v}", "use {v} for {k}", "with the {k} {v}"]
TODOS = ("buy milk,call mom,clean the kitchen,pay the rent,water the plants,book the dentist,send the report,fix the bike,"
         "wash the car,plan the trip,walk the dog,read the contract,renew the passport,team lunch,project review,budget call,"
         "login page broken,printer does not work,app crashes at start,team meeting,birthday party,dinner with friends").split(",")
SENTENCES = ("I am late,the meeting moved,see you soon,please call me,lunch is ready,we won the game,I will be there at noon,"
             "the report is done,thank you for the help,happy birthday,the train is late,I need the keys,good luck today,"
             "can we talk tomorrow,the build is green,dinner is at seven,we are out of coffee").split(",")
COMMANDS = ("ls -la,git status,make test,pwd,whoami,git log,npm install,df -h,make,cargo build,python3 main.py,git diff,"
            "cat README.md,pytest,echo hello,date,docker ps,npm test,go test ./...,uname -a,git pull,ls src,ps aux").split(",")
DOMAINS = "com org io net".split()


def _time(c):
    hour, minute = c.integer(0, 23), c.pick(["00", "15", "30", "45", f"{c.integer(0, 59):02d}"])
    half = c.pick(["am", "pm"])
    return c.pick([f"{hour}:{minute}", f"{hour}:{minute}", f"{hour % 12 + 1}{half}", f"{hour % 12 + 1} {half}", "noon"])


def _date(c):
    day, month = c.integer(1, 28), c.pick(words.MONTHS)
    return c.pick([c.pick(words.DAYS), c.pick(words.DAYS), "today", "tomorrow", f"{day} {month}", f"{month} {day}",
                   f"20{c.integer(24, 39)}-{c.integer(1, 12):02d}-{day:02d}"])


def _expression(c):
    return f" {c.pick('+-*/')} ".join(str(c.number(1, 9999)) for _ in range(c.pick([2, 2, 3])))


def _sentence(c):
    return c.pick(SENTENCES) if c.flip(0.5) else c.phrase(2, 6)


def _title(c):
    return c.pick(TODOS) if c.flip(0.5) else c.pick(words.VERBS) + " " + c.phrase(1, 3)


def _url(c):
    site = f"https://{c.pick(['', 'www.', 'docs.', 'api.'])}{c.made_up()}.{c.pick(DOMAINS)}"
    return site + c.pick(["", "", "/" + c.noun(), f"/{c.noun()}/{c.integer(1, 99)}"])


def _folder(c):
    return c.pick(["src", "docs", "tests", "/tmp", "./", "/home/" + c.made_up(), c.noun(), c.made_up() + "/" + c.noun()])


def _command(c):
    return c.pick(COMMANDS) if c.flip(0.6) else f"{c.pick('cat ls rm cp grep touch mkdir'.split())} {c.path()}"


def _word(c):
    return c.pick([c.made_up(), c.noun(), c.noun() + "-" + c.noun(), c.made_up() + "_" + c.noun()])


def _list(c):
    return json.dumps([_word(c) for _ in range(c.integer(1, 3))])


def _money(c):
    return c.pick([str(c.number(1, 999)), f"{c.number(1, 99)}.{c.integer(0, 99):02d}"])


def _text(draw, mentions, descriptions, names=""):
    return Kind("string", draw, mentions, descriptions, names.split())


def _one_of(options, mentions=("{v}",), description=""):
    return _text(lambda c: c.pick(options), list(mentions), ["", description])


def _enum(name, options, mentions, names=""):
    return Kind("string", lambda c: c.pick(options), mentions, ["", name, "The " + name], names.split(), options)


def _number(kind, draw, *descriptions):
    return Kind(kind, draw, AS_NAMED, ["", *descriptions])


ROOMS = "kitchen bedroom garage bathroom office hallway garden cellar attic balcony front back".split() + ["living room"]
KINDS = {
    "place": _text(lambda c: c.city(), ["in {v}", "for {v}", "at {v}"],
                   ["", "City name", "The city", "Name of the place", "City, e.g. Paris"], "city location place town where"),
    "person": _text(lambda c: c.full_name(), ["for {v}", "by {v}", "of {v}"],
                    ["", "Name of the person", "The person", "Full name"], "name person contact who"),
    "email": _text(lambda c: c.email(), ["to {v}", "for {v}"], ["", "E-mail address", "Address"], "to recipient address email"),
    "date": _text(_date, ["on {v}", "for {v}"], ["", "The day", "Date", "When"], "date day when"),
    "time": _text(_time, ["at {v}", "by {v}"], ["", "Time of the day", "e.g. 18:30"], "time at"),
    "code": _text(lambda c: c.code(), ["number {v}", "with {k} {v}"], ["", "The number", "Identifier", "The id"]),
    "title": _text(_title, [": {v}", "called {v}", "titled {v}"], ["", "Short title", "The text"], "title name text"),
    "sentence": _text(_sentence, [": {v}", "saying {v}"], ["", "The text", "Content"], "text message body content"),
    "phrase": _text(lambda c: c.phrase(1, 4), [": {v}", "for {v}"], ["", "The text", "Words", "What to use"]),
    "capital_phrase": _text(lambda c: c.phrase(1, 3).title(), ["{v}"], ["", "Its title", "Name"], "title name song track"),
    "capital_name": _text(lambda c: c.made_up().capitalize(), ["at {v}"], ["", "Its name", "Name"]),
    "object": _text(lambda c: c.thing(), ["for {v}"], ["", "What it is about", "Name"]),
    "object_phrase": _text(lambda c: c.thing() + "s", ["for {v}"], ["", "Search words", "What to find"], "query text keywords q"),
    "word": _text(_word, ["{v}"], ["", "Name"]),
    "symbol": _text(lambda c: c.made_up()[:4].upper(), ["{v}"], ["", "Ticker symbol"], "symbol ticker stock"),
    "path": _text(lambda c: c.path(), ["in {v}", "from {v}"], ["", "Path of the file", "Absolute path"],
                  "path file file_path filename"),
    "folder": _text(_folder, ["in {v}", "under {v}"], ["", "The folder", "Directory"], "path folder directory dir"),
    "url": _text(_url, ["from {v}"], ["", "The address", "URL to open"], "url link address"),
    "phone": _text(lambda c: "".join(c.pick("0123456789") for _ in range(c.integer(5, 9))), ["{v}"], ["", "Phone number"],
                   "phone number"),
    "expression": _text(_expression, ["{v}"], ["", "e.g. 2 + 3", "The expression"], "expression formula input"),
    "command": _text(_command, ["{v}"], ["", "The command", "Shell command to run"], "command cmd"),
    "sql": _text(lambda c: f"select {c.pick(['*', c.noun(), 'count(*)'])} from {c.thing()}s", ["{v}"], ["", "The query"], "query sql"),
    "text": _text(lambda c: c.phrase(2, 6), ["{v}"], [""]),
    "score": _text(lambda c: f"{c.integer(0, 6)}:{c.integer(0, 6)}", ["{v}"], [""]),
    "language": _text(lambda c: c.pick(words.LANGUAGES), ["in {v}", "to {v}"], ["", "The language"], "language lang target"),
    "currency": _one_of(words.CURRENCIES, ["in {v}"], "Currency code"),
    "color": _one_of(words.COLORS, ["in {v}"], "Its color"),
    "topping": _one_of("cheese mushroom onion tuna ham olive salami pepper spinach".split(), ["with {v}"], "What is on it"),
    "account": _one_of("savings main checking business joint private".split(), description="Which account"),
    "count": _number("integer", lambda c: str(c.number(1, 99)), "How many", "A number"),
    "integer": _number("integer", lambda c: str(c.number(0, 999)), "A number"),
    "money": _number("number", _money, "Amount", "In dollars"),
    "decimal": _number("number", lambda c: f"{c.number(0, 99)}.{c.integer(1, 9)}", "A number"),
    "boolean": Kind("boolean", lambda c: c.pick(["true", "false"]), [], ["", "Whether to do it", "Yes or no"]),
    "list": Kind("array of string", _list, AS_NAMED, ["", "A list", "Several names"]),
    "room": _one_of(ROOMS, ["in the {v}"], "Which room"),
    "temperature_unit": _enum("unit", ["celsius", "fahrenheit"], ["in {v}"]),
    "length_unit": _one_of("meters miles feet inches kilometers yards".split(), ["in {v}"], "Unit"),
    "on_off": _enum("state", ["on", "off"], ["{v}"], "state power mode"),
    "priority": _enum("priority", ["low", "medium", "high"], ["with {v} priority", "priority {v}"]),
    "size": _enum("size", ["small", "medium", "large"], ["{v}"]),
    "travel_mode": _enum("mode", ["walk", "bike", "car", "train"], ["by {v}"]),
    "environment": _enum("environment", ["production", "staging", "testing"], ["to {v}"]),
    "sky": _one_of("sunny cloudy rain snow windy fog clear storm".split()),
    "done": _one_of("ok done sent saved created success confirmed".split()),
    "order_state": _one_of("shipped delivered pending lost packed returned".split() + ["in transit", "on the way"]),
}


def said(kind, value):
    """The value as a person says it."""
    return ", ".join(json.loads(value)) if kind == "list" else value


def json_value(kind, text):
    """The value as it stands in a JSON result."""
    if KINDS[kind].type not in ("integer", "number"):
        return text
    return float(text) if "." in text else int(text)
