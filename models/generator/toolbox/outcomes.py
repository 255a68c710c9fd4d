"""What a tool returns, in the shapes that real tools return things, and how that is told to the user."""
import json

from ..wording import expand

ERRORS = ["not found", "timeout", "permission denied", "bad request", "no such file", "connection refused", "invalid id",
          "service unavailable", "out of range", "rate limit reached", "unknown user", "access denied",
          "the file does not exist", "cannot open the file", "command not found", "the folder is empty", "there is no such branch",
          "the request took too long", "the value is too large", "a number was expected", "the name is already in use",
          "nothing has changed", "you are not allowed to do this", "the server did not answer", "the disk is full",
          "the account is locked", "the key has expired", "no goal has been set", "cannot read this format", "wrong password",
          "the address could not be found", "the text is empty", "this is not a picture", "the session has ended",
          "there are no results for this search", "the order was already sent", "the date lies in the past"]
SENTENCES = ["[The|Your|This] {a} [has been|was] [saved|sent|created|removed|updated|opened|closed|moved][.|, and {n} others too.| at {n} o'clock.]",
             "[Everything|All] is [done|ready|fine|in order][.|: {n} of {n} tests passed.| now.]", "[Found|There are|We have] {n} [matches|results|files|entries|messages][.| in {p}.| for {a}.]",
             "[total {n}|{n} files changed, {n} lines added|{p}: {n} lines|{p} is up to date|On branch {a}]", "{p}\n{a}.md", "# {a}\n[This is|Here is|It has] [a|the|one] {a} [of the|for the|with a] {b}.",
             "[The {a} is|It will be|It is|They are] [in|near|behind|at] the {b}[.| until tomorrow.| since {n}.]", "[It will|It may] [rain|snow|be sunny|be windy] [today|tomorrow|in the evening], {n} degrees."]


def spoken(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def facts(result):
    return ", ".join(f"{k} is {spoken(v)}" for k, v in result.items())


def dumped(chance, value):
    style = chance.weighted({"plain": 5, "compact": 3, "indented": 1})
    if style == "compact":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(value, ensure_ascii=False, indent=2 if style == "indented" else None)


def _sentence(chance):
    return expand(chance, chance.pick(SENTENCES), a=chance.thing(), b=chance.noun(), n=chance.integer(1, 99), p=chance.path())


def outcome(chance, task):
    """The text a tool returns and what is answered to it."""
    kind = chance.weighted({"object": 8, "text": 3, "list": 2, "records": 1.5, "error": 1.5, "lines": 1, "nested": 1})
    if kind == "error":
        message = chance.pick(ERRORS) if chance.flip(0.7) else chance.phrase(2, 4)
        raw = chance.pick([f"Error: {message}", dumped(chance, {"error": message}), dumped(chance, {"status": "error", "message": message})])
        return raw, f"The tool reported an error: {message}."
    if kind == "text":
        text = chance.phrase(1, 6) if chance.flip() else _sentence(chance)
        return text, f"The result is: {text}"
    if kind == "lines":
        lines = [chance.pick([chance.path, chance.thing, lambda: chance.phrase(1, 3)])() for _ in range(chance.integer(2, 5))]
        return "\n".join(lines), "The result is:\n" + "\n".join(lines)
    if kind == "list":
        items = [chance.pick([chance.thing(), chance.name(), chance.code()]) for _ in range(chance.integer(1, 5))]
        return dumped(chance, items), f"The result is: {', '.join(items)}."
    if kind == "records":
        keys = chance.some(["name", "id", "price", "city", "status", chance.noun(), chance.made_up()], 2)
        rows = [{keys[0]: chance.thing(), keys[1]: chance.pick([chance.integer(1, 99), chance.code()])} for _ in range(chance.integer(2, 3))]
        return dumped(chance, rows), "The result is:\n" + "\n".join("- " + facts(row) for row in rows)
    if kind == "nested":
        return dumped(chance, {chance.pick(["result", "data", "response"]): task.result}), f"The result: {facts(task.result)}."
    return dumped(chance, task.result), f"The result: {facts(task.result)}."
