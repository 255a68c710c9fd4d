"""The ledger: every request in it once, whatever happens to the server or to its files."""
import contextlib
import http.client
import json
import os
import random
import resource
import signal
import sqlite3
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from platform_server import Platform
from trilogue_server import PATIENCE, PLAIN, Server, run

KILLS = int(os.environ.get("TRILOGUE_TEST_KILLS", "4"))  # more take about a second each


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

    def test_a_full_disk_refuses_and_charges_no_budget(self):
        filler, thrifty = self.key("filler"), self.key("thrifty", "--token-budget", "11")  # as much as one request uses
        before = resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (4096, before[1]))  # no file grows beyond it
        answered = 0
        while self.chat(filler).status == 200:
            answered += 1
            self.assertLess(answered, 100_000)
        time.sleep(0.2)  # what still had to be settled is, and has left its room
        while self.chat(filler).status == 200:
            answered += 1
        for _ in range(3):
            refused = self.chat(thrifty)
            self.assertEqual((refused.status, refused.error["message"]),
                             (503, "The request cannot be recorded now; the server's log says why"))
        self.server.printed("level=error .*a request cannot be recorded.*trace=.*reason=")
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, before)
        self.comes_true(lambda: self.chat(thrifty).status == 200)
        self.assertEqual(self.chat(thrifty).status, 402)
        self.assertEqual(self.settled(answered + 1)["requests"], answered + 1)

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


if __name__ == "__main__":
    unittest.main()
