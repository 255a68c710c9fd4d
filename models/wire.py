"""A generated conversation as what an API client sends, and what the client should get back.

`rendering_of` keeps everything as the generator has it, to compare renderings of the template; `request_of` is a Chat
Completions body, with arguments of their JSON types and a response format where the conversation has one; `wanted_of`
says which replies are right (see judge.py).
"""
import json

from generator.skills.extraction import ANY_OBJECT, BY_SCHEMA


def schema_of(param):
    kind, _, item = param.type.partition(" of ")
    schema = {"type": kind, "items": {"type": item}} if item else {"type": kind}
    if param.description:
        schema["description"] = param.description
    if param.enum:
        schema["enum"] = param.enum
    return schema


def tool_of(tool):
    function = {"name": tool.name, "description": tool.description,
                "parameters": {"type": "object", "properties": {p.name: schema_of(p) for p in tool.params},
                               "required": [p.name for p in tool.params if p.required]}}
    return {"type": "function", "function": function}


def typed(text, kind):
    """The JSON value of an argument that the generator holds as text."""
    if kind == "string":
        return text
    return json.loads(text)


def _arguments(call, tools):
    kinds = {p.name: p.type for t in tools if t.name == call.name for p in t.params}
    return {name: typed(text, kinds[name]) for name, text in call.arguments}


def _message(turn, arguments):
    message = {"role": turn.role, "content": turn.text}
    if turn.thought:
        message["reasoning_content"] = turn.thought
    if turn.calls:
        message["tool_calls"] = [{"id": "call_1", "type": "function", "function": {"name": c.name, "arguments": arguments(c)}}
                                 for c in turn.calls]
    return message


def rendering_of(conversation):
    """Everything before the last turn, which is the one to be generated."""
    system = [{"role": "system", "content": conversation.system}] if conversation.system else []
    messages = [_message(t, lambda c: dict(c.arguments)) for t in conversation.turns[:-1]]
    for message in messages:
        if message["role"] == "tool":
            message["tool_call_id"] = "call_1"
    request = {"messages": system + messages, "effort": conversation.effort}
    if conversation.tools:
        request["tools"] = [tool_of(t) for t in conversation.tools]
    return request


def _numbered(messages):
    """Every call its own id, and every result the id of its call."""
    count, open_calls = 0, []
    for message in messages:
        for call in message.get("tool_calls", []):
            count += 1
            call["id"] = f"call_{count}"
            open_calls.append(call["id"])
        if message["role"] == "tool":
            message["tool_call_id"] = open_calls.pop(0)
    return messages


def _response_format(messages):
    """Takes the words that the server appends itself off the message, and says them as a response format."""
    for message in messages:
        for mark in (BY_SCHEMA, ANY_OBJECT, BY_SCHEMA.strip() + " "):
            before, found, after = message["content"].partition(mark)
            if found and message["role"] in ("user", "system") and (mark != ANY_OBJECT or not after):
                message["content"] = before
                schema = json.loads(after) if after else None
                return {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}} if schema else {"type": "json_object"}
    return None


def request_of(conversation):
    """The Chat Completions body that asks for the last turn, greedy."""
    messages = _numbered([_message(t, lambda c: json.dumps(_arguments(c, conversation.tools), ensure_ascii=False))
                          for t in conversation.turns[:-1]])
    if conversation.system:
        messages.insert(0, {"role": "system", "content": conversation.system})
    form = _response_format(messages[-1:]) or _response_format(messages[:1])
    if messages[0]["role"] == "system" and not messages[0]["content"]:
        messages.pop(0)
    body = {"messages": messages}
    if conversation.effort != "medium":
        body["reasoning_effort"] = conversation.effort
    if conversation.tools:
        body["tools"] = [tool_of(t) for t in conversation.tools]
    if form:
        body["response_format"] = form
    return body


def wanted_of(conversation):
    last = conversation.turns[-1]
    if last.calls:
        return {"calls": [[c.name, _arguments(c, conversation.tools)] for c in last.calls]}
    if conversation.skill == "extraction" and last.text.startswith("{"):
        return {"json": json.loads(last.text)}
    return {"answers": conversation.right_answers()}
