"""What a tool returns, in the shapes that real tools return things, and how that is told to the user."""
import json

ERRORS = ["not found", "timeout", "permission denied", "bad request", "no such file", "connection refused", "invalid id",
          "service unavailable", "out of range", "rate limit reached", "unknown user", "access denied"]


def spoken(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def facts(result):
    return ", ".join(f"{k} is {spoken(v)}" for k, v in result.items())


def dumped(chance, value):
    style = chance.weighted({"plain": 5, "compact": 3, "indented": 1})
    if style == "compact":
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(value, ensure_ascii=False, indent=2 if style == "indented" else None)


def outcome(chance, task):
    """The text a tool returns and what is answered to it."""
    kind = chance.weighted({"object": 8, "text": 3, "list": 2, "records": 1.5, "error": 1.5, "lines": 1, "nested": 1})
    if kind == "error":
        message = chance.pick(ERRORS) if chance.flip(0.7) else chance.phrase(2, 4)
        raw = chance.pick([f"Error: {message}", dumped(chance, {"error": message}), dumped(chance, {"status": "error", "message": message})])
        return raw, f"The tool reported an error: {message}."
    if kind == "text":
        text = chance.phrase(1, 6)
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
