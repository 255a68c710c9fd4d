"""Two servers that count the limits of the same keys together in one Redis."""
import http.client
import json
import os
import shutil
import signal
import tempfile
import threading
import time
import unittest
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from redis_store import Store
from trilogue_server import ENDLESS, PATIENCE, PLAIN, Server, run

STORIES = {"plain": PLAIN, "endless": ENDLESS, "big": PLAIN.replace("prompt=9", "prompt=400")}
LEASE = 15  # seconds, of a server that is gone


class Pair(unittest.TestCase):
    keys = {}  # name: flags of `keys create`
    password = ""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="trilogue-shared-")
        self.addCleanup(folder.cleanup)
        first, second = (os.path.join(folder.name, name) for name in ("first", "second"))
        self.made = {name: self.create(first, name, *flags) for name, flags in self.keys.items()}
        shutil.copytree(first, second)  # the same keys on both
        self.store = Store(self.password)
        self.addCleanup(self.store.close)
        self.servers = []
        for data in (first, second):
            server = Server("--data", data, stories=STORIES, limits_store=self.store.address)
            self.addCleanup(server.stop)
            self.servers.append(server)
        for server in self.servers:
            server.printed("the store of the limits is there")

    def create(self, data, *words):
        status, printed = run("keys", "create", *words, "--data", data, "--json")
        self.assertEqual(status, 0, printed)
        return json.loads(printed)

    def chat(self, which, key, model="plain", **more):
        body = {"model": model, "messages": [{"role": "user", "content": "Hi"}]} | more
        return self.servers[which].send("POST", "/v1/chat/completions", body,
                                        {"Authorization": f"Bearer {self.made[key]['key']}"})

    def open_stream(self, which, key):
        """An endless answer that runs: (connection, answer), or its status when it was refused."""
        connection = http.client.HTTPConnection("127.0.0.1", self.servers[which].port, timeout=PATIENCE)
        body = {"model": "endless", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
        connection.request("POST", "/v1/chat/completions", json.dumps(body),
                           {"Content-Type": "application/json", "Authorization": f"Bearer {self.made[key]['key']}"})
        answer = connection.getresponse()
        if answer.status == 200:
            answer.read(50)
            return connection, answer
        connection.close()
        return answer.status

    def race(self, count, one):
        """`one(server)` so many times at once, in turn on both servers."""
        with ThreadPoolExecutor(8) as pool:
            return list(pool.map(one, [turn % 2 for turn in range(count)]))

    def eventually(self, holds, within=PATIENCE):
        until = time.monotonic() + within
        while not holds():
            self.assertLess(time.monotonic(), until, "it did not come true in time")
            time.sleep(0.05)


class AtTheBorder(Pair):
    keys = {"rpm": ("--rpm", "60"), "tpm": ("--tpm", "4200"), "few": ("--concurrency", "6"),
            "headers": ("--rpm", "3", "--tpm", "1000")}
    keys |= {f"one of many {i}": ("--rpm", "5") for i in range(12)}

    def test_exactly_the_permitted_requests_pass(self):
        replies = self.race(160, lambda server: self.chat(server, "rpm"))
        self.assertEqual(Counter(reply.status for reply in replies), {200: 60, 429: 100})
        for reply in replies:
            self.assertEqual(reply.headers["x-ratelimit-limit-requests"], "60")
            if reply.status == 429:
                self.assertEqual(reply.headers["x-ratelimit-remaining-requests"], "0")
                self.assertTrue(1 <= int(reply.headers["retry-after"]) <= 61)
                self.assertEqual(reply.error["type"], "rate_limit_exceeded")
        left = sorted(int(r.headers["x-ratelimit-remaining-requests"]) for r in replies if r.status == 200)
        self.assertEqual(left[0], 0)

    def test_exactly_the_prompts_that_fit_are_charged(self):
        replies = self.race(40, lambda server: self.chat(server, "tpm", "big"))
        self.assertEqual(Counter(reply.status for reply in replies), {200: 10, 429: 30})
        self.assertIn("Too many tokens: the limit is 4200", next(r for r in replies if r.status == 429).error["message"])

    def test_exactly_the_permitted_number_runs_at_once(self):
        opened = self.race(24, lambda server: self.open_stream(server, "few"))
        running = [one for one in opened if not isinstance(one, int)]
        self.assertEqual(len(running), 6)
        self.assertEqual({one for one in opened if isinstance(one, int)}, {429})
        for connection, answer in running:
            answer.close()
            connection.close()
        self.eventually(lambda: self.chat(0, "few").status == 200 and self.chat(1, "few").status == 200)

    def test_many_keys_at_their_limits_take_nothing_from_each_other(self):
        names = [f"one of many {i}" for i in range(12)]
        passed = Counter()
        lock = threading.Lock()

        def one(turn):
            name = names[turn // 2 % len(names)]
            status = self.chat(turn % 2, name).status
            with lock:
                passed[name, status] += 1

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(one, range(2 * 12 * 6)))
        self.assertEqual(passed, {(name, status): count for name in names for status, count in ((200, 5), (429, 7))})

    def test_headers_tell_what_both_have_used(self):
        self.assertEqual(self.chat(0, "headers").headers["x-ratelimit-remaining-requests"], "2")
        tokens = f"trilogue:k:{self.made['headers']['id']}:tokens"
        self.eventually(lambda: self.store.say(f"LINDEX {tokens} -1").endswith(":11\r\n"))
        body = {"model": "plain", "max_tokens": 9, "messages": [{"role": "user", "content": "Hi"}]}
        key = {"x-api-key": self.made["headers"]["key"]}
        reply = self.servers[1].send("POST", "/v1/messages", body, key)
        self.assertEqual(reply.headers["anthropic-ratelimit-requests-remaining"], "1")
        left = int(reply.headers["anthropic-ratelimit-tokens-remaining"])
        self.assertIn(left, (980, 978), "two prompts, the first one's answer, and perhaps the second's already")
        self.assertEqual(self.chat(0, "headers").status, 200)
        refused = self.servers[1].send("POST", "/v1/messages", body, key)
        self.assertEqual((refused.status, refused.headers["anthropic-ratelimit-requests-remaining"]), (429, "0"))
        self.assertEqual(refused.error["type"], "rate_limit_error")

    def test_counting_tokens_is_a_request_of_all_servers_too(self):
        body = {"model": "plain", "messages": [{"role": "user", "content": "Hi"}]}
        key = {"Authorization": f"Bearer {self.made['headers']['key']}"}
        counted = [self.servers[turn % 2].send("POST", "/v1/token/count", body, key).status for turn in range(4)]
        self.assertEqual(counted, [200, 200, 200, 429])

    def test_a_store_that_forgets_its_scripts_is_told_them_again(self):
        self.assertEqual(self.chat(0, "few").status, 200)
        self.assertEqual(self.store.say("SCRIPT FLUSH"), "+OK\r\n")
        self.assertEqual([self.chat(server, "few").status for server in (0, 1)], [200, 200])


class StoreAway(Pair):
    keys = {"few": ("--concurrency", "2"), "tpm": ("--tpm", "4200"), "free": ()}
    password = "opensesame"

    def test_clear_503s_while_it_is_away_and_recovery_by_itself(self):
        connection, running = self.open_stream(0, "few")
        self.assertEqual(self.chat(1, "tpm").status, 200)
        self.store.stop()
        until = time.monotonic() + 10
        refused = 0
        while time.monotonic() < until:
            for server in (0, 1):
                for key in ("few", "tpm"):
                    began = time.monotonic()
                    reply = self.chat(server, key)
                    self.assertEqual((reply.status, reply.error["type"]), (503, "service_unavailable"))
                    self.assertEqual(reply.headers["retry-after"], "1")
                    self.assertIn("limits of this key cannot be checked", reply.error["message"])
                    self.assertLess(time.monotonic() - began, 3)
                    refused += 1
                self.assertEqual(self.chat(server, "free").status, 200)
            self.assertTrue(running.read(20), "what runs goes on")
            time.sleep(0.2)
        self.assertGreater(refused, 20)
        self.store.start()
        for server in (0, 1):
            self.eventually(lambda: self.chat(server, "tpm").status == 200, within=5)
        # One place is still taken by the stream, which the store had forgotten.
        second = self.open_stream(1, "few")
        self.assertNotIsInstance(second, int)
        self.assertEqual([self.chat(server, "few").status for server in (0, 1)], [429, 429])
        for one, answer in ((connection, running), second):
            answer.close()
            one.close()
        self.eventually(lambda: self.chat(0, "few").status == 200)
        for server in self.servers:
            self.assertNotIn(self.password, "\n".join(server.lines))
            self.assertEqual(sum("is away" in line for line in server.lines), 1)


class ServerGone(Pair):
    keys = {"few": ("--concurrency", "2")}

    def test_the_places_of_a_killed_server_come_back_and_those_of_a_stopped_one_at_once(self):
        streams = [self.open_stream(0, "few") for _ in range(2)]
        self.assertEqual(self.chat(1, "few").status, 429)
        self.servers[0].stop(signal.SIGKILL)
        began = time.monotonic()
        self.assertEqual(self.chat(1, "few").status, 429)
        self.eventually(lambda: self.chat(1, "few").status == 200, within=LEASE + 5)
        self.assertLess(time.monotonic() - began, LEASE + 5)
        for connection, answer in streams:
            answer.close()
            connection.close()
        self.assertNotIsInstance(self.open_stream(1, "few"), int)
        self.assertEqual(self.servers[1].stop(), 0)
        self.assertEqual(self.store.say("KEYS trilogue:lease:*"), "*0\r\n")


class Setting(unittest.TestCase):
    def test_an_address_that_makes_no_sense_is_refused_without_its_password(self):
        for text in ("localhost:6379", "redis://:hunter2@", "http://:hunter2@h", "redis://u:hunter2@h/x"):
            status, printed = run("serve", "--listen", "127.0.0.1:0", limits_store=text)
            self.assertNotEqual(status, 0)
            self.assertIn("TRILOGUE_LIMITS_STORE", printed)
            self.assertNotIn("hunter2", printed)


if __name__ == "__main__":
    unittest.main()
