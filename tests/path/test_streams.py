"""Streams on the wire: their bytes, heartbeats, deadlines, and readers that leave."""
import json
import unittest

from trilogue_server import ENDLESS, PLAIN, PathTest, events_of

SILENT = """
started prompt=5
open text
delta "before"
wait 700ms
delta " after"
close
finish end_of_turn
"""
BROKEN = 'started prompt=5\nopen text\ndelta "half"\nfail internal "The engine lost its way"\n'


class Streams(PathTest):
    stories = {"plain": PLAIN, "silent": SILENT, "endless": ENDLESS, "broken": BROKEN}
    settings = {"server_heartbeat": "200ms"}

    def test_a_stream_is_made_of_whole_events_in_order(self):
        reply = self.server.chat(stream=True)
        self.assertEqual(reply.headers["content-type"], "text/event-stream; charset=utf-8")
        self.assertEqual(reply.headers["cache-control"], "no-cache")
        self.assertEqual(reply.headers["x-accel-buffering"], "no")
        self.assertTrue(reply.body.endswith(b"data: [DONE]\n\n"))
        chunks = [json.loads(event) for event in events_of(reply.body)[:-1]]
        self.assertEqual("".join(chunk["choices"][0]["delta"]["content"] for chunk in chunks), "Just text.")
        self.assertEqual([chunk["choices"][0]["finish_reason"] for chunk in chunks], ["", "", "", "stop"])

    def test_who_joins_chunks_finds_role_and_usage_once(self):
        helper = "X-Stainless-Helper-Method"
        for headers, joins in (({}, False), ({helper: "stream"}, False), ({"X-Stainless-Lang": "python"}, False),
                               ({helper: "chat.completions.stream"}, True), ({helper: "beta.chat.completions.stream"}, True),
                               ({"X-Stainless-Lang": "go"}, True)):
            body = {"model": "plain", "stream": True, "stream_options": {"include_usage": True},
                    "messages": [{"role": "user", "content": "Hi"}]}
            events = events_of(self.server.send("POST", "/v1/chat/completions", body, headers).body)
            chunks = [json.loads(event) for event in events[:-1]]
            roles = [chunk for chunk in chunks if chunk["choices"] and "role" in chunk["choices"][0]["delta"]]
            usages = [chunk for chunk in chunks if chunk["usage"]]
            with self.subTest(headers):
                self.assertEqual((len(roles) == 1, len(usages) == 1), (joins, joins))

    def test_stream_and_reply_agree(self):
        whole = self.server.chat().json
        last = json.loads(events_of(self.server.chat(stream=True).body)[-2])
        self.assertEqual(last["usage"], whole["usage"])
        self.assertEqual(whole["choices"][0]["message"]["content"], "Just text.")

    def test_silence_is_filled_with_heartbeats(self):
        body = self.server.chat("silent", stream=True).body
        before, after = body.split(b"before")[1], body.index(b" after")
        self.assertIn(b"\n\n: ping\n\n", before[:after])
        self.assertNotIn(b": ping", self.server.chat(stream=True).body)

    def test_a_failure_in_mid_stream_is_an_error_event_and_closes(self):
        connection, answer = self.server.open_chat("broken")
        try:
            body = answer.read()
            self.assertEqual(json.loads(events_of(body)[-1])["error"]["type"], "server_error")
            self.assertNotIn(b"[DONE]", body)
            self.assertTrue(answer.will_close or connection.sock is None or connection.sock.recv(1) == b"")
        finally:
            connection.close()

    def test_a_reader_that_leaves_a_stream_ends_the_generation(self):
        connection, answer = self.server.open_chat("endless", user="leaves")
        answer.read(200)
        answer.close()
        connection.close()
        self.server.printed(r"outcome=client_gone.*model=endless")

    def test_a_caller_that_leaves_before_the_reply_ends_the_generation(self):
        cancelled = len([line for line in self.server.lines if "outcome=client_gone" in line])
        body = json.dumps({"model": "endless", "messages": [{"role": "user", "content": "x"}]}).encode()
        head = (f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode()
        with self.server.raw() as wire:
            wire.sendall(head + body)
        with self.server.news:
            self.assertTrue(self.server.news.wait_for(
                lambda: len([line for line in self.server.lines if "outcome=client_gone" in line]) > cancelled, 30))


class Deadlines(PathTest):
    stories = {"endless": ENDLESS}
    settings = {"server_deadline": "500ms"}

    def test_a_late_reply_is_a_503_that_is_not_retried(self):
        reply = self.server.chat("endless")
        self.assert_refused(reply, 503, "timeout", words="limit")
        self.assertEqual(reply.headers["x-should-retry"], "false")

    def test_a_late_stream_ends_with_an_error_event(self):
        body = self.server.chat("endless", stream=True).body
        self.assertEqual(json.loads(events_of(body)[-1])["error"]["type"], "timeout")


class Overload(PathTest):
    stories = {"plain": PLAIN, "endless": ENDLESS}
    settings = {"server_max_running": 1}

    def test_a_request_too_many_is_refused_at_once(self):
        connection, answer = self.server.open_chat("endless")
        try:
            answer.read(100)
            reply = self.server.chat("plain")
            self.assert_refused(reply, 503, "service_unavailable")
            self.assertGreaterEqual(int(reply.headers["retry-after"]), 1)
        finally:
            answer.close()
            connection.close()
        self.server.printed("outcome=client_gone")
        self.assertEqual(self.server.chat("plain").status, 200)


if __name__ == "__main__":
    unittest.main()
