"""Keys, their limits and the ledger: the operator's commands beside a running server, and what callers see."""
import contextlib
import gzip
import http.client
import json
import os
import random
import re
import signal
import sqlite3
import stat
import subprocess
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from trilogue_server import ENDLESS, PATIENCE, PLAIN, Server, read_all, run

KILLS = int(os.environ.get("TRILOGUE_TEST_KILLS", "4"))  # more take about a second each
STORIES = {"plain": PLAIN, "endless": ENDLESS, "big": PLAIN.replace("prompt=9", "prompt=400")}


class Platform(unittest.TestCase):
    """A server with a data directory of its own, and the commands that look after it."""

    settings = {}

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="trilogue-keys-")
        self.addCleanup(self.folder.cleanup)
        self.data = os.path.join(self.folder.name, "data")
        self.start()
        self.addCleanup(lambda: self.server.stop())

    def start(self):
        self.server = Server("--data", self.data, stories=STORIES, **self.settings)

    def command(self, *words):
        """What a command prints as JSON."""
        status, printed = run(*words, "--data", self.data, "--json")
        self.assertEqual(status, 0, printed)
        return json.loads(printed)

    def key(self, *flags):
        return self.command("keys", "create", *flags)

    def chat(self, key, model="plain", **more):
        headers = {"Authorization": f"Bearer {key['key']}"} if key else {}
        body = {"model": model, "messages": [{"role": "user", "content": "Hi"}]} | more
        return self.server.send("POST", "/v1/chat/completions", body, headers)

    def admin(self, path, method="GET", body=None):
        """A request of the operator's."""
        with open(os.path.join(self.data, "admin.token"), encoding="ascii") as file:
            headers = {"Authorization": f"Bearer {file.read().strip()}"}
        return self.server.send(method, f"/admin/v1{path}", body, headers)

    def settled(self, count, *flags):
        """The usage once `count` requests are in it."""
        until = time.monotonic() + PATIENCE
        while True:
            usage = self.command("usage", *flags)
            if usage["requests"] >= count or time.monotonic() > until:
                return usage
            time.sleep(0.05)


class Keys(Platform):
    def test_the_first_key_locks_the_server_for_everybody_else(self):
        self.assertEqual(self.chat(None).status, 200)
        key = self.key("first")
        self.assertRegex(key["key"], r"^sk-tri-[A-Za-z0-9_-]{43}$")
        self.assertTrue(key["id"].startswith("key_"))
        self.assertEqual(self.chat(None).status, 401)
        self.assertEqual(self.chat(key).status, 200)

    def test_a_key_and_its_limits_survive_a_restart(self):
        key = self.key("kept", "--rpm", "2")
        self.server.stop()
        self.start()
        self.assertEqual([self.chat(key).status for _ in range(3)], [200, 200, 429])
        self.assertEqual(self.chat(None).status, 401)

    def test_a_key_made_while_no_server_runs_is_good_at_the_next_start(self):
        self.server.stop()
        key = self.key("early")
        self.start()
        self.assertEqual(self.chat(key).status, 200)

    def test_a_revoked_key_is_refused_from_the_next_request_on_and_its_streams_end(self):
        key = self.key("doomed")
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        body = json.dumps({"model": "endless", "stream": True, "messages": [{"role": "user", "content": "Hi"}]})
        connection.request("POST", "/v1/chat/completions", body,
                           {"Content-Type": "application/json", "Authorization": f"Bearer {key['key']}"})
        answer = connection.getresponse()
        answer.read(100)
        self.command("keys", "revoke", key["id"])
        began = time.monotonic()
        rest = answer.read().decode()
        self.assertLess(time.monotonic() - began, PATIENCE / 2)
        self.assertIn("no longer valid", rest)
        self.assertEqual(self.chat(key).status, 401)
        connection.close()

    def test_revoking_the_last_key_opens_nothing(self):
        key = self.key("only")
        self.command("keys", "revoke", key["id"])
        self.assertEqual(self.chat(None).status, 401)
        self.server.stop()
        self.start()
        self.assertEqual(self.chat(None).status, 401)

    def test_a_rotated_key_keeps_its_id_and_only_the_new_secret(self):
        old = self.key("turning")
        new = self.command("keys", "rotate", old["id"])
        self.assertEqual(new["id"], old["id"])
        self.assertEqual((self.chat(old).status, self.chat(new).status), (401, 200))

    def test_a_key_may_use_only_the_models_it_was_given(self):
        key = self.key("narrow", "--allow", "plain")
        self.assertEqual(self.chat(key).status, 200)
        refused = self.chat(key, model="big")
        self.assertEqual((refused.status, refused.error["type"]), (403, "permission_denied"))

    def test_a_key_lists_only_the_models_that_it_may_use(self):
        bearer = {"Authorization": f"Bearer {self.key('narrow', '--allow', 'plain')['key']}"}
        listed = self.server.send("GET", "/v1/models", headers=bearer).json["data"]
        self.assertEqual([model["id"] for model in listed], ["plain"])
        self.assertEqual(self.server.send("GET", "/v1/models/plain", headers=bearer).status, 200)
        hidden = self.server.send("GET", "/v1/models/big", headers=bearer)
        self.assertEqual(hidden.status, 404)
        unknown = self.server.send("GET", "/v1/models/no-such", headers=bearer)
        self.assertEqual(hidden.error["message"].replace("big", "no-such"), unknown.error["message"])
        self.assertNotIn("endless", unknown.error["message"])

    def test_a_key_is_changed_and_what_is_not_said_stays(self):
        key = self.key("before", "--rpm", "5", "--tpm", "100", "--allow", "plain", "--deadline", "2m")
        self.assertEqual(key["deadline_ms"], 120_000)
        changed = self.command("keys", "update", key["id"], "--name", "after", "--rpm", "none", "--allow", "all")
        self.assertEqual((changed["name"], changed["models"]), ("after", []))
        self.assertEqual(changed["limits"], {"concurrency": None, "requests_per_minute": None, "tokens_per_minute": 100})
        self.assertEqual(changed["deadline_ms"], 120_000)
        self.assertIsNone(self.command("keys", "update", key["id"], "--deadline", "none")["deadline_ms"])

    def test_the_time_limit_of_a_key_ends_its_requests(self):
        key = self.key("hasty", "--deadline", "300ms")
        refused = self.chat(key, model="endless")
        self.assertEqual((refused.status, refused.headers["x-should-retry"]), (503, "false"))
        self.assertIn("time limit of 300 ms", refused.error["message"])
        streamed = self.chat(key, model="endless", stream=True)
        self.assertIn(b"time limit of 300 ms", streamed.body)
        self.command("keys", "update", key["id"], "--deadline", "none")
        self.assertEqual(self.chat(key).status, 200)

    def test_names_with_control_characters_are_refused(self):
        for name in ("a\x1b[31mb", "line\nbreak", "del\x7f", "c1\x85", "bidi\u202e"):
            for words in (("keys", "create", name), ("keys", "create", "x", "--account", name),
                          ("accounts", "create", name)):
                status, printed = run(*words, "--data", self.data)
                self.assertNotEqual(status, 0, words)
                self.assertIn("no control characters", printed)
        self.assertEqual(self.key("Zoë’s ノート")["name"], "Zoë’s ノート")

    def test_an_expired_key_is_refused(self):
        key = self.key("past", "--expires", "2020-01-01")
        self.assertEqual(key["status"], "expired")
        self.assertEqual(self.chat(key).status, 401)

    def test_secrets_are_nowhere_but_in_the_answer(self):
        key = self.key("hidden")
        self.chat(key)
        self.chat({"key": key["key"] + "x"})
        self.server.stop()
        for folder, _, files in os.walk(self.data):
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(key["key"].encode(), file.read(), name)
        self.assertNotIn(key["key"], "\n".join(self.server.lines))
        self.assertNotIn(key["key"], run("keys", "list", "--data", self.data)[1])
        self.start()

    def test_what_the_data_directory_holds_is_for_its_owner_alone(self):
        for name in (".", "admin.token", "platform.db", "trilogue.sock"):
            mode = stat.S_IMODE(os.stat(os.path.join(self.data, name)).st_mode)
            self.assertEqual(mode & 0o077, 0, name)

    def test_commands_say_what_is_wrong(self):
        for words, said in ((("keys", "revoke", "key_none"), "No key with id"),
                            (("keys", "create", "x", "--tier", "v9"), "expected local"),
                            (("keys", "create", "x", "--rpm", "0"), "requests_per_minute"),
                            (("keys", "create", "x", "--cost-budget", "-1"), "cost"),
                            (("keys", "create", "x", "--expires", "soon"), "expected a day"),
                            (("usage", "--by", "moon"), "day, key, model or api"),
                            (("keys", "create", "x", "--deadline", "1ms"), "expected a duration from 100ms"),
                            (("keys", "create", "x", "--rpm", "many"), "--rpm: expected a number, or none"),
                            (("keys", "update", "key_none", "--rpm", "1"), "No key with id"),
                            (("usage", "--since", "2026-13-01"), "expected a day"),
                            (("usage", "--since=-999-01-01",), "expected a day from 1970-01-01 to 9999-12-31"),
                            (("usage", "--until", "1969-12-31"), "expected a day from 1970")):
            with self.subTest(words):
                status, printed = run(*words, "--data", self.data)
                self.assertNotEqual(status, 0)
                self.assertIn(said, printed)

    def test_commands_at_the_same_time_take_turns(self):
        self.server.stop()
        with ThreadPoolExecutor(6) as pool:
            made = [key["id"] for key in pool.map(self.key, "abcdef")]
        self.assertEqual(sorted(key["id"] for key in self.command("keys", "list")["data"]), sorted(made))
        self.start()

    def test_commands_and_servers_that_come_and_go_wait_for_each_other(self):
        done, made = threading.Event(), []

        def make_keys():
            while not done.is_set():
                made.append(run("keys", "create", "one of many", "--data", self.data, "--json"))

        maker = threading.Thread(target=make_keys)
        maker.start()
        try:
            for _ in range(5):
                self.server.stop()
                self.start()
        finally:
            done.set()
            maker.join()
        self.assertEqual([printed for status, printed in made if status != 0], [])
        for _, printed in made:
            self.assertEqual(self.chat(json.loads(printed)).status, 200)

    def test_a_directory_with_a_long_name_has_its_socket_too(self):
        folder = os.path.join(self.folder.name, "d" * 120)
        server = Server("--data", folder, stories=STORIES)
        self.addCleanup(server.stop)
        status, printed = run("keys", "create", "far away", "--data", folder, "--json")
        self.assertEqual(status, 0, printed)
        key = json.loads(printed)["key"]
        self.assertEqual(server.send("GET", "/v1/models", headers={"Authorization": f"Bearer {key}"}).status, 200)
        self.assertEqual(server.send("GET", "/v1/models").status, 401)
        self.assertEqual(stat.S_IMODE(os.stat(os.path.join(folder, "trilogue.sock")).st_mode), 0o600)

    def test_a_second_server_says_who_holds_the_directory(self):
        status, printed = run("serve", "--listen", "127.0.0.1:0", "--data", self.data)
        self.assertEqual(status, 1)
        self.assertIn(f"process {self.server.process.pid}", printed)


class Limits(Platform):
    def test_headers_tell_the_truth_in_each_api(self):
        key = self.key("v0", "--tier", "v0")
        reply = self.chat(key)
        self.assertEqual(reply.headers["x-ratelimit-limit-requests"], "10")
        self.assertEqual(reply.headers["x-ratelimit-remaining-requests"], "9")
        self.assertRegex(reply.headers["x-ratelimit-reset-requests"], r"^(1m0s|5\ds|60s)$")
        self.assertEqual(reply.headers["x-ratelimit-limit-tokens"], "5000000")
        body = {"model": "plain", "max_tokens": 50, "messages": [{"role": "user", "content": "Hi"}]}
        message = self.server.send("POST", "/v1/messages", body, {"x-api-key": key["key"]})
        self.assertEqual(message.headers["anthropic-ratelimit-requests-limit"], "10")
        self.assertEqual(message.headers["anthropic-ratelimit-requests-remaining"], "8")
        self.assertRegex(message.headers["anthropic-ratelimit-requests-reset"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")

    def test_over_the_limit_is_a_429_with_a_time_to_wait(self):
        key = self.key("slow", "--rpm", "1")
        self.assertEqual(self.chat(key).status, 200)
        refused = self.chat(key)
        self.assertEqual((refused.status, refused.error["type"]), (429, "rate_limit_exceeded"))
        self.assertTrue(55 <= int(refused.headers["retry-after"]) <= 61)
        self.assertEqual(refused.headers["x-ratelimit-remaining-requests"], "0")

    def test_counting_tokens_counts_as_a_request(self):
        body = {"model": "plain", "messages": [{"role": "user", "content": "Hi"}]}
        for path, fields in (("/v1/messages/count_tokens", body), ("/v1/token/count", body),
                             ("/v1/responses/input_tokens", {"model": "plain", "input": "Hi"})):
            headers = {"Authorization": f"Bearer {self.key('counting', '--rpm', '2')['key']}"}
            statuses = [self.server.send("POST", path, fields, headers).status for _ in range(3)]
            self.assertEqual(statuses, [200, 200, 429], path)

    def test_the_prompts_own_tokens_are_charged_and_no_guess(self):
        key = self.key("tokens", "--tpm", "900")
        self.assertEqual(self.chat(key, model="big", max_tokens=100000).status, 200)
        self.assertEqual(self.chat(key, model="big", max_tokens=100000).status, 200)
        refused = self.chat(key, model="big")
        self.assertEqual(refused.status, 429)
        self.assertIn("tokens", refused.error["message"])
        self.assertEqual(self.chat(key).status, 200)  # a small one still fits

    def test_concurrency_counts_what_runs_and_frees_it(self):
        key = self.key("few", "--concurrency", "1")
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        body = json.dumps({"model": "endless", "stream": True, "messages": [{"role": "user", "content": "Hi"}]})
        connection.request("POST", "/v1/chat/completions", body,
                           {"Content-Type": "application/json", "Authorization": f"Bearer {key['key']}"})
        answer = connection.getresponse()
        answer.read(100)
        self.assertEqual(self.chat(key).status, 429)
        answer.close()
        connection.close()
        until = time.monotonic() + PATIENCE
        while self.chat(key).status != 200:
            self.assertLess(time.monotonic(), until, "the place was not given back")
            time.sleep(0.05)

    def test_a_spent_budget_is_a_402(self):
        key = self.key("thrifty", "--token-budget", "11")
        self.assertEqual(self.chat(key).status, 200)
        refused = self.chat(key)
        self.assertEqual((refused.status, refused.error["type"]), (402, "quota_exceeded"))
        self.settled(1)
        self.server.stop()
        self.start()
        self.assertEqual(self.chat(key).status, 402)

    def test_limits_of_an_account_hold_over_all_its_keys(self):
        one, two = self.key("one", "--account", "team"), self.key("two", "--account", "team")
        self.assertEqual(one["account"], two["account"])
        self.assertEqual((self.chat(one).status, self.chat(two).status), (200, 200))

    def test_an_account_with_limits_of_its_own_holds_over_its_keys(self):
        made = self.command("accounts", "create", "team", "--rpm", "3", "--tier", "v1")
        self.assertEqual((made["name"], made["limits"]["requests_per_minute"], made["keys"]), ("team", 3, 0))
        one, two = self.key("one", "--account", "team"), self.key("two", "--account", "team")
        self.assertEqual((one["account"], one["account_id"]), ("team", made["id"]))
        self.assertEqual([self.chat(key).status for key in (one, two, one, two)], [200, 200, 200, 429])
        self.command("accounts", "update", "team", "--rpm", "none")
        self.assertEqual(self.chat(two).status, 200)
        self.command("accounts", "update", made["id"], "--token-budget", "5", "--name", "crew")
        self.assertEqual(self.chat(one).status, 402)
        self.server.stop()
        self.start()
        self.assertEqual(self.chat(one).status, 402)
        listed = self.command("accounts", "list")["data"]
        self.assertEqual([(a["name"], a["keys"], a["budget"]["tokens"]) for a in listed], [("crew", 2, 5)])
        self.settled(4)
        rows = self.admin("/requests").json["data"]
        self.assertEqual({(row["account"], row["account_id"]) for row in rows}, {("crew", made["id"])})

    def test_what_is_wrong_with_an_account_is_said(self):
        self.command("accounts", "create", "team")
        for words, said in ((("create", "team"), "same name"), (("create", "configuration"), "of the configuration"),
                            (("update", "nobody"), "No account"), (("update", "team", "--rpm", "0"), "requests_per_minute"),
                            (("update", "team", "--rpm", "many"), "--rpm: expected a number, or none"),
                            (("update", "team", "--cost-budget", "inf"), "expected a number"),
                            (("update", "team", "--tier", "v9"), "expected local")):
            with self.subTest(words):
                status, printed = run("accounts", *words, "--data", self.data)
                self.assertNotEqual(status, 0)
                self.assertIn(said, printed)

    def test_racing_at_the_border_lets_exactly_so_many_through(self):
        keys = [self.key(f"racer {i}", "--rpm", "20") for i in range(8)]
        with ThreadPoolExecutor(16) as pool:
            statuses = list(pool.map(lambda i: (i % 8, self.chat(keys[i % 8]).status), range(8 * 50)))
        for number in range(8):
            mine = [status for which, status in statuses if which == number]
            self.assertEqual((mine.count(200), mine.count(429)), (20, 30))


class TimeLimits(unittest.TestCase):
    def test_the_smallest_of_server_model_and_key_counts(self):
        with tempfile.TemporaryDirectory(prefix="trilogue-keys-") as folder:
            file = os.path.join(folder, "trilogue.toml")
            with open(file, "w", encoding="utf-8") as out:
                out.write('[server]\ndeadline = "900ms"\n[deadlines]\n"end*" = "400ms"\n"e*" = "10m"\n')
            stories = STORIES | {"slow": ENDLESS}
            with Server("--config", file, "--data", os.path.join(folder, "data"), stories=stories) as server:
                self.assertIn("limit of 400 ms", server.chat("endless").error["message"])
                self.assertIn("limit of 900 ms", server.chat("slow").error["message"])
                for deadline, limit in (("200ms", "200 ms"), ("1h", None), ("60m", "400 ms")):
                    status, printed = run("keys", "create", "x", "--deadline", deadline, "--data",
                                          os.path.join(folder, "data"), "--json")
                    if limit is None:
                        self.assertNotEqual(status, 0)
                        continue
                    key = {"Authorization": f"Bearer {json.loads(printed)['key']}"}
                    for path in ("/v1/chat/completions", "/v1/responses", "/v1/messages"):
                        body = {"model": "endless", "max_tokens": 9000, "messages": [{"role": "user", "content": "Hi"}]}
                        if path == "/v1/responses":
                            body = {"model": "endless", "input": "Hi"}
                        refused = server.send("POST", path, body, key)
                        self.assertEqual(refused.status, 503, path)
                        self.assertIn(f"limit of {limit}", refused.error["message"])


class Ledger(Platform):
    def test_every_request_is_there_once_with_its_tokens(self):
        key = self.key("counted")
        for _ in range(3):
            self.chat(key)
        self.chat(key, messages=[])  # refused: nothing was used
        usage = self.settled(3)
        self.assertEqual((usage["requests"], usage["prompt_tokens"], usage["completion_tokens"]), (3, 27, 6))
        by_key = self.command("usage", "--by", "key", "--key", key["id"])
        self.assertEqual(by_key["rows"], [by_key["rows"][0] | {"key": key["id"], "requests": 3}])
        by_day = self.command("usage", "--by", "day")
        self.assertEqual(by_day["rows"][0]["day"], time.strftime("%Y-%m-%d", time.gmtime()))

    def test_a_request_tells_where_its_time_went(self):
        self.server.stop()
        story = 'wait 300ms\nstarted prompt=9\nwait 200ms\nopen text\ndelta "a"\nwait 100ms\ndelta "b"\nclose\nfinish end_of_turn\n'
        self.server = Server("--data", self.data, stories={"slow": story})
        self.chat(None, "slow")
        self.settled(1)
        row = self.admin("/requests").json["data"][0]
        self.assertTrue(300 <= row["queued_ms"] <= row["first_token_ms"] - 200 <= row["total_ms"] - 300, row)

    def test_prompts_are_kept_only_while_the_operator_wants_it(self):
        def ask(words):
            self.chat(None, messages=[{"role": "user", "content": words}])

        def kept(words):
            return [name for name in os.listdir(self.data) if name not in ("trilogue.sock", "lock")
                    if words.encode() in Path(self.data, name).read_bytes()]

        ask("a private matter")
        self.settled(1)
        self.assertIsNone(self.admin("/requests/1").json["prompt"])
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(kept("private matter"), [])
        self.settings = {"prompts_record": "true", "prompts_max_count": 2, "prompts_max_kb": 1}
        self.start()
        for words in ("the oldest one", "kept in full", "kept in part " + "x" * 2000):
            ask(words)
        self.settled(4)
        prompts = [self.admin(f"/requests/{number}").json["prompt"] for number in (2, 3, 4)]
        self.assertIsNone(prompts[0])
        self.assertEqual(json.loads(prompts[1]["text"])["messages"][0]["content"], "kept in full")
        self.assertEqual((len(prompts[2]["text"]), prompts[1]["cut"], prompts[2]["cut"]), (1024, False, True))
        self.assertEqual(self.admin("/requests/99").status, 404)
        self.assertEqual(self.server.stop(), 0)
        self.assertEqual(kept("kept in full"), ["prompts.db"])
        self.assertNotIn("kept in", "\n".join(self.server.lines))
        self.settings = {}
        self.start()
        self.assertEqual(kept("kept in full"), [])

    def test_each_request_of_a_trace_keeps_its_own_prompt(self):
        self.server.stop()
        self.settings = {"prompts_record": "true"}
        self.start()
        trace = {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}

        def ask(turn):  # the row and the body both tell the model
            body = {"model": ("plain", "big")[turn % 2], "messages": [{"role": "user", "content": "Hi"}]}
            return self.server.send("POST", "/v1/chat/completions", body, trace).status

        with ThreadPoolExecutor(16) as pool:
            self.assertEqual(set(pool.map(ask, range(200))), {200})
        self.settled(200)
        rows = self.admin("/requests?limit=200").json["data"]
        self.assertLess(len({row["arrived_at_ms"] for row in rows}), 200)  # else nothing was tried
        for row in rows:
            prompt = json.loads(self.admin(f"/requests/{row['number']}").json["prompt"]["text"])
            self.assertEqual(prompt["model"], row["model"])

    def test_a_forgotten_prompt_is_in_no_file_while_the_server_runs(self):
        self.server.stop()
        self.settings = {"prompts_record": "true", "prompts_max_count": 2}
        self.start()
        for words in ("a private matter", "second", "third"):
            self.chat(None, messages=[{"role": "user", "content": words}])
            self.comes_true(lambda said=words: self.prompt_of_the_newest(said))
        files = [name for name in os.listdir(self.data) if name.startswith("prompts.db")]
        self.assertEqual([name for name in files if b"private matter" in Path(self.data, name).read_bytes()], [])

    def prompt_of_the_newest(self, words):
        newest = self.admin("/requests").json["data"]
        prompt = newest and self.admin(f"/requests/{newest[0]['number']}").json["prompt"]
        return prompt and words in prompt["text"]

    def comes_true(self, holds):
        until = time.monotonic() + PATIENCE
        while not holds():
            self.assertLess(time.monotonic(), until)
            time.sleep(0.05)

    def test_a_shell_that_looks_at_the_database_takes_nothing_away(self):
        self.chat(None)
        self.settled(1)
        self.outside("SELECT count(*) FROM requests")
        self.assertTrue(os.path.exists(os.path.join(self.data, "platform.db-wal")))
        self.chat(None)
        self.settled(2)
        self.server.stop(signal.SIGKILL)
        self.start()
        self.assertEqual(self.settled(2)["requests"], 2)

    def test_a_database_that_cannot_be_written_is_told_once_and_costs_no_request(self):
        self.assertEqual(self.admin("/status").json["ledger"], {"waiting": 0, "trouble": None})
        self.outside("ALTER TABLE usage RENAME TO elsewhere")
        self.assertEqual([self.chat(None).status for _ in range(3)], [200] * 3)
        self.server.printed("level=error .*the ledger does not reach its database.*no such table")
        self.assertRegex(self.admin("/status").body, rb'"ledger":{"waiting":3,"trouble":"no such table')
        self.assertIn(b"\ntrilogue_ledger_waiting 3\n", self.server.get("/metrics").body)
        self.assertRegex(run("doctor", "--data", self.data, bundled_model="false")[1], "wrong +ledger .*no such table")
        self.outside("ALTER TABLE elsewhere RENAME TO usage")
        self.server.printed("the ledger reaches its database again")
        self.assertEqual(self.settled(3)["requests"], 3)
        self.comes_true(lambda: self.admin("/status").json["ledger"] == {"waiting": 0, "trouble": None})
        self.assertEqual(len([line for line in self.server.lines if "the ledger" in line]), 2)

    def outside(self, statement):
        """As somebody with a shell would."""
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, "platform.db"), timeout=PATIENCE)) as database:
            database.execute(statement).fetchall()
            database.commit()

    def test_a_client_that_leaves_is_billed_for_what_was_made(self):
        connection, answer = self.server.open_chat("endless")
        answer.read(2000)
        answer.close()
        connection.close()
        usage = self.settled(1)
        self.assertEqual(usage["requests"], 1)
        self.assertGreater(usage["completion_tokens"], 0)

    def test_a_client_that_leaves_before_the_first_word_has_spent_its_prompt(self):
        self.server.stop()
        prices = os.path.join(self.folder.name, "prices.toml")
        with open(prices, "w", encoding="utf-8") as file:
            file.write('[prices."*"]\ninput = 1000\noutput = 2000\n')
        stories = {"late": "wait 3000ms\n" + PLAIN.replace("prompt=9", "prompt=400")}
        self.server = Server("--config", prices, "--data", self.data, stories=stories)
        key = self.key("--cost-budget", "0.3")
        with self.server.raw() as wire:
            body = json.dumps({"model": "late", "messages": [{"role": "user", "content": "Hi"}]})
            wire.sendall((f"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
                          f"Authorization: Bearer {key['key']}\r\nContent-Type: application/json\r\n"
                          f"Content-Length: {len(body)}\r\n\r\n{body}").encode())
            time.sleep(0.2)
        self.assertEqual(self.settled(1)["cost"], 0.4)
        self.assertEqual(self.command("keys", "list")["data"][0]["used"]["cost"], 0.4)
        self.assertEqual(self.chat(key, "late").status, 402)

    def test_a_killed_server_has_billed_everything_once(self):
        connections = [self.server.open_chat("endless") for _ in range(5)]
        for _, answer in connections:
            answer.read(3000)
        time.sleep(0.6)  # what has run for longer than this is in the journal
        done = [self.chat(None).status for _ in range(4)]
        self.assertEqual(done, [200] * 4)
        self.server.stop(signal.SIGKILL)
        for connection, answer in connections:
            answer.close()
            connection.close()
        usage = self.command("usage", "--by", "api")
        self.assertEqual(usage["requests"], 9)
        self.assertGreaterEqual(usage["prompt_tokens"], 5 * 5 + 4 * 9)
        self.assertGreater(usage["completion_tokens"], 5 * 5)
        self.start()
        self.assertEqual(self.command("usage")["requests"], 9)

    def test_kills_at_any_moment_lose_and_double_nothing(self):
        answered = 0
        for round_number in range(KILLS):
            stop = time.monotonic() + random.uniform(0.1, 0.6)
            counts = []

            def hammer():
                count = 0
                try:
                    while time.monotonic() < stop + 2:
                        count += self.chat(None).status == 200
                except (OSError, http.client.HTTPException):
                    pass
                counts.append(count)

            threads = [threading.Thread(target=hammer) for _ in range(4)]
            for thread in threads:
                thread.start()
            time.sleep(max(0, stop - time.monotonic()))
            self.server.stop(signal.SIGKILL)
            for thread in threads:
                thread.join()
            answered += sum(counts)
            self.start()
            usage = self.command("usage")
            # At most one request of each thread was admitted and never answered.
            self.assertGreaterEqual(usage["requests"], answered)
            self.assertLessEqual(usage["requests"], answered + 4 * (round_number + 1))


    def refused(self, *words):
        status, printed = run(*words, "--data", self.data)
        self.assertNotEqual(status, 0, printed)
        return printed

    def test_nothing_typed_behind_a_flag_is_no_missing_limit(self):
        for flag in ("--rpm", "--tpm", "--tier", "--expires", "--token-budget", "--deadline", "--account"):
            with self.subTest(flag=flag):
                self.refused("keys", "create", "x", flag, "")
        self.assertIn("nothing was typed", self.refused("keys", "update", "", "--name", "ghost"))
        self.refused("accounts", "update", "", "--name", "ghost")
        self.assertEqual(self.command("keys", "list")["data"], [])
        self.assertEqual(self.command("accounts", "list")["data"], [])

    def test_an_account_goes_by_its_id_as_well_as_by_its_name(self):
        team = self.command("accounts", "create", "team", "--rpm", "1")
        keys = [self.key("a", "--account", team["id"]), self.key("b", "--account", "team")]
        self.assertEqual([key["account_id"] for key in keys], [team["id"]] * 2)
        self.assertEqual(sorted(self.chat(key).status for key in keys), [200, 429])
        self.assertIn("There is no account with this id", self.refused("keys", "create", "c", "--account", "acct_0"))
        self.refused("accounts", "create", team["id"])


class Operator(Platform):
    """The operator's API over TCP."""

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        text = json.dumps(body) if body is not None else None
        connection.request(method, path, text, {"Content-Type": "application/json"} | headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, json.loads(content) if content else None

    def token(self):
        with open(os.path.join(self.data, "admin.token"), encoding="ascii") as file:
            return file.read().strip()

    def sign_in(self):
        status, headers, session = self.ask("POST", "/admin/v1/session", {"token": self.token()})
        self.assertEqual(status, 200)
        return headers["Set-Cookie"].split(";")[0], session["csrf"], headers["Set-Cookie"]

    def test_nobody_gets_in_without_the_token(self):
        key = self.key("a key")
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {key['key']}"},
                        {"Cookie": "trilogue_session=wrong"}, {"Authorization": "Bearer ' OR 1=1 --"}):
            for method, path in (("GET", "/admin/v1/keys"), ("POST", "/admin/v1/keys"), ("GET", "/admin/v1/usage"),
                                 ("GET", "/admin/v1/requests"), ("GET", "/admin/v1/status"),
                                 ("POST", f"/admin/v1/keys/{key['id']}/revoke"), ("POST", "/admin/v1/link")):
                with self.subTest(path=path, headers=headers):
                    self.assertEqual(self.ask(method, path, {} if method == "POST" else None, **headers)[0], 401)
        self.assertEqual(self.chat(key).status, 200)

    def test_a_setting_that_is_not_known_is_refused(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        for path, body, field in (("keys", {"rpm": 1}, "rpm"), ("keys", {"limits": {"request_per_minute": 1}}, "limits.request_per_minute"),
                                  ("keys", {"budget": {"token": 5}}, "budget.token"), ("accounts", {"name": "a", "expires_at": 1}, "expires_at")):
            with self.subTest(field=field):
                status, _, answer = self.ask("POST", f"/admin/v1/{path}", body, **authorization)
                self.assertEqual((status, answer["error"]["param"]), (400, field))
        self.assertEqual(self.command("keys", "list")["data"], [])

    def test_a_stranger_cannot_make_the_server_hold_large_bodies(self):
        """Nor with gzip, which makes one of a few bytes."""
        self.assertEqual(self.ask("POST", "/admin/v1/session", {"token": "x" * 5000})[0], 413)
        packed = gzip.compress(b'{"token": "' + b"x" * 5000)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        connection.request("POST", "/admin/v1/session", packed, {"Content-Type": "application/json", "Content-Encoding": "gzip"})
        self.assertEqual(connection.getresponse().status, 413)
        connection.close()
        authorization = {"Authorization": f"Bearer {self.token()}"}
        self.assertEqual(self.ask("POST", "/admin/v1/keys", {"name": "x" * 2_000_000}, **authorization)[0], 413)

    def test_the_admin_token_opens_everything_and_is_no_key(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        status, _, made = self.ask("POST", "/admin/v1/keys", {"name": "by hand"}, **authorization)
        self.assertEqual(status, 201)
        self.assertEqual(self.chat(made).status, 200)
        self.assertEqual(self.chat({"key": self.token()}).status, 401)
        status, _, state = self.ask("GET", "/admin/v1/status", **authorization)
        self.assertEqual((status, state["keys_required"]), (200, True))
        self.assertEqual(sorted(model["id"] for model in state["models"]), sorted(STORIES))

    def test_a_session_changes_nothing_without_the_pages_own_word(self):
        cookie, csrf, whole = self.sign_in()
        self.assertIn("HttpOnly", whole)
        self.assertIn("SameSite=Strict", whole)
        self.assertEqual(self.ask("GET", "/admin/v1/keys", Cookie=cookie)[0], 200)
        self.assertEqual(self.ask("POST", "/admin/v1/keys", {"name": "x"}, Cookie=cookie)[0], 403)
        headers = {"Cookie": cookie, "X-Trilogue-Csrf": csrf}
        self.assertEqual(self.ask("POST", "/admin/v1/keys", {"name": "x"}, **headers)[0], 201)
        self.assertEqual(self.ask("POST", "/admin/v1/keys", {"name": "x"}, **headers, Origin="https://evil.example")[0], 403)
        self.assertEqual(self.ask("DELETE", "/admin/v1/session", **headers)[0], 204)
        self.assertEqual(self.ask("GET", "/admin/v1/keys", Cookie=cookie)[0], 401)

    def test_signing_in_never_keeps_the_session_that_the_browser_came_with(self):
        planted, _, _ = self.sign_in()
        status, headers, _ = self.ask("POST", "/admin/v1/session", {"token": self.token()}, Cookie=planted)
        self.assertEqual(status, 200)
        self.assertNotEqual(headers["Set-Cookie"].split(";")[0], planted)
        self.assertEqual(self.ask("GET", "/admin/v1/keys", Cookie=planted)[0], 401)

    def test_a_link_signs_in_once(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        path = self.ask("POST", "/admin/v1/link", {}, **authorization)[2]["path"]
        token = re.search(r"#token=(.+)$", path).group(1)
        self.assertEqual(self.ask("POST", "/admin/v1/session", {"token": token})[0], 200)
        self.assertEqual(self.ask("POST", "/admin/v1/session", {"token": token})[0], 401)

    def test_guessing_tokens_is_slowed_down(self):
        statuses = [self.ask("POST", "/admin/v1/session", {"token": f"guess {i}"})[0] for i in range(12)]
        self.assertEqual(statuses[:10], [401] * 10)
        self.assertEqual(statuses[-1], 429)

    def test_settings_that_make_no_sense_are_refused_with_their_place(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        for body, place in (({"name": ""}, "name"), ({"name": 3}, "name"), ({"tier": "gold"}, "tier"),
                            ({"limits": {"concurrency": 0}}, "limits.concurrency"),
                            ({"limits": {"requests_per_minute": "many"}}, "limits.requests_per_minute"),
                            ({"limits": []}, "limits"), ({"budget": {"tokens": -5}}, "budget.tokens"),
                            ({"budget": {"cost": 1e300}}, "budget.cost"), ({"budget": {"cost": 0}}, "budget.cost"),
                            ({"models": "plain"}, "models"), ({"models": [1]}, "models[0]"),
                            ({"expires_at": "tomorrow"}, "expires_at"), ({"name": "n" * 101}, "name")):
            with self.subTest(body=body):
                status, _, answer = self.ask("POST", "/admin/v1/keys", body, **authorization)
                self.assertEqual((status, answer["error"]["param"]), (400, place))

    def test_a_limit_can_be_changed_and_taken_away(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        key = self.key("changing", "--rpm", "1")
        self.chat(key)
        self.assertEqual(self.chat(key).status, 429)
        path = f"/admin/v1/keys/{key['id']}"
        self.assertEqual(self.ask("POST", path, {"limits": {"requests_per_minute": None}}, **authorization)[0], 200)
        self.assertEqual(self.chat(key).status, 200)
        self.assertEqual(self.ask("POST", path, {"account": "other"}, **authorization)[0], 400)

    def change_slowly(self, key, between):
        """A change of a key whose body is complete only after `between` is done; its status."""
        body = b'{"name":"renamed"}'
        head = (f"POST /admin/v1/keys/{key['id']} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                f"Authorization: Bearer {self.token()}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        with self.server.raw() as wire:
            wire.sendall(head.encode() + body[:5])
            time.sleep(0.2)  # it is let in and waits for the rest
            done = between()
            wire.sendall(body[5:])
            return int(read_all(wire).split()[1]), done

    def test_a_change_that_takes_its_time_brings_no_old_secret_back(self):
        key = self.key("rotated meanwhile")
        status, rotated = self.change_slowly(key, lambda: self.command("keys", "rotate", key["id"]))
        self.assertEqual((status, self.chat(key).status, self.chat(rotated).status), (200, 401, 200))

    def test_a_change_that_takes_its_time_brings_no_revoked_key_back(self):
        key = self.key("revoked meanwhile")
        status, _ = self.change_slowly(key, lambda: self.command("keys", "revoke", key["id"]))
        self.assertEqual((status, self.chat(key).status), (400, 401))
        self.server.stop()
        self.start()
        self.assertEqual(self.chat(key).status, 401)

    def test_changes_at_the_same_time_all_hold(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        key = self.key("changed by many")
        place = f"/admin/v1/keys/{key['id']}"
        with ThreadPoolExecutor(3) as pool:
            for turn in range(1, 21):
                named = pool.submit(self.ask, "POST", place, {"name": f"turn {turn}"}, **authorization)
                limited = pool.submit(self.ask, "POST", place, {"limits": {"concurrency": turn}}, **authorization)
                rotated = pool.submit(self.ask, "POST", place + "/rotate", {}, **authorization).result()[2]
                self.assertEqual((named.result()[0], limited.result()[0]), (200, 200))
                now = self.ask("GET", place, **authorization)[2]
                self.assertEqual((now["name"], now["limits"]["concurrency"]), (f"turn {turn}", turn))
                self.assertEqual(self.chat(rotated).status, 200)

    def test_requests_are_listed_newest_first_and_in_pages(self):
        for _ in range(5):
            self.chat(None)
        self.settled(5)
        authorization = {"Authorization": f"Bearer {self.token()}"}
        first = self.ask("GET", "/admin/v1/requests?limit=3", **authorization)[2]
        self.assertEqual((len(first["data"]), first["has_more"]), (3, True))
        rest = self.ask("GET", f"/admin/v1/requests?limit=3&before={first['data'][-1]['number']}", **authorization)[2]
        self.assertEqual((len(rest["data"]), rest["has_more"]), (2, False))
        numbers = [row["number"] for row in first["data"] + rest["data"]]
        self.assertEqual(numbers, sorted(numbers, reverse=True))
        self.assertEqual(first["data"][0]["outcome"], "ok")

    def test_metrics_are_open_until_there_is_a_key_and_the_operators_after(self):
        self.chat(None)
        self.chat(None, model="nobody")
        status, text = self.metrics()
        self.assertEqual(status, 200)
        self.assertIn('trilogue_requests_total{api="chat",outcome="ok"} 1\n', text)
        self.assertIn('trilogue_requests_total{api="chat",outcome="invalid"} 1\n', text)
        self.assertIn('trilogue_tokens_total{kind="prompt"} 9\n', text)
        self.assertIn('trilogue_request_duration_seconds_count{api="chat"} 2\n', text)
        for line in text.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [0-9.e+-]+)$')
        key = self.key("locks")
        self.assertEqual(self.metrics()[0], 401)
        self.assertEqual(self.metrics(f"Bearer {key['key']}")[0], 401)
        status, text = self.metrics(f"Bearer {self.token()}")
        self.assertEqual(status, 200)
        self.assertNotIn(key["key"], text)

    def metrics(self, authorization=None):
        reply = self.server.send("GET", "/metrics", headers={"Authorization": authorization})
        return reply.status, reply.body.decode()

    def test_a_key_sees_what_is_left_of_its_money(self):
        key = self.key("paid", "--cost-budget", "2.5")
        account = self.ask("GET", "/v1/accounts", Authorization=f"Bearer {key['key']}")[2]
        self.assertEqual(account, {"object": "account", "type": "prepaid", "balance": 2.5, "total_cash_balance": 2.5,
                                   "total_voucher_balance": 0})
        free = self.key("free")
        account = self.ask("GET", "/v1/accounts", Authorization=f"Bearer {free['key']}")[2]
        self.assertEqual(account["type"], "postpaid")

    def test_wrong_methods_are_405(self):
        self.assertEqual(self.ask("PUT", "/admin/v1/keys")[0], 405)
        self.assertEqual(self.ask("DELETE", "/admin/v1/usage")[0], 405)


class Attacks(Platform):
    def test_strange_keys_are_plain_401s(self):
        self.key("real")
        for given in ("' OR '1'='1", "x; DROP TABLE keys", "\\", "%00", "k" * 40_000, "sk-tri-" + "A" * 43):
            with self.subTest(given[:20]):
                self.assertEqual(self.chat({"key": given}).status, 401)
        too_long = self.chat({"key": "k" * 1_000_000})
        self.assertIn(too_long.status, (400, 431))


    def test_a_broken_database_is_refused_and_left_alone(self):
        self.server.stop()
        file = os.path.join(self.data, "platform.db")
        for name in os.listdir(self.data):
            if name.startswith("platform.db"):
                os.remove(os.path.join(self.data, name))
        with open(file, "wb") as out:
            out.write(b"this is no database, and nobody may overwrite it" * 100)
        status, printed = run("serve", "--listen", "127.0.0.1:0", "--data", self.data)
        self.assertEqual(status, 1)
        self.assertIn("platform.db", printed)
        with open(file, "rb") as kept:
            self.assertTrue(kept.read().startswith(b"this is no database"))
        os.remove(file)
        self.start()


if __name__ == "__main__":
    unittest.main()
