"""Chat requests that are wrong: each gets its status, its type and the path of its fault, and the server goes on. The
unit tests of the parser know more of them; these went over the wire."""
import json
import unittest

from trilogue_server import HELLO, PLAIN, PathTest

CHAT = "/v1/chat/completions"
BARE = {"model": "plain", "messages": HELLO}
CALL = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def but(**fields):
    return BARE | fields


def messages(*listed):
    return but(messages=list(listed))


def part(**fields):
    return messages({"role": "user", "content": [fields]})


def call(**fields):
    return messages({"role": "assistant", "tool_calls": [fields]})


def function(**fields):
    return but(tools=[{"type": "function", "function": fields}])


def answer_format(**fields):
    return but(response_format=fields)


# What is sent, where the fault is, a part of what is said about it.
REFUSED = [
    ([], "", "JSON object"),
    ("hi", "", "JSON object"),
    (7, "", "JSON object"),
    ({}, "model", "is required"),
    (but(model=7), "model", "expected a string, got a number"),
    (but(model=""), "model", "must not be empty"),
    (but(model="nobody"), "model", "does not exist"),
    ({"model": "plain"}, "messages", "is required"),
    ({"model": "plain", "input": "Hello!"}, "messages", "is required"),  # a body for Responses
    (but(messages=[]), "messages", "must not be empty"),
    (but(messages="hi"), "messages", "expected an array"),
    (messages(7), "messages[0]", "expected an object"),
    (messages(*HELLO, None), "messages[1]", "is required"),
    (messages({"content": "x"}), "messages[0].role", "is required"),
    (messages({"role": 7, "content": "x"}), "messages[0].role", "expected a string"),
    (messages({"role": "robot", "content": "x"}), "messages[0].role", 'unknown role "robot"'),
    (messages({"role": "user"}), "messages[0].content", "is required"),
    (messages({"role": "user", "content": 7}), "messages[0].content", "expected a string or an array"),
    (messages({"role": "user", "content": [7]}), "messages[0].content[0]", "expected an object"),
    (part(), "messages[0].content[0].type", "is required"),
    (part(type="smell"), "messages[0].content[0].type", 'unknown part type "smell"'),
    (part(type="text"), "messages[0].content[0].text", "is required"),
    (part(type="text", text=7), "messages[0].content[0].text", "expected a string"),
    (part(type="image_url", image_url={"url": "x"}), "messages[0].content[0].type", "not supported"),
    (part(type="video_url", video_url={"url": "x"}), "messages[0].content[0].type", "not supported"),
    (part(type="input_audio", input_audio={"data": "x"}), "messages[0].content[0].type", "not supported"),
    (messages({"role": "tool", "content": "x"}), "messages[0].tool_call_id", "is required"),
    (messages({"role": "tool", "tool_call_id": "a", "content": "x"}), "messages[0].tool_call_id", "no earlier"),
    (messages({"role": "assistant", "tool_calls": {}}), "messages[0].tool_calls", "expected an array"),
    (call(**CALL | {"id": None}), "messages[0].tool_calls[0].id", "is required"),
    (call(**CALL | {"id": ""}), "messages[0].tool_calls[0].id", "must not be empty"),
    (call(**CALL | {"type": "dream"}), "messages[0].tool_calls[0].type", "function"),
    (call(id="a", type="function"), "messages[0].tool_calls[0].function", "is required"),
    (call(id="a", function={"name": "f g", "arguments": "{}"}), "messages[0].tool_calls[0].function.name", "1 to 128"),
    (call(id="a", function={"name": "f", "arguments": {}}), "messages[0].tool_calls[0].function.arguments", "string"),
    (but(max_tokens=0), "max_tokens", "from 1 on"),
    (but(max_tokens=-1), "max_tokens", "from 1 on"),
    (but(max_tokens=1.5), "max_tokens", "integer"),
    (but(max_tokens="100"), "max_tokens", "expected an integer, got a string"),
    (but(max_completion_tokens=0), "max_completion_tokens", "from 1 on"),
    (but(temperature="hot"), "temperature", "expected a number, got a string"),
    (but(temperature=-0.1), "temperature", "0 to 2"),
    (but(temperature=2.1), "temperature", "0 to 2"),
    (but(top_p=0), "top_p", ""),
    (but(top_p=1.1), "top_p", ""),
    (but(top_k=501), "top_k", "500"),
    (but(n=0), "n", "1 to 128"),
    (but(n=129), "n", "1 to 128"),
    (but(stream="yes"), "stream", "expected a boolean"),
    (but(stream_options=7), "stream_options", "expected an object"),
    (but(stream_options={"include_usage": "yes"}), "stream_options.include_usage", "expected a boolean"),
    (but(stop=7), "stop", "expected a string or an array"),
    (but(stop="x" * 513), "stop", "at most 512 bytes"),
    (but(stop=["x"] * 17), "stop", "16"),
    (but(stop=["x", 7]), "stop[1]", "expected a string"),
    (but(frequency_penalty=2.1), "frequency_penalty", "-2 to 2"),
    (but(presence_penalty="much"), "presence_penalty", "expected a number"),
    (but(seed="x"), "seed", "expected an integer"),
    (but(logit_bias=[]), "logit_bias", "expected an object"),
    (but(logit_bias={"x": 1}), "logit_bias.x", "token id"),
    (but(logit_bias={"7": 101}), 'logit_bias.7', "100"),
    (but(logprobs="yes"), "logprobs", "expected a boolean"),
    (but(logprobs=True, top_logprobs=21), "top_logprobs", "20"),
    (but(top_logprobs=2), "top_logprobs", "logprobs"),
    (but(min_tokens=9, max_tokens=2), "min_tokens", "max_tokens"),
    (answer_format(), "response_format.type", "is required"),
    (answer_format(type="xml"), "response_format.type", "json_schema"),
    (answer_format(type="json_schema"), "response_format.json_schema", "is required"),
    (answer_format(type="json_schema", json_schema={"name": "a"}), "response_format.json_schema.schema", "is required"),
    (but(reasoning_format="loud"), "reasoning_format", "deepseek-style"),
    (but(reasoning_effort="huge"), "reasoning_effort", "low, medium or high"),
    (but(tools={}), "tools", "expected an array"),
    (but(tools=[{"type": "magic"}]), "tools[0].type", "function"),
    (but(tools=[{"type": "function"}]), "tools[0].function", "is required"),
    (function(), "tools[0].function.name", "is required"),
    (function(name="a.b"), "tools[0].function.name", "1 to 128"),
    (function(name="x" * 129), "tools[0].function.name", "1 to 128"),
    (function(name="f", parameters="{}"), "tools[0].function.parameters", "expected an object"),
    (function(name="f", strict="yes"), "tools[0].function.strict", "expected a boolean"),
    (but(tool_choice="sometimes"), "tool_choice", ""),
    (but(tool_choice="required"), "tool_choice", ""),
    (but(parallel_tool_calls="yes"), "parallel_tool_calls", "expected a boolean"),
]


class Refused(PathTest):
    stories = {"plain": PLAIN}

    def send(self, body):
        text = body if isinstance(body, dict) else json.dumps(body)
        return self.server.send("POST", CHAT, text, {"Content-Type": "application/json"})

    def assert_fault(self, reply, path, words):
        self.assert_refused(reply, 400, "request_params_invalid", words=words)
        self.assertEqual(reply.error["param"] or "", path)

    def test_each_is_refused_with_its_path(self):
        self.assertGreaterEqual(len(REFUSED), 60)
        for body, path, words in REFUSED:
            with self.subTest(body=json.dumps(body)[:200]):
                self.assert_fault(self.send(body), path, words)

    def test_a_stream_is_refused_as_plain_json(self):
        for body, path, words in REFUSED:
            if not isinstance(body, dict) or "stream" in body:
                continue
            with self.subTest(body=json.dumps(body)[:200]):
                self.assert_fault(self.send(body | {"stream": True}), path, words)


if __name__ == "__main__":
    unittest.main()
