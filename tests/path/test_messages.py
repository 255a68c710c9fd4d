"""The Messages API on the wire: replies, streams, heartbeats, errors, and what only headers say."""
import json
import unittest

from messages_api import COUNT, INVALID, MESSAGES, MessagesTest, events_by_name
from trilogue_server import ENDLESS, HELLO, PLAIN

THINKS = """
started prompt=12 cached=4
open reasoning
delta "Hm,"
wait 500ms
delta " let me"
delta " see."
close
open text
delta "Done"
delta "."
close
finish end_of_turn
"""
# Thinks in small steps, each quicker than the heartbeat, for longer than it.
PONDERS = ("started prompt=5\nopen reasoning\n" + 'wait 50ms\ndelta "hm "\n' * 12 +
           'close\nopen text\ndelta "ok"\nclose\nfinish end_of_turn\n')
BROKEN = 'started prompt=5\nopen text\ndelta "half"\nfail internal "The engine lost its way"\n'
CALLS = """
started prompt=50
open call name=f id=call_0123456789abcdefghijkl
delta "{\\"a\\":"
delta " 1}"
close
open call name=g id=call_ABCDEFGHIJKLMNOPQRSTUV
close
finish tool_calls
"""
MESSAGE = {"id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "stop_details", "container",
           "diagnostics", "usage"}


class Messages(MessagesTest):
    stories = {"plain": PLAIN, "thinks": THINKS, "ponders": PONDERS, "broken": BROKEN, "calls": CALLS,
               "endless": ENDLESS}
    settings = {"server_heartbeat": "200ms"}

    def test_a_reply_has_the_whole_official_shape(self):
        reply = self.ask().json
        self.assertEqual(set(reply), MESSAGE)
        self.assertRegex(reply["id"], "^msg_[A-Za-z0-9]{24}$")
        self.assertEqual((reply["type"], reply["role"], reply["model"]), ("message", "assistant", "plain"))
        self.assertEqual(reply["content"], [{"type": "text", "text": "Just text.", "citations": []}])
        self.assertEqual((reply["stop_reason"], reply["stop_sequence"]), ("end_turn", None))
        self.assertEqual({name: count for name, count in reply["usage"].items() if isinstance(count, int)},
                         {"input_tokens": 9, "output_tokens": 2, "cache_read_input_tokens": 0,
                          "cache_creation_input_tokens": 0})

    def test_thinking_is_shown_to_who_asks_for_it(self):
        hidden = self.ask("thinks").json
        shown = self.ask("thinks", thinking={"type": "enabled", "budget_tokens": 200}).json
        omitted = self.ask("thinks", thinking={"type": "adaptive", "display": "omitted"}).json
        text = {"type": "text", "text": "Done.", "citations": []}
        self.assertEqual(hidden["content"], [text])
        thinking, shown_text = shown["content"]
        self.assertEqual((thinking["type"], thinking["thinking"], shown_text), ("thinking", "Hm, let me see.", text))
        self.assertTrue(thinking["signature"])
        self.assertEqual(omitted["content"], [thinking | {"thinking": ""}, text])
        self.assertEqual(hidden["usage"], shown["usage"])
        self.assertEqual(shown["usage"]["output_tokens_details"], {"thinking_tokens": 3})

    def test_a_stream_is_made_of_named_events_in_order(self):
        reply = self.ask("thinks", stream=True, thinking={"type": "adaptive"})
        self.assertEqual(reply.headers["content-type"], "text/event-stream; charset=utf-8")
        self.assertEqual(reply.headers["cache-control"], "no-cache")
        events = [(name, data) for name, data in events_by_name(reply.body) if name != "ping"]
        self.assertEqual([name for name, _ in events],
                         ["message_start", "content_block_start", *["content_block_delta"] * 4, "content_block_stop",
                          "content_block_start", *["content_block_delta"] * 2, "content_block_stop", "message_delta",
                          "message_stop"])
        self.assertTrue(all(name == data["type"] for name, data in events))
        self.assertEqual(set(events[0][1]["message"]), MESSAGE)
        self.assertEqual([data["index"] for name, data in events if name == "content_block_start"], [0, 1])

    def test_stream_and_reply_agree(self):
        whole = self.ask("thinks").json
        events = events_by_name(self.ask("thinks", stream=True).body)
        pieces = [data["delta"]["text"] for name, data in events if name == "content_block_delta"]
        last = next(data for name, data in events if name == "message_delta")
        self.assertEqual("".join(pieces), whole["content"][0]["text"])
        self.assertEqual(last["stop_reason"], "end_turn")
        self.assertEqual(last["delta"]["stop_reason"], "end_turn")
        self.assertEqual(last["usage"], {name: whole["usage"][name] for name in last["usage"]})

    def test_calls_have_their_input_as_an_object(self):
        whole = self.ask("calls", tools=[{"name": "f", "input_schema": {"type": "object"}}]).json
        self.assertEqual([(block["id"], block["name"], block["input"]) for block in whole["content"]],
                         [("call_0123456789abcdefghijkl", "f", {"a": 1}), ("call_ABCDEFGHIJKLMNOPQRSTUV", "g", {})])
        self.assertEqual(whole["stop_reason"], "tool_use")

    def test_silence_is_filled_with_pings(self):
        names = [name for name, _ in events_by_name(self.ask("thinks", stream=True).body)]
        self.assertIn("ping", names[1:names.index("content_block_start")])
        self.assertNotIn("ping", [name for name, _ in events_by_name(self.ask(stream=True).body)])

    def test_unseen_thinking_is_no_silence(self):
        names = [name for name, _ in events_by_name(self.ask("ponders", stream=True).body)]
        self.assertGreaterEqual(names[:names.index("content_block_start")].count("ping"), 2)

    def test_a_failure_in_mid_stream_is_an_error_event_and_the_end(self):
        reply = self.ask("broken", stream=True)
        name, data = events_by_name(reply.body)[-1]
        self.assertEqual((name, data["type"], data["error"]["type"]), ("error", "error", "api_error"))
        self.assertEqual(data["request_id"], reply.headers["request-id"])

    def test_a_failure_of_a_whole_reply_is_a_500(self):
        self.assert_error(self.ask("broken"), 500, "api_error", "lost its way")

    def test_a_count_is_what_the_request_reports(self):
        count = self.ask("thinks", path=COUNT)
        self.assertEqual(count.json, {"input_tokens": 12})
        usage = self.ask("thinks").json["usage"]
        self.assertEqual(count.json["input_tokens"], usage["input_tokens"] + usage["cache_read_input_tokens"] +
                         usage["cache_creation_input_tokens"])

    def test_a_count_needs_no_max_tokens(self):
        body = {"model": "plain", "messages": HELLO}
        self.assertEqual(self.server.send("POST", COUNT, body).json, {"input_tokens": 9})
        self.assert_error(self.server.send("POST", MESSAGES, body), 400, INVALID, "max_tokens: is required")

    def test_paths_are_tolerated(self):
        for path in (f"{MESSAGES}?beta=true", "//v1/messages", f"{MESSAGES}/", f"{COUNT}?beta=true"):
            with self.subTest(path=path):
                self.assertEqual(self.ask(path=path).status, 200)

    def test_headers_of_the_sdk_are_tolerated(self):
        headers = {"anthropic-version": "2023-06-01", "anthropic-beta": "a-2025-01-01,b", "x-api-key": "anything",
                   "x-stainless-lang": "js"}
        self.assertEqual(self.ask(headers=headers).status, 200)
        self.assertEqual(self.server.send("HEAD", "/").status, 200)

    def test_a_thread_is_refused_so_that_the_sdk_goes_on_without(self):
        reply = self.ask(thread={"type": "create"})
        self.assertEqual(reply.status, 400)
        self.assertEqual(reply.error["details"]["error_code"], "thread_unsupported_request")
        self.assertEqual(reply.error["details"]["unsupported"], ["thread"])

    def test_a_wrong_method_is_an_error_of_this_api(self):
        for path in (MESSAGES, COUNT):
            self.assert_error(self.server.get(path), 405, "not_found_error")

    def test_a_reader_that_leaves_a_stream_ends_the_generation(self):
        connection, answer = self.server.open_post(MESSAGES, {"model": "endless", "max_tokens": 9, "messages": HELLO,
                                                              "stream": True})
        answer.read(200)
        answer.close()
        connection.close()
        self.server.printed(r"path=/v1/messages .*outcome=client_gone.*model=endless")


class Keys(MessagesTest):
    settings = {"api_keys": "sk-number-one,sk-number-two"}

    def test_a_key_opens_in_either_header(self):
        for headers in ({"x-api-key": "sk-number-one"}, {"Authorization": "Bearer sk-number-two"}):
            for path in (MESSAGES, COUNT):
                self.assertEqual(self.ask(headers=headers, path=path).status, 200)

    def test_no_key_or_a_wrong_one_is_a_401(self):
        for headers in ({}, {"x-api-key": "sk-number-three"}, {"Authorization": "Bearer sk-number-three"}, {"x-api-key": ""}):
            for path in (MESSAGES, COUNT):
                with self.subTest(headers=headers, path=path):
                    self.assert_error(self.ask(headers=headers, path=path), 401, "authentication_error",
                                      "Incorrect API key provided")

    def test_this_header_opens_no_other_api(self):
        body = {"model": "plain", "messages": HELLO}
        reply = self.server.send("POST", "/v1/chat/completions", body, {"x-api-key": "sk-number-one"})
        self.assert_refused(reply, 401, "invalid_api_key")


class Deadlines(MessagesTest):
    stories = {"endless": ENDLESS}
    settings = {"server_deadline": "500ms"}

    def test_a_late_reply_is_a_503_that_is_not_retried(self):
        reply = self.ask("endless")
        self.assert_error(reply, 503, "timeout_error", "limit")
        self.assertEqual(reply.headers["x-should-retry"], "false")

    def test_a_late_stream_ends_with_an_error_event(self):
        name, data = events_by_name(self.ask("endless", stream=True).body)[-1]
        self.assertEqual((name, data["error"]["type"]), ("error", "timeout_error"))


class Overload(MessagesTest):
    stories = {"plain": PLAIN, "endless": ENDLESS}
    settings = {"server_max_running": 1}

    def test_a_request_too_many_is_refused_at_once_also_as_a_stream(self):
        connection, answer = self.server.open_chat("endless")
        try:
            answer.read(100)
            for stream in (False, True):
                reply = self.ask(stream=stream)
                self.assert_error(reply, 503, "overloaded_error")
                self.assertGreaterEqual(int(reply.headers["retry-after"]), 1)
            self.assertEqual(self.ask(path=COUNT).status, 200)
        finally:
            answer.close()
            connection.close()
        self.server.printed("outcome=client_gone")
        self.assertEqual(self.ask().status, 200)


if __name__ == "__main__":
    unittest.main()
