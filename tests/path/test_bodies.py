"""Request bodies that are wrong: each gets its clear error, and the server goes on."""
import json
import unittest

from trilogue_server import HELLO, PathTest, gzipped

CHAT = "/v1/chat/completions"
INVALID = "request_params_invalid"


def chat_text(rest):
    """A valid request as text, with more fields at its end."""
    return ('{"model": "plain", "messages": [{"role": "user", "content": "x"}]' + rest + "}").encode()


class Bodies(PathTest):
    settings = {"server_max_body_mb": 1}

    def post(self, body, **headers):
        return self.server.send("POST", CHAT, body, headers)

    def test_text_that_is_not_json_is_refused(self):
        for body in (b"", b"hello", b"{", b'{"model": "plain",}', b"[1, 2", b"{'model': 'plain'}", b"\x00", b"nul"):
            with self.subTest(body=body):
                self.assert_refused(self.post(body), 400, INVALID)

    def test_json_that_is_no_object_is_refused(self):
        for body in (b"[]", b"1", b'"x"', b"null", b"true"):
            with self.subTest(body=body):
                self.assert_refused(self.post(body), 400, INVALID)

    def test_text_after_the_object_is_refused(self):
        self.assert_refused(self.post(chat_text("") + b" {}"), 400, INVALID)

    def test_invalid_utf8_is_refused(self):
        for wrong in (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf"):
            with self.subTest(bytes=wrong):
                self.assert_refused(self.post(chat_text(', "user": "') [:-1] + wrong + b'"}'), 400, INVALID)

    def test_lone_surrogates_are_refused(self):
        for escape in (r"\ud800", r"\udc00", r"\ud800\ud800", r"\ud83dx"):
            with self.subTest(escape=escape):
                body = '{"model": "plain", "messages": [{"role": "user", "content": "%s"}]}' % escape
                self.assert_refused(self.post(body.encode()), 400, INVALID)

    def test_a_surrogate_pair_is_a_character(self):
        body = r'{"model": "plain", "messages": [{"role": "user", "content": "\ud83d\ude00"}]}'
        self.assertEqual(self.post(body.encode()).status, 200)

    def test_nesting_over_128_is_refused(self):
        for depth in (129, 1_000, 100_000):
            with self.subTest(depth=depth):
                self.assert_refused(self.post(chat_text(', "x": ' + "[" * depth + "]" * depth)), 400, INVALID)

    def test_nesting_of_127_inside_the_object_is_accepted(self):
        self.assertEqual(self.post(chat_text(', "x": ' + "[" * 127 + "]" * 127)).status, 200)

    def test_numbers_that_are_none_are_refused(self):
        for number in ("NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 400, "01", "+1", ".5", "1.", "0x10"):
            with self.subTest(number=number):
                self.assert_refused(self.post(chat_text(f', "temperature": {number}')), 400, INVALID)

    def test_a_body_over_the_limit_is_refused_after_it_was_sent(self):
        body = chat_text(', "x": "' + "a" * (1 << 20) + '"')
        self.assert_refused(self.post(body), 413, "request_too_large")

    def test_a_chunked_body_over_the_limit_is_refused(self):
        head = (f"POST {CHAT} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        answer = self.server.send_raw(head.encode() + chunk * 20 + b"0\r\n\r\n")
        self.assertIn(b" 413 ", answer.split(b"\r\n")[0])

    def test_a_body_of_another_type_is_refused(self):
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            with self.subTest(kind=kind):
                reply = self.post(chat_text(""), **{"Content-Type": kind})
                self.assert_refused(reply, 415)

    def test_json_with_a_charset_is_accepted(self):
        reply = self.post(chat_text(""), **{"Content-Type": "application/json; charset=utf-8"})
        self.assertEqual(reply.status, 200)

    def test_a_gzip_body_is_read(self):
        reply = self.post(gzipped(chat_text("")), **{"Content-Encoding": "gzip"})
        self.assertEqual(reply.status, 200)

    def test_a_gzip_bomb_is_refused(self):
        bomb = gzipped(b" " * (50 << 20))
        self.assertLess(len(bomb), 1 << 20)
        self.assert_refused(self.post(bomb, **{"Content-Encoding": "gzip"}), 413, "request_too_large")

    def test_a_broken_gzip_is_refused(self):
        self.assert_refused(self.post(gzipped(chat_text(""))[:-12], **{"Content-Encoding": "gzip"}), 400, INVALID)

    def test_another_encoding_is_refused(self):
        self.assert_refused(self.post(chat_text(""), **{"Content-Encoding": "br"}), 415)


class Fields(PathTest):
    def test_wrong_fields_are_refused_at_their_place(self):
        user = {"role": "user", "content": "x"}
        tool = {"type": "function", "function": {"name": "f"}}
        cases = [
            ({"model": None}, "model"), ({"model": 1}, "model"), ({"model": "nobody"}, "model"),
            ({"messages": None}, "messages"), ({"messages": []}, "messages"), ({"messages": "x"}, "messages"),
            ({"messages": [1]}, "messages[0]"),
            ({"messages": [{"content": "x"}]}, "messages[0].role"),
            ({"messages": [{"role": "wizard", "content": "x"}]}, "messages[0].role"),
            ({"messages": [{"role": "user"}]}, "messages[0].content"),
            ({"messages": [{"role": "user", "content": 1}]}, "messages[0].content"),
            ({"messages": [{"role": "user", "content": [{"type": "smell"}]}]}, "messages[0].content[0].type"),
            ({"messages": [user, {"role": "tool", "content": "x"}]}, "messages[1].tool_call_id"),
            ({"messages": [user, {"role": "tool", "content": "x", "tool_call_id": "no"}]}, "messages[1].tool_call_id"),
            ({"max_tokens": 0}, "max_tokens"), ({"max_tokens": "5"}, "max_tokens"), ({"max_tokens": 1.5}, "max_tokens"),
            ({"max_completion_tokens": -1}, "max_completion_tokens"),
            ({"temperature": -0.1}, "temperature"), ({"temperature": 2.1}, "temperature"),
            ({"temperature": "1"}, "temperature"), ({"temperature": True}, "temperature"),
            ({"top_p": 0}, "top_p"), ({"top_p": 1.01}, "top_p"),
            ({"n": 0}, "n"), ({"n": 129}, "n"), ({"n": "2"}, "n"),
            ({"stream": "yes"}, "stream"), ({"stream": 1}, "stream"),
            ({"stop": [str(i) for i in range(17)]}, "stop"), ({"stop": [1]}, "stop[0]"), ({"stop": 1}, "stop"),
            ({"frequency_penalty": 2.5}, "frequency_penalty"), ({"presence_penalty": -2.5}, "presence_penalty"),
            ({"response_format": {"type": "yaml"}}, "response_format.type"),
            ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
            ({"reasoning_format": "loud"}, "reasoning_format"), ({"reasoning_effort": "huge"}, "reasoning_effort"),
            ({"tools": [{"type": "function"}]}, "tools[0].function"), ({"tools": tool}, "tools"),
            ({"tools": [{"type": "function", "function": {"name": "a b"}}]}, "tools[0].function.name"),
            ({"tools": [{"type": "function", "function": {"name": "a" * 129}}]}, "tools[0].function.name"),
            ({"tools": [tool], "tool_choice": "perhaps"}, "tool_choice"),
            ({"logit_bias": {"1": 101}}, "logit_bias"), ({"top_logprobs": 21, "logprobs": True}, "top_logprobs"),
        ]
        for change, param in cases:
            with self.subTest(change=change):
                body = {"model": "plain", "messages": HELLO} | change
                body = {name: value for name, value in body.items() if value is not None}
                reply = self.server.send("POST", CHAT, body)
                self.assertEqual(reply.status, 400, reply.body)
                found = reply.error["param"]
                self.assertTrue(found == param or (found or "").startswith(param), f"{found} is not {param}")

    def test_unknown_fields_are_ignored_at_every_level(self):
        reply = self.server.chat(messages=[{"role": "user", "content": [{"type": "text", "text": "x", "y": 1}], "z": {}}],
                                 whatever=[1], stream_options={"include_usage": True, "more": 2}, metadata={"a": "b"})
        self.assertEqual(reply.status, 200, reply.body)

    def test_an_integer_written_with_a_point_is_accepted(self):
        body = json.dumps({"model": "plain", "messages": HELLO})[:-1] + ', "max_tokens": 7.0, "n": 1.0}'
        self.assertEqual(self.server.send("POST", CHAT, body.encode()).status, 200)

    def test_a_media_part_is_a_clear_error(self):
        for part in ({"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}},
                     {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}},
                     {"type": "video_url", "video_url": {"url": "https://example.org/a.mp4"}}):
            with self.subTest(part=part["type"]):
                reply = self.server.chat(messages=[{"role": "user", "content": [part]}])
                self.assert_refused(reply, 400, INVALID)
                self.assertTrue(reply.error["param"].startswith("messages[0].content[0]"))

    def test_a_refused_stream_is_plain_json(self):
        self.assert_refused(self.server.chat("nobody", stream=True), 400, INVALID, "model", "plain")


if __name__ == "__main__":
    unittest.main()
