"""Responses requests that are wrong: each gets its status, its type and the path of its fault, and the server goes on.
The unit tests of the parser know more of them; these went over the wire."""
import json
import unittest

from trilogue_server import PLAIN, PathTest

RESPONSES = "/v1/responses"
COUNT = "/v1/responses/input_tokens"
BARE = {"model": "plain", "input": "Hello!"}
USER = {"role": "user", "content": "x"}
CALL = {"type": "function_call", "call_id": "a", "name": "f", "arguments": "{}"}


def but(**fields):
    return BARE | fields


def items(*listed):
    return but(input=list(listed))


def part(**fields):
    return items({"role": "user", "content": [fields]})


def tools(*listed, **fields):
    return but(tools=list(listed), **fields)


def function(**fields):
    return tools({"type": "function", **fields})


def text_format(**fields):
    return but(text={"format": fields})


# What is sent, where the fault is, a part of what is said about it.
REFUSED = [
    ([], "", "JSON object"),
    ("hi", "", "JSON object"),
    (7, "", "JSON object"),
    ({}, "model", "is required"),
    ({"input": "x"}, "model", "is required"),
    (but(model=7), "model", "expected a string, got a number"),
    (but(model=""), "model", "must not be empty"),
    (but(model="nobody"), "model", "does not exist"),
    ({"model": "plain"}, "input", "is required"),
    ({"model": "plain", "messages": [USER]}, "input", "is required"),  # a body for Chat
    (but(input=""), "input", "must not be empty"),
    (but(input=[]), "input", "must not be empty"),
    (but(input=7), "input", "expected a string or an array"),
    (items(7), "input[0]", "expected an object"),
    (items(USER, None), "input[1]", "is required"),
    (items({}), "input[0].type", "is required"),
    (items({"type": "dream"}), "input[0].type", 'unknown item type "dream"'),
    (items({"type": "message", "content": "x"}), "input[0].role", "is required"),
    (items({"role": "robot", "content": "x"}), "input[0].role", 'unknown role "robot"'),
    (items({"role": "tool", "content": "x"}), "input[0].role", 'unknown role "tool"'),
    (items({"role": "user"}), "input[0].content", "is required"),
    (items({"role": "user", "content": {}}), "input[0].content", "expected a string or an array"),
    (items({"role": "user", "content": [7]}), "input[0].content[0]", "expected an object"),
    (part(), "input[0].content[0].type", "is required"),
    (part(type="smell", text="x"), "input[0].content[0].type", 'unknown part type "smell"'),
    (part(type="input_text"), "input[0].content[0].text", "is required"),
    (part(type="input_text", text=7), "input[0].content[0].text", "expected a string"),
    (part(type="input_image", image_url="x"), "input[0].content[0].type", "not supported"),
    (part(type="input_audio", input_audio={}), "input[0].content[0].type", "not supported"),
    (part(type="input_video", video_url="x"), "input[0].content[0].type", "not supported"),
    (items({"type": "item_reference"}), "input[0].id", "is required"),
    (items(CALL | {"call_id": None}), "input[0].call_id", "is required"),
    (items(CALL | {"call_id": ""}), "input[0].call_id", "must not be empty"),
    (items(CALL | {"name": "f g"}), "input[0].name", "1 to 128"),
    (items(CALL | {"arguments": {}}), "input[0].arguments", "expected a string"),
    (items({"type": "function_call_output", "output": "x"}), "input[0].call_id", "is required"),
    (items({"type": "function_call_output", "call_id": "a", "output": "x"}), "input[0].call_id", "call"),
    (items(CALL, {"type": "function_call_output", "call_id": "b", "output": "x"}), "input[1].call_id", "call"),
    (items(CALL, {"type": "function_call_output", "call_id": "a"}), "input[1].output", "is required"),
    (items({"type": "custom_tool_call", "call_id": "a", "name": "f"}), "input[0].input", "is required"),
    (items({"type": "reasoning", "summary": {}}), "input[0].summary", "expected an array"),
    (but(instructions=7), "instructions", "expected a string"),
    (but(stream="yes"), "stream", "expected a boolean"),
    (but(temperature="hot"), "temperature", "expected a number"),
    (but(temperature=-0.1), "temperature", "0 to 2"),
    (but(temperature=2.1), "temperature", "0 to 2"),
    (but(top_p=0), "top_p", ""),
    (but(top_p=1.1), "top_p", ""),
    (but(max_output_tokens=0), "max_output_tokens", "from 1 on"),
    (but(max_output_tokens=1.5), "max_output_tokens", "integer"),
    (but(max_output_tokens="9"), "max_output_tokens", "expected an integer, got a string"),
    (but(reasoning="high"), "reasoning", "expected an object"),
    (but(reasoning={"effort": "huge"}), "reasoning.effort", "low, medium or high"),
    (but(reasoning={"summary": "long"}), "reasoning.summary", "auto, concise or detailed"),
    (but(tools={}), "tools", "expected an array"),
    (tools(7), "tools[0]", "expected an object"),
    (tools({}), "tools[0].type", "is required"),
    (function(), "tools[0].name", "is required"),
    (function(name="a.b"), "tools[0].name", "1 to 128"),
    (function(name="x" * 129), "tools[0].name", "1 to 128"),
    (function(name="f", parameters="{}"), "tools[0].parameters", "expected an object"),
    (tools({"type": "function", "name": "f"}, {"type": "function", "name": "f"}), "tools[1]", "f"),
    (but(tool_choice="sometimes"), "tool_choice", ""),
    (but(tool_choice="required"), "tool_choice", ""),
    (tools({"type": "function", "name": "f"}, tool_choice={"type": "function", "name": "g"}), "tool_choice", ""),
    (but(parallel_tool_calls=1), "parallel_tool_calls", "expected a boolean"),
    (but(text="plain"), "text", "expected an object"),
    (text_format(), "text.format.type", "is required"),
    (text_format(type="xml"), "text.format.type", "json_schema"),
    (text_format(type="json_schema", name="a"), "text.format.schema", "is required"),
    (text_format(type="json_schema", name="a", schema=7), "text.format.schema", "expected an object"),
    (but(store="yes"), "store", "expected a boolean"),
    (but(background=True, store=False), "background", "store"),
    (but(previous_response_id=7), "previous_response_id", "expected a string"),
    (but(metadata=7), "metadata", "expected an object"),
    (but(include="all"), "include", "expected an array"),
    (but(truncation="wild"), "truncation", ""),
]
# Of these, a count looks at the prompt alone.
UNCOUNTED = ("stream", "store", "background")


class Refused(PathTest):
    stories = {"plain": PLAIN}

    def send(self, body, path=RESPONSES):
        return self.server.send("POST", path, body if isinstance(body, dict) else json.dumps(body),
                                {"Content-Type": "application/json"})

    def assert_fault(self, reply, path, words):
        self.assert_refused(reply, 400, "request_params_invalid", words=words)
        named = reply.error["param"] or ""
        self.assertTrue(named == path or (path == "tool_choice" and named.startswith(path)), (named, path))

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

    def test_what_is_not_there_is_a_404(self):
        self.assert_refused(self.send(but(previous_response_id="resp_nothing")), 404, "not_found", "previous_response_id")
        for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/input_items"),
                             ("GET", "?stream=true")):
            with self.subTest(method=method, path=path):
                self.assert_refused(self.server.send(method, "/v1/responses/resp_nothing" + path), 404, "not_found")
        reply = self.send(items({"type": "item_reference", "id": "rs_nothing"}))
        self.assert_refused(reply, 404, "not_found", "input[0].id")

    def test_a_count_refuses_the_prompt_alike(self):
        for body, path, words in REFUSED:
            if path in UNCOUNTED:
                continue
            with self.subTest(body=json.dumps(body)[:200]):
                self.assert_fault(self.send(body, COUNT), path, words)

    def test_a_wrong_method_is_a_405(self):
        self.assert_refused(self.server.get("/v1/responses/x/cancel"), 405, "method_not_allowed")
        self.assert_refused(self.server.get(RESPONSES), 405, "method_not_allowed")


if __name__ == "__main__":
    unittest.main()
