"""A generated conversation as the JSON that an API client would send, to compare renderings."""


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


def message_of(turn):
    message = {"role": turn.role, "content": turn.text}
    if turn.role == "tool":
        message["tool_call_id"] = "call_1"
    if turn.thought:
        message["reasoning_content"] = turn.thought
    if turn.calls:
        message["tool_calls"] = [{"id": "call_1", "type": "function",
                                  "function": {"name": c.name, "arguments": dict(c.arguments)}} for c in turn.calls]
    return message


def request_of(conversation):
    """Everything before the last turn, which is the one to be generated."""
    system = [{"role": "system", "content": conversation.system}] if conversation.system else []
    request = {"messages": system + [message_of(t) for t in conversation.turns[:-1]], "effort": conversation.effort}
    if conversation.tools:
        request["tools"] = [tool_of(t) for t in conversation.tools]
    return request
