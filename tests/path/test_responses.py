"""Responses that outlive their request: stored, followed, cancelled, deleted, found again after a restart."""
import contextlib
import http.client
import json
import signal
import sqlite3
import tempfile
import threading
import time
import unittest

from trilogue_server import ENDLESS, PLAIN, PATIENCE, PathTest, Server, events_of, run

CALL = """
started prompt=9
open call name=get_weather id=call_0123456789abcdefghijkl
delta "{\\"city\\":"
delta "\\"Paris\\"}"
close
finish tool_calls
"""
TICKS = "started prompt=5\nopen text\n" + 'delta "tick "\nwait 20ms\n' * 20 + "close\nfinish end_of_turn\n"
STALLED = 'started prompt=5\nopen text\ndelta "before"\nwait 700ms\ndelta " after"\nclose\nfinish end_of_turn\n'
BROKEN = 'started prompt=5\nopen text\ndelta "half"\nfail internal "The engine lost its way"\n'
STORIES = {"plain": PLAIN, "call": CALL, "ticks": TICKS, "stalled": STALLED, "broken": BROKEN, "endless": ENDLESS}
TOOLS = [{"type": "function", "name": "get_weather", "parameters": {"type": "object"}, "strict": False}]


def respond(server, model="plain", headers=None, **fields):
    return server.send("POST", "/v1/responses", {"model": model, "input": "Hello!"} | fields, headers)


def data_of(body):
    return [json.loads(event) for event in events_of(body)]


def frames_of(body):
    return [frame + b"\n\n" for frame in body.split(b"\n\n") if frame]


def open_stream(server, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.request(method, path, json.dumps(body) if body else None, {"Content-Type": "application/json"})
    return connection, connection.getresponse()


def wait_until_over(server, identity, headers=None):
    """Follows the events to their end, so that nothing is asked twice; the response after it."""
    server.send("GET", f"/v1/responses/{identity}?stream=true", headers=headers)
    return server.send("GET", f"/v1/responses/{identity}", headers=headers).json


class Stored(PathTest):
    stories = STORIES

    def test_a_whole_reply_is_found_again_as_it_was(self):
        made = respond(self.server).json
        self.assertEqual(made["output"][-1]["content"][0]["text"], "Just text.")
        self.assertEqual(self.server.get(f"/v1/responses/{made['id']}").json, made)

    def test_a_streamed_reply_is_found_again_with_the_same_events(self):
        streamed = respond(self.server, stream=True).body
        final = data_of(streamed)[-1]["response"]
        replayed = self.server.get(f"/v1/responses/{final['id']}?stream=true")
        self.assertEqual(replayed.headers["content-type"], "text/event-stream; charset=utf-8")
        self.assertEqual(replayed.body, streamed)

    def test_a_whole_reply_can_be_replayed_too(self):
        made = respond(self.server).json
        events = data_of(self.server.get(f"/v1/responses/{made['id']}?stream=true").body)
        self.assertEqual([event["sequence_number"] for event in events], list(range(len(events))))
        self.assertEqual(events[-1]["type"], "response.completed")
        self.assertEqual(events[-1]["response"]["id"], made["id"])

    def test_a_replay_begins_after_any_event(self):
        streamed = respond(self.server, stream=True).body
        identity, frames = data_of(streamed)[-1]["response"]["id"], frames_of(streamed)
        for after in range(len(frames)):
            rest = self.server.get(f"/v1/responses/{identity}?stream=true&starting_after={after}")
            self.assertEqual(rest.body, b"".join(frames[after + 1:]), after)
        for wrong in (len(frames), 10**6, -1, "x", 10**12):
            reply = self.server.get(f"/v1/responses/{identity}?stream=true&starting_after={wrong}")
            self.assert_refused(reply, 400, "request_params_invalid", "starting_after")

    def test_store_false_leaves_nothing(self):
        made = respond(self.server, store=False).json
        self.assert_refused(self.server.get(f"/v1/responses/{made['id']}"), 404, "not_found")
        self.assert_refused(respond(self.server, previous_response_id=made["id"]), 404, "not_found",
                            "previous_response_id")

    def test_a_deleted_response_is_gone(self):
        made = respond(self.server).json
        gone = self.server.send("DELETE", f"/v1/responses/{made['id']}")
        self.assertEqual(gone.json, {"id": made["id"], "object": "response", "deleted": True})
        for reply in (self.server.get(f"/v1/responses/{made['id']}"),
                      self.server.get(f"/v1/responses/{made['id']}?stream=true"),
                      self.server.get(f"/v1/responses/{made['id']}/input_items"),
                      self.server.send("POST", f"/v1/responses/{made['id']}/cancel"),
                      self.server.send("DELETE", f"/v1/responses/{made['id']}"),
                      respond(self.server, previous_response_id=made["id"])):
            self.assert_refused(reply, 404, "not_found")

    def test_input_items_are_listed_in_pages(self):
        inputs = [{"role": "user", "content": f"part {i}"} for i in range(3)]
        identity = respond(self.server, input=inputs).json["id"]
        path = f"/v1/responses/{identity}/input_items"
        texts = lambda reply: [item["content"][0]["text"] for item in reply["data"]]
        newest = self.server.get(path).json
        self.assertEqual(texts(newest), ["part 2", "part 1", "part 0"])
        self.assertEqual((newest["object"], newest["has_more"]), ("list", False))
        first = self.server.get(path + "?order=asc&limit=2").json
        self.assertEqual((texts(first), first["has_more"]), (["part 0", "part 1"], True))
        rest = self.server.get(path + f"?order=asc&after={first['last_id']}").json
        self.assertEqual((texts(rest), rest["has_more"]), (["part 2"], False))
        self.assert_refused(self.server.get(path + "?limit=0"), 400, param="limit")
        self.assert_refused(self.server.get(path + "?order=up"), 400, param="order")
        self.assert_refused(self.server.get(path + "?after=nothing"), 400, param="after")

    def test_a_conversation_goes_on_with_its_tool_items(self):
        asked = respond(self.server, "call", tools=TOOLS).json
        call = next(item for item in asked["output"] if item["type"] == "function_call")
        answer = [{"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}]
        done = respond(self.server, previous_response_id=asked["id"], input=answer, tools=TOOLS).json
        self.assertEqual((done["status"], done["previous_response_id"]), ("completed", asked["id"]))
        self.assert_refused(respond(self.server, input=answer), 400, "request_params_invalid", "input[0].call_id")

    def test_an_item_is_found_by_its_id(self):
        asked = respond(self.server, "call", tools=TOOLS).json
        call = next(item for item in asked["output"] if item["type"] == "function_call")
        again = [{"role": "user", "content": "Weather?"}, {"type": "item_reference", "id": call["id"]},
                 {"type": "function_call_output", "call_id": call["call_id"], "output": "sunny"}]
        self.assertEqual(respond(self.server, input=again).json["status"], "completed")
        again[1]["id"] = "fc_nothing"
        self.assertIn(respond(self.server, input=again).status, (400, 404))

    def test_references_do_not_multiply(self):
        reference = {"type": "item_reference", "id": respond(self.server).json["output"][-1]["id"]}
        twice = respond(self.server, input=[reference] * 900 + [{"role": "user", "content": "and?"}]).json
        self.assertEqual(len(self.server.get(f"/v1/responses/{twice['id']}/input_items").json["data"]), 2)
        self.assert_refused(respond(self.server, input=[reference] * 1001), 400, param="input[1000]")
        many = [{"type": "item_reference", "id": f"msg_{n}"} for n in range(200_000)]
        self.assert_refused(respond(self.server, input=many), 404, param="input[0].id")

    def test_only_a_background_response_can_be_cancelled(self):
        made = respond(self.server).json
        self.assert_refused(self.server.send("POST", f"/v1/responses/{made['id']}/cancel"), 400)


class Bounds(PathTest):
    stories = STORIES
    settings = {"api_keys": "sk-alice-0001,sk-mallory-2", "responses_max_mb": "4"}

    def test_a_large_response_pushes_out_nobody_elses(self):
        alice, mallory = ({"Authorization": f"Bearer {key}"} for key in ("sk-alice-0001", "sk-mallory-2"))
        kept = respond(self.server, headers=alice).json["id"]
        respond(self.server, headers=mallory, input="x" * (2 << 20))
        self.server.printed("a response was not stored")
        self.assertEqual(self.server.send("GET", f"/v1/responses/{kept}", headers=alice).status, 200)


class Background(PathTest):
    stories = STORIES
    settings = {"server_heartbeat": "200ms"}

    def test_it_is_answered_at_once_and_goes_on(self):
        queued = respond(self.server, "ticks", background=True).json
        self.assertEqual((queued["status"], queued["background"], queued["output"]), ("queued", True, []))
        running = self.server.get(f"/v1/responses/{queued['id']}").json
        self.assertIn(running["status"], ("queued", "in_progress", "completed"))
        done = wait_until_over(self.server, queued["id"])
        self.assertEqual((done["status"], done["output"][-1]["content"][0]["text"]), ("completed", "tick " * 20))

    def test_readers_that_come_and_go_all_see_the_same(self):
        identity = respond(self.server, "ticks", background=True).json["id"]
        connection, answer = open_stream(self.server, "GET", f"/v1/responses/{identity}?stream=true")
        answer.read(300)
        connection.close()
        whole = self.server.get(f"/v1/responses/{identity}?stream=true").body
        frames = frames_of(whole)
        late = self.server.get(f"/v1/responses/{identity}?stream=true&starting_after=9").body
        self.assertEqual(late, b"".join(frames[10:]))
        events = data_of(whole)
        self.assertEqual([event["sequence_number"] for event in events], list(range(len(events))))

    def test_it_goes_on_when_the_one_who_streams_it_leaves(self):
        body = {"model": "ticks", "input": "Hello!", "background": True, "stream": True}
        connection, answer = open_stream(self.server, "POST", "/v1/responses", body)
        first = answer.readline() + answer.readline()
        identity = json.loads(first.split(b"data: ")[1])["response"]["id"]
        connection.close()
        self.assertEqual(wait_until_over(self.server, identity)["status"], "completed")

    def test_a_foreground_one_stops_when_its_reader_leaves(self):
        body = {"model": "endless", "input": "Hello!", "stream": True}
        connection, answer = open_stream(self.server, "POST", "/v1/responses", body)
        first = answer.readline() + answer.readline()
        identity = json.loads(first.split(b"data: ")[1])["response"]["id"]
        connection.close()
        self.server.printed(r"outcome=client_gone.*model=endless")
        self.assert_refused(self.server.get(f"/v1/responses/{identity}"), 404)

    def test_heartbeats_are_numbered_and_the_same_for_everybody(self):
        made = respond(self.server, "stalled", background=True, stream=True).body
        events = data_of(made)
        self.assertGreater([event["type"] for event in events].count("response.in_progress"), 1)
        identity = events[-1]["response"]["id"]
        self.assertEqual(self.server.get(f"/v1/responses/{identity}?stream=true").body, made)

    def test_a_large_one_is_kept_alive_by_comments_too(self):
        tools = [{"type": "web_search", "x": "x" * 20_000}]
        made = respond(self.server, "stalled", background=True, stream=True, tools=tools).body
        self.assertIn(b"\n\n: waiting\n\n", made)
        self.assertEqual([event["type"] for event in data_of(made)].count("response.in_progress"), 1)

    def test_it_can_be_cancelled_once(self):
        identity = respond(self.server, "endless", background=True).json["id"]
        for _ in range(2):
            self.assertEqual(self.server.send("POST", f"/v1/responses/{identity}/cancel").json["status"], "cancelled")
        self.server.printed(r"background response.*outcome=cancelled")
        events = data_of(self.server.get(f"/v1/responses/{identity}?stream=true").body)
        self.assertEqual(events[-1]["response"]["status"], "cancelled")

    def test_it_can_be_deleted_while_it_runs(self):
        identity = respond(self.server, "endless", background=True).json["id"]
        self.assertTrue(self.server.send("DELETE", f"/v1/responses/{identity}").json["deleted"])
        self.assert_refused(self.server.get(f"/v1/responses/{identity}"), 404)

    def test_its_failure_is_told_to_whoever_asks(self):
        identity = respond(self.server, "broken", background=True).json["id"]
        failed = wait_until_over(self.server, identity)
        self.assertEqual((failed["status"], failed["error"]["code"]), ("failed", "server_error"))

    def test_the_conversation_goes_on_as_soon_as_its_end_was_seen(self):
        for _ in range(20):
            identity = data_of(respond(self.server, background=True, stream=True).body)[-1]["response"]["id"]
            self.assertEqual(respond(self.server, previous_response_id=identity).status, 200)

    def test_nothing_answers_to_it_before_it_is_over(self):
        identity = respond(self.server, "endless", background=True).json["id"]
        self.assert_refused(respond(self.server, previous_response_id=identity), 400, param="previous_response_id")
        self.server.send("POST", f"/v1/responses/{identity}/cancel")

    def test_it_must_be_stored(self):
        self.assert_refused(respond(self.server, background=True, store=False), 400, param="background")

    def test_its_deadline_ends_it(self):
        with Server(stories=STORIES, server_deadline="300ms") as server:
            identity = respond(server, "endless", background=True).json["id"]
            failed = wait_until_over(server, identity)
            self.assertEqual(failed["status"], "failed")
            self.assertIn("time limit", failed["error"]["message"])


class Keys(PathTest):
    stories = STORIES
    settings = {"api_keys": "sk-alice-0001,sk-mallory-2"}
    alice = {"Authorization": "Bearer sk-alice-0001"}
    mallory = {"Authorization": "Bearer sk-mallory-2"}

    def test_another_keys_response_does_not_exist(self):
        item_holder = respond(self.server, headers=self.alice).json
        running = respond(self.server, "endless", headers=self.alice, background=True).json
        for identity in (item_holder["id"], running["id"]):
            for method, path in (("GET", ""), ("GET", "?stream=true"), ("GET", "/input_items"), ("POST", "/cancel"),
                                 ("DELETE", "")):
                reply = self.server.send(method, f"/v1/responses/{identity}{path}", headers=self.mallory)
                self.assert_refused(reply, 404, "not_found")
            reply = respond(self.server, headers=self.mallory, previous_response_id=identity)
            self.assert_refused(reply, 404, "not_found", "previous_response_id")
        reference = [{"type": "item_reference", "id": item_holder["output"][-1]["id"]}]
        self.assertIn(respond(self.server, headers=self.mallory, input=reference).status, (400, 404))
        self.assertEqual(self.server.send("GET", f"/v1/responses/{running['id']}", headers=self.alice).status, 200)
        self.server.send("DELETE", f"/v1/responses/{running['id']}", headers=self.alice)


class Restart(unittest.TestCase):
    def test_what_was_stored_survives(self):
        with tempfile.TemporaryDirectory() as data:
            with Server("--data", data, stories=STORIES) as server:
                streamed = respond(server, stream=True).body
                made = data_of(streamed)[-1]["response"]
            with Server("--data", data, stories=STORIES) as server:
                self.assertEqual(server.get(f"/v1/responses/{made['id']}").json["output"][-1]["content"],
                                 made["output"][-1]["content"])
                self.assertEqual(server.get(f"/v1/responses/{made['id']}?stream=true").body, streamed)
                self.assertEqual(respond(server, previous_response_id=made["id"]).status, 200)

    def test_what_the_disk_did_not_take_is_kept_until_it_does(self):
        """Another process holds the database for longer than the server waits for it."""
        with tempfile.TemporaryDirectory() as data, Server("--data", data, stories=STORIES) as server:
            identity = respond(server, "ticks", background=True).json["id"]
            with contextlib.closing(sqlite3.connect(f"{data}/responses.db", isolation_level=None)) as holder:
                holder.execute("BEGIN IMMEDIATE")
                server.printed("a response was not stored")
                self.assertEqual(server.get(f"/v1/responses/{identity}").json["status"], "completed")
                self.assert_unfinished(server, identity)
                holder.execute("ROLLBACK")
                until = time.monotonic() + PATIENCE
                question = "SELECT count(*) FROM responses WHERE finished = 1"
                while holder.execute(question).fetchone() == (0,) and time.monotonic() < until:
                    time.sleep(0.05)
            events = data_of(server.get(f"/v1/responses/{identity}?stream=true").body)
            self.assertEqual([event["sequence_number"] for event in events], list(range(len(events))))
            self.assertEqual(respond(server, previous_response_id=identity).status, 200)

    def assert_unfinished(self, server, identity):
        reply = respond(server, previous_response_id=identity)
        self.assertIn(reply.status, (400, 503), reply.body)

    def test_what_ran_when_the_server_was_killed_has_failed(self):
        with tempfile.TemporaryDirectory() as data:
            server = Server("--data", data, stories=STORIES)
            identities = [respond(server, "endless", background=True).json["id"] for _ in range(5)]
            self.assertEqual(server.stop(signal.SIGKILL), -signal.SIGKILL)
            with Server("--data", data, stories=STORIES) as server:
                for identity in identities:
                    failed = server.get(f"/v1/responses/{identity}").json
                    self.assertEqual((failed["status"], failed["error"]["code"]), ("failed", "server_error"))
                    events = data_of(server.get(f"/v1/responses/{identity}?stream=true").body)
                    self.assertEqual((events[0]["type"], events[-1]["type"]), ("response.created", "response.failed"))
                    self.assertEqual([event["sequence_number"] for event in events], list(range(len(events))))
                    later = data_of(server.get(f"/v1/responses/{identity}?stream=true&starting_after=5000").body)
                    self.assertEqual(later, events[-1:])

    def test_a_kill_at_any_moment_leaves_whole_rows(self):
        with tempfile.TemporaryDirectory() as data:
            made = []
            for moment in (0.02, 0.05, 0.1, 0.2, 0.3):
                server = Server("--data", data, stories=STORIES)

                def ask(in_background, server=server):
                    with contextlib.suppress(OSError, http.client.HTTPException, json.JSONDecodeError):  # killed
                        for _ in range(20):
                            if in_background:
                                made.append(respond(server, "ticks", background=True).json["id"])
                            else:
                                respond(server, stream=True)

                clients = [threading.Thread(target=ask, args=(n % 2 == 0,)) for n in range(6)]
                for client in clients:
                    client.start()
                time.sleep(moment)
                server.stop(signal.SIGKILL)
                for client in clients:
                    client.join()
            with Server("--data", data, stories=STORIES) as server:
                self.assertGreater(len(made), 10)
                for identity in made:
                    reply = server.get(f"/v1/responses/{identity}").json
                    events = data_of(server.get(f"/v1/responses/{identity}?stream=true").body)
                    self.assertIn(reply["status"], ("completed", "failed"))
                    self.assertEqual([event["sequence_number"] for event in events], list(range(len(events))))
                    self.assertEqual(events[-1]["response"]["status"], reply["status"])
            with contextlib.closing(sqlite3.connect(f"{data}/responses.db")) as database:
                self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
                self.assertEqual(database.execute("PRAGMA foreign_key_check").fetchall(), [])
                sums = database.execute("SELECT count(*), sum(bytes) FROM responses").fetchone()
                self.assertEqual(database.execute("SELECT count, bytes FROM totals").fetchone(), sums)
                self.assertEqual(database.execute("SELECT count(*) FROM responses WHERE finished = 0").fetchone(), (0,))

    def test_what_runs_in_the_background_ends_before_the_server_does(self):
        with tempfile.TemporaryDirectory() as data:
            with Server("--data", data, stories=STORIES) as server:
                identity = respond(server, "ticks", background=True).json["id"]
            with Server("--data", data, stories=STORIES) as server:
                self.assertEqual(server.get(f"/v1/responses/{identity}").json["status"], "completed")

    def test_what_takes_longer_than_the_grace_is_told_so(self):
        requests = {"/v1/chat/completions": {"messages": [{"role": "user", "content": "x"}]},
                    "/v1/messages": {"messages": [{"role": "user", "content": "x"}], "max_tokens": 9},
                    "/v1/responses": {"input": "x"}}
        with Server(stories=STORIES, server_drain="2s", server_heartbeat="200ms") as server:
            whole = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            whole.request("POST", "/v1/responses", json.dumps({"model": "endless", "input": "x"}),
                          {"Content-Type": "application/json"})
            # Their answers have begun, so the server has read the request before them too.
            answers = {path: open_stream(server, "POST", path, fields | {"model": "endless", "stream": True})
                       for path, fields in requests.items()}
            for _, answer in answers.values():
                answer.read(100)
            self.assertEqual(server.stop(), 0)
            for path, (connection, answer) in answers.items():
                last = json.loads(events_of(answer.read())[-1])
                self.assertIn("shutting down", json.dumps(last), path)
                connection.close()
            self.assertEqual(whole.getresponse().status, 503)
            whole.close()

    def test_what_takes_longer_than_the_grace_has_failed(self):
        with tempfile.TemporaryDirectory() as data:
            server = Server("--data", data, stories=STORIES, server_drain="200ms")
            identity = respond(server, "endless", background=True).json["id"]
            self.assertEqual(server.stop(), 0)
            with Server("--data", data, stories=STORIES) as server:
                self.assertEqual(server.get(f"/v1/responses/{identity}").json["status"], "failed")

    def test_a_file_that_is_no_database_is_said_at_the_start(self):
        with tempfile.TemporaryDirectory() as data:
            with open(f"{data}/responses.db", "w", encoding="utf-8") as file:
                file.write("no database " * 1000)
            with open(f"{data}/plain.story", "w", encoding="utf-8") as file:
                file.write(PLAIN)  # a model that every build can load
            status, printed = run("serve", "--listen", "127.0.0.1:0", "--data", data, "--model",
                                  f"plain={data}/plain.story", bundled_model="false")
            self.assertEqual(status, 1)
            self.assertRegex(printed, "responses.db.*not a database")


if __name__ == "__main__":
    unittest.main()
