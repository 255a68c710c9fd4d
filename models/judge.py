"""Whether a reply is right. A case is {"skill", "request" (a Chat Completions body), "right"}; `right` holds one of

    {"answers": [text, ...]}       one of these texts, exactly, and no call
    {"calls": [[name, arguments]]} these calls in this order, arguments equal as JSON values
    {"json": value}                a JSON text of this value, and no call
    {"says": ["a|b", ...], "not": ["c", ...]}   each of `says` (one of its options) in the text, none of `not`, no call
"""
import json


def calls_of(message):
    return [[c["function"]["name"], _parsed(c["function"]["arguments"])] for c in message.get("tool_calls") or []]


def _parsed(arguments):
    """A call that the token limit cut off has no JSON: its text is kept, and is never right."""
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


def _same(a, b):
    """Equal as JSON: 2 is 2.0, but true is not 1."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return isinstance(a, bool) == isinstance(b, bool) and a == b


def is_right(right, message):
    """`message`: the assistant's, as the API returned it."""
    calls, text = calls_of(message), message["content"] or ""
    if "calls" in right:
        return _same(calls, right["calls"])
    if calls:
        return False
    if "answers" in right:
        return text in right["answers"]
    if "json" in right:
        try:
            return _same(json.loads(text), right["json"])
        except ValueError:
            return False
    low = text.lower()
    return all(any(option.lower() in low for option in part.split("|")) for part in right["says"]) and \
        not any(word.lower() in low for word in right.get("not", []))


def shown(message):
    """The reply in one text, for lists of misses."""
    calls = [f"{name}({json.dumps(arguments, ensure_ascii=False)})" for name, arguments in calls_of(message)]
    return "\n".join([message["content"]] * bool(message["content"]) + calls)
