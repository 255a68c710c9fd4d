"""What the tests of the Messages API share: how to ask, and how its errors look. Not a test file itself."""
import json

from trilogue_server import HELLO, PathTest

MESSAGES = "/v1/messages"
COUNT = "/v1/messages/count_tokens"
INVALID = "invalid_request_error"


def events_by_name(body):
    """(name, data) of each server-sent event."""
    events = []
    for frame in body.decode("utf-8").split("\n\n")[:-1]:
        name, data = frame.split("\n")
        events.append((name.removeprefix("event: "), json.loads(data.removeprefix("data: "))))
    return events


class MessagesTest(PathTest):
    def ask(self, model="plain", messages=None, headers=None, path=MESSAGES, **fields):
        body = {"model": model, "max_tokens": 400, "messages": HELLO if messages is None else messages} | fields
        return self.server.send("POST", path, body, headers)

    def assert_error(self, reply, status, kind, words=""):
        self.assertEqual(reply.status, status, reply.body[:500])
        self.assertEqual(reply.headers["content-type"], "application/json")
        self.assertEqual(set(reply.json), {"type", "error", "request_id"})
        self.assertEqual(reply.json["type"], "error")
        self.assertEqual(set(reply.error), {"type", "message"})
        self.assertEqual(reply.error["type"], kind)
        self.assertIn(words, reply.error["message"])
        for header in ("x-trace-id", "x-request-id", "request-id"):
            self.assertEqual(reply.headers[header], reply.json["request_id"])
