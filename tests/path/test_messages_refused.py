"""Messages requests that are wrong: each gets its status, its type and the path of its fault, and the server goes
on. The unit tests of the parser know more of them; these went over the wire."""
import json
import unittest

from messages_api import COUNT, INVALID, MESSAGES, MessagesTest
from trilogue_server import HELLO, gzipped

BARE = {"model": "plain", "max_tokens": 100, "messages": HELLO}
TOOL = {"name": "f", "input_schema": {"type": "object"}}
CALL = {"type": "tool_use", "id": "a", "name": "f", "input": {}}


def but(**fields):
    return BARE | fields


def without(field):
    return {name: value for name, value in BARE.items() if name != field}


def user(*blocks):
    return but(messages=[{"role": "user", "content": list(blocks)}])


def assistant(*blocks):
    return but(messages=[{"role": "assistant", "content": list(blocks)}])


def round_with(**result):
    return but(messages=[{"role": "assistant", "content": [CALL]},
                         {"role": "user", "content": [{"type": "tool_result", **result}]}])


def tools(*listed, **fields):
    return but(tools=list(listed), **fields)


# What is sent, where the fault is, a part of what is said about it.
REFUSED = [
    ([], "", "JSON object"),
    ("hi", "", "JSON object"),
    (7, "", "JSON object"),
    ({}, "model", "is required"),
    (without("model"), "model", "is required"),
    (but(model=7), "model", "expected a string, got a number"),
    (but(model=""), "model", "must not be empty"),
    (but(model="nobody"), "model", "does not exist"),
    (without("max_tokens"), "max_tokens", "is required"),
    (but(max_tokens=0), "max_tokens", "from 1 on, got 0"),
    (but(max_tokens=-1), "max_tokens", "from 1 on"),
    (but(max_tokens=1.5), "max_tokens", "got 1.5"),
    (but(max_tokens="100"), "max_tokens", "expected an integer, got a string"),
    (but(max_tokens=None), "max_tokens", "is required"),
    (without("messages"), "messages", "is required"),
    (but(messages=[]), "messages", "must not be empty"),
    (but(messages="hi"), "messages", "expected an array"),
    (but(messages=[7]), "messages[0]", "expected an object"),
    (but(messages=[*HELLO, {}]), "messages[1].role", "is required"),
    (but(messages=[{"role": "tool", "content": "x"}]), "messages[0].role", "unknown role"),
    (but(messages=[{"role": "user"}]), "messages[0].content", "is required"),
    (but(messages=[{"role": "user", "content": 7}]), "messages[0].content", "a string or an array of blocks"),
    (but(messages=[{"role": "assistant", "content": None}]), "messages[0].content", "is required"),
    (user("hi"), "messages[0].content[0]", "expected an object"),
    (user({}), "messages[0].content[0].type", "is required"),
    (user({"type": "smell"}), "messages[0].content[0].type", "unexpected block type"),
    (user({"type": "text"}), "messages[0].content[0].text", "is required"),
    (user({"type": "text", "text": 7}), "messages[0].content[0].text", "expected a string"),
    (user({"type": "text", "text": "x"}, {"type": "image", "source": {"type": "url", "url": "http://x/y.png"}}),
     "messages[0].content[1].type", "not supported"),
    (user({"type": "document", "source": {}}), "messages[0].content[0].type", "not supported"),
    (user(CALL), "messages[0].content[0].type", "expected text or tool_result"),
    (assistant({"type": "tool_use", "name": "f", "input": {}}), "messages[0].content[0].id", "is required"),
    (assistant(CALL | {"id": ""}), "messages[0].content[0].id", "must not be empty"),
    (assistant(CALL | {"name": "f g"}), "messages[0].content[0].name", "1 to 128 characters"),
    (assistant({"type": "tool_use", "id": "a", "name": "f"}), "messages[0].content[0].input", "is required"),
    (assistant(CALL | {"input": "{}"}), "messages[0].content[0].input", "expected an object"),
    (assistant({"type": "tool_result", "tool_use_id": "a"}), "messages[0].content[0].type", "unexpected block type"),
    (assistant({"type": "thinking", "thinking": 7}), "messages[0].content[0].thinking", "expected a string"),
    (user({"type": "tool_result", "tool_use_id": "a", "content": "x"}), "messages[0].content[0].tool_use_id",
     "no earlier assistant message"),
    (round_with(content="x"), "messages[1].content[0].tool_use_id", "is required"),
    (round_with(tool_use_id="b", content="x"), "messages[1].content[0].tool_use_id", "no earlier"),
    (round_with(tool_use_id="a", content=7), "messages[1].content[0].content", "a string or an array"),
    (round_with(tool_use_id="a", content=[{"type": "image"}]), "messages[1].content[0].content[0].type",
     "not supported"),
    (round_with(tool_use_id="a", is_error="yes"), "messages[1].content[0].is_error", "expected a boolean"),
    (but(system=7), "system", "a string or an array"),
    (but(system=[{"type": "text"}]), "system[0].text", "is required"),
    (but(system=[{"type": "image"}]), "system[0].type", "not supported"),
    (but(temperature="hot"), "temperature", "expected a number"),
    (but(temperature=2.5), "temperature", "from 0 to 2"),
    (but(temperature=-1), "temperature", "from 0 to 2"),
    (but(top_p=0), "top_p", "over 0, up to 1"),
    (but(top_p=1.5), "top_p", "over 0, up to 1"),
    (but(top_k=501), "top_k", "from 0 to 500"),
    (but(top_k=-1), "top_k", "from 0 to 500"),
    (but(top_k=0.5), "top_k", "expected an integer"),
    (but(stop_sequences="END"), "stop_sequences", "expected an array"),
    (but(stop_sequences=["END", ""]), "stop_sequences[1]", "must not be empty"),
    (but(stop_sequences=["x"] * 17), "stop_sequences", "at most 16"),
    (but(stream="yes"), "stream", "expected a boolean"),
    (but(output_config=[]), "output_config", "expected an object"),
    (but(output_config={"effort": "huge"}), "output_config.effort", "low, medium or high"),
    (but(output_config={"format": {"type": "json_object"}}), "output_config.format.type", "expected json_schema"),
    (but(output_config={"format": {"type": "json_schema"}}), "output_config.format.schema", "is required"),
    (but(thinking={"type": "loud"}), "thinking.type", "enabled, adaptive or disabled"),
    (but(thinking={"type": "enabled", "budget_tokens": 0}), "thinking.budget_tokens", "from 1 on"),
    (but(thinking={"type": "enabled", "budget_tokens": 100}), "thinking.budget_tokens", "below max_tokens"),
    (tools(7), "tools[0]", "expected an object"),
    (tools({}), "tools[0].name", "is required"),
    (tools({"name": "f"}), "tools[0].input_schema", "is required"),
    (tools(TOOL | {"name": "get weather"}), "tools[0].name", "1 to 128 characters"),
    (tools(TOOL | {"name": "x" * 129}), "tools[0].name", "1 to 128 characters"),
    (tools(TOOL, TOOL), "tools[1]", "a second tool"),
    (tools({"type": "function", "function": TOOL}), "tools[0].type", "expected custom"),
    (tools(TOOL | {"input_schema": []}), "tools[0].input_schema", "expected an object"),
    (tools(TOOL, tool_choice="auto"), "tool_choice", "expected an object"),
    (tools(TOOL, tool_choice={"type": "required"}), "tool_choice.type", "auto, any, tool or none"),
    (tools(TOOL, tool_choice={"type": "tool", "name": "g"}), "tool_choice.name", "no tool of this name"),
    (but(tool_choice={"type": "any"}), "tool_choice.type", "requires a tool"),
    # Bodies meant for the other APIs.
    ({"model": "plain", "messages": HELLO, "max_completion_tokens": 10}, "max_tokens", "is required"),
    ({"model": "plain", "input": "hi", "max_output_tokens": 10}, "messages", "is required"),
]


class Refused(MessagesTest):
    def test_the_table_is_as_long_as_promised(self):
        self.assertGreaterEqual(len(REFUSED), 60)

    def test_each_is_a_400_that_names_its_place(self):
        for body, path, words in REFUSED:
            for stream in (False, True):
                if isinstance(body, dict) and "stream" not in body and stream:
                    body = body | {"stream": True}
                with self.subTest(body=json.dumps(body)[:200]):
                    reply = self.server.send("POST", MESSAGES, body if isinstance(body, dict) else json.dumps(body))
                    self.assert_error(reply, 400, INVALID, words)
                    if path:
                        self.assertEqual(reply.error["message"].split(": ")[0], path)

    def test_a_count_refuses_the_same(self):
        for body, path, words in REFUSED:
            if words == "is required" and path == "max_tokens":
                continue
            with self.subTest(body=json.dumps(body)[:200]):
                reply = self.server.send("POST", COUNT, body if isinstance(body, dict) else json.dumps(body))
                self.assert_error(reply, 400, INVALID, words)


class Bodies(MessagesTest):
    settings = {"server_max_body_mb": 1}

    def post(self, body, **headers):
        return self.server.send("POST", MESSAGES, body, {name.replace("_", "-"): text for name, text in headers.items()})

    def test_text_that_is_no_json_is_a_400(self):
        for body in (b"", b"hello", b"{", b'{"model": "plain",}', b"\x00", b'{"model": "\xff"}', b"[" * 200):
            with self.subTest(body=body):
                self.assert_error(self.post(body), 400, INVALID)

    def test_other_content_is_a_415(self):
        self.assert_error(self.post(b"{}", Content_Type="text/plain"), 415, INVALID, "application/json")
        self.assert_error(self.post(b"{}", Content_Encoding="br"), 415, INVALID)

    def test_a_body_over_its_limit_is_a_413(self):
        self.assert_error(self.ask(messages=[{"role": "user", "content": "x" * (1 << 20)}]), 413, "request_too_large")
        bomb = gzipped(json.dumps(BARE | {"x": "y" * (4 << 20)}).encode())
        self.assert_error(self.post(bomb, Content_Encoding="gzip"), 413, "request_too_large")

    def test_a_compressed_body_is_read(self):
        self.assertEqual(self.post(gzipped(json.dumps(BARE).encode()), Content_Encoding="gzip").status, 200)

    def test_what_is_not_there_is_missed_in_the_same_words(self):
        for method, path in (("POST", f"{MESSAGES}/batches"), ("GET", f"{MESSAGES}/batches/b_1")):
            self.assert_error(self.server.send(method, path, {} if method == "POST" else None), 404, "not_found_error")

    def test_a_page_of_another_origin_is_a_403(self):
        self.assert_error(self.ask(headers={"Origin": "https://evil.example"}), 403, "permission_error")


if __name__ == "__main__":
    unittest.main()
