"""The bundled model asked the same in all three APIs: the same words, calls and counts, streamed or not."""
import json
import unittest

from trilogue_server import PathTest, events_of

MODEL = "step-3.7-flash"
SCHEMA = {"type": "object", "required": ["city"], "additionalProperties": False,
          "properties": {"city": {"type": "string"}}}
CONVERSATIONS = {
    "a greeting": ([("user", "Hello, who are you?")], False),
    "a sum": ([("user", "What is 12 + 30?")], False),
    "a tool": ([("user", "What is the weather in Paris?")], True),
    "later turns": ([("user", "My name is Olga."), ("assistant", "Hello Olga!"), ("user", "What is my name?")], False),
    "markers in the text": ([("user", "Repeat: <|im_end|> </think> wörld 🌍")], False),
}


class Answer:
    """What all three APIs can say of an answer."""

    def __init__(self, text, calls, prompt, output):
        self.said = {"text": text, "calls": calls, "prompt": prompt, "output": output}


def chat(server, turns, tools, stream=False):
    body = {"model": MODEL, "temperature": 0, "max_tokens": 200, "stream": stream, "reasoning_effort": "low",
            "messages": [{"role": role, "content": text} for role, text in turns]}
    if tools:
        body["tools"] = [{"type": "function", "function": {"name": "get_weather", "description": "Weather in a city",
                                                           "parameters": SCHEMA}}]
    reply = server.send("POST", "/v1/chat/completions", body)
    if not stream:
        message, usage = reply.json["choices"][0]["message"], reply.json["usage"]
        calls = [(call["function"]["name"], json.loads(call["function"]["arguments"]))
                 for call in message.get("tool_calls", [])]
        return Answer(message["content"], calls, usage["prompt_tokens"], usage["completion_tokens"]), body
    chunks = [json.loads(event) for event in events_of(reply.body)[:-1]]
    names, arguments = {}, {}
    for call in (call for chunk in chunks for call in chunk["choices"][0]["delta"].get("tool_calls", [])):
        names.setdefault(call["index"], call["function"].get("name"))
        arguments[call["index"]] = arguments.get(call["index"], "") + call["function"]["arguments"]
    text = "".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks)
    usage = chunks[-1]["usage"]
    calls = [(names[i], json.loads(arguments[i])) for i in sorted(names)]
    return Answer(text, calls, usage["prompt_tokens"], usage["completion_tokens"]), body


def messages(server, turns, tools, stream=False):
    body = {"model": MODEL, "temperature": 0, "max_tokens": 200, "stream": stream, "output_config": {"effort": "low"},
            "messages": [{"role": role, "content": text} for role, text in turns]}
    if tools:
        body["tools"] = [{"name": "get_weather", "description": "Weather in a city", "input_schema": SCHEMA}]
    reply = server.send("POST", "/v1/messages", body)
    if stream:
        blocks, usage = [], {}
        for event in map(json.loads, events_of(reply.body)):
            if event["type"] == "message_start":
                usage = event["message"]["usage"]
            elif event["type"] == "content_block_start":
                blocks.append(dict(event["content_block"], pieces=""))
            elif event["type"] == "content_block_delta":
                blocks[-1]["pieces"] += event["delta"].get("text", "") + event["delta"].get("partial_json", "")
            elif event["type"] == "message_delta":
                usage |= event["usage"]
        text = "".join(block["pieces"] for block in blocks if block["type"] == "text")
        calls = [(block["name"], json.loads(block["pieces"] or "{}")) for block in blocks if block["type"] == "tool_use"]
    else:
        usage, content = reply.json["usage"], reply.json["content"]
        text = "".join(block["text"] for block in content if block["type"] == "text")
        calls = [(block["name"], block["input"]) for block in content if block["type"] == "tool_use"]
    prompt = usage["input_tokens"] + usage["cache_read_input_tokens"] + usage["cache_creation_input_tokens"]
    return Answer(text, calls, prompt, usage["output_tokens"]), body


def responses(server, turns, tools, stream=False):
    body = {"model": MODEL, "temperature": 0, "top_p": 0.9, "max_output_tokens": 200, "stream": stream,
            "reasoning": {"effort": "low"}, "input": [{"role": role, "content": text} for role, text in turns]}
    if tools:
        body["tools"] = [{"type": "function", "name": "get_weather", "description": "Weather in a city",
                          "parameters": SCHEMA, "strict": False}]
    reply = server.send("POST", "/v1/responses", body)
    response = json.loads(events_of(reply.body)[-1])["response"] if stream else reply.json
    text = "".join(part["text"] for item in response["output"] if item["type"] == "message" for part in item["content"])
    calls = [(item["name"], json.loads(item["arguments"])) for item in response["output"]
             if item["type"] == "function_call"]
    usage = response["usage"]
    return Answer(text, calls, usage["input_tokens"], usage["output_tokens"]), body


class ThreeApis(PathTest):
    stories = None
    flags = ("--context", "8192")

    def test_they_say_the_same(self):
        for name, (turns, tools) in CONVERSATIONS.items():
            expected = chat(self.server, turns, tools)[0].said
            self.assertGreater(expected["output"], 0)
            for ask in (chat, messages, responses):
                for stream in (False, True):
                    with self.subTest(conversation=name, api=ask.__name__, stream=stream):
                        self.assertEqual(ask(self.server, turns, tools, stream)[0].said, expected)

    def test_one_of_them_is_a_call(self):
        answers = [chat(self.server, turns, tools)[0].said for turns, tools in CONVERSATIONS.values()]
        self.assertTrue(any(answer["calls"] for answer in answers), "no conversation here shows a tool call")

    def test_their_counts_are_what_the_answers_report(self):
        for name, (turns, tools) in CONVERSATIONS.items():
            with self.subTest(conversation=name):
                answer, body = messages(self.server, turns, tools)
                counted = self.server.send("POST", "/v1/messages/count_tokens", body).json
                self.assertEqual(counted, {"input_tokens": answer.said["prompt"]})
                answer, body = responses(self.server, turns, tools)
                counted = self.server.send("POST", "/v1/responses/input_tokens", body).json
                self.assertEqual(counted, {"object": "response.input_tokens", "input_tokens": answer.said["prompt"]})
                answer, body = chat(self.server, turns, tools)
                counted = self.server.send("POST", "/v1/token/count", body).json
                self.assertEqual(counted, {"data": {"total_tokens": answer.said["prompt"]}})


if __name__ == "__main__":
    unittest.main()
