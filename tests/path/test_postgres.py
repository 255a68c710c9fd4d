"""Several servers on one PostgreSQL: keys, usage and budgets are shared, and nothing is lost or counted twice when the
database, its connections or a server go away."""
import http.client
import json
import os
import signal
import socket
import tempfile
import threading
import time
import unittest

from postgres import Postgres
from trilogue_server import ENDLESS, PATIENCE, PLAIN, Server, run

SLOW = "started prompt=5\nopen text\n" + 'delta "tick "\nwait 20ms\n' * 40 + "close\nfinish end_of_turn\n"
STORIES = {"plain": PLAIN, "endless": ENDLESS, "slow": SLOW}
AT_ONCE = 3.0  # seconds: far more than a notification takes, also on a machine that does much else
OUTAGE = 10.0  # seconds


class Fleet(unittest.TestCase):
    """A database of its own for each test, and servers with data directories of their own."""

    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres()
        cls.addClassCleanup(cls.postgres.stop)

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="trilogue-fleet-")
        self.addCleanup(self.folder.cleanup)
        self.name = "fleet_" + self.id().rsplit(".", 1)[1][5:40].strip("_")
        self.postgres.ask("postgres", f"CREATE DATABASE {self.name}")
        self.address = self.postgres.address(self.name)

    def data(self, name):
        return os.path.join(self.folder.name, name)

    def serve(self, name, address=None):
        server = Server("--data", self.data(name), stories=STORIES, database=address or self.address)
        self.addCleanup(server.stop)
        server.name = name
        return server

    def command(self, server, *words):
        status, printed = run(*words, "--data", self.data(server.name), "--json", database=self.address)
        self.assertEqual(status, 0, printed)
        return json.loads(printed)

    def chat(self, server, key, model="plain"):
        headers = {"Authorization": f"Bearer {key['key']}"}
        body = {"model": model, "messages": [{"role": "user", "content": "Hi"}]}
        return server.send("POST", "/v1/chat/completions", body, headers)

    def stream(self, server, key, model):
        """A reply that has begun."""
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self.addCleanup(connection.close)
        body = {"model": model, "stream": True, "messages": [{"role": "user", "content": "Hi"}]}
        connection.request("POST", "/v1/chat/completions", json.dumps(body),
                           {"Content-Type": "application/json", "Authorization": f"Bearer {key['key']}"})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        answer.read(50)
        return answer

    def comes_true(self, holds, within):
        until = time.monotonic() + within
        while not holds():
            self.assertLess(time.monotonic(), until)
            time.sleep(0.005)

    def assert_known(self, server, key):
        """Until the first key, anybody may call."""
        self.comes_true(lambda: server.get("/v1/models", Authorization="Bearer none").status == 401, AT_ONCE)
        self.assertEqual(self.chat(server, key).status, 200)

    def ledger(self):
        """(trace id, outcome) of every request."""
        rows = self.postgres.ask(self.name, "SELECT trace_id, outcome FROM requests ORDER BY number")
        return [tuple(row.split("|")) for row in rows.splitlines()]

    def assert_in_ledger_once(self, traces):
        self.comes_true(lambda: traces <= {trace for trace, _ in self.ledger()}, PATIENCE)
        counts = self.postgres.ask(self.name, "SELECT count(*), count(DISTINCT trace_id), "
                                              "(SELECT sum(requests) FROM usage) FROM requests").split("|")
        self.assertEqual(len(set(counts)), 1, counts)

    def assert_unavailable(self, reply):
        self.assertEqual(reply.status, 503, reply.body)
        self.assertIn("database of the keys", reply.error["message"])
        self.assertEqual(reply.headers["retry-after"], "1")


class Load:
    """Clients that ask as fast as they are answered, each of one server in turn."""

    def __init__(self, test, servers, key, clients=4):
        self.test, self.servers, self.key = test, servers, key
        self.replies, self.leaving = [], threading.Event()
        self.threads = [threading.Thread(target=self._ask) for _ in range(clients)]
        for thread in self.threads:
            thread.start()

    def _ask(self):
        for turn in range(1 << 30):
            if self.leaving.is_set():
                return
            try:
                self.replies.append(self.test.chat(self.servers[turn % len(self.servers)], self.key))
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)  # it was killed
            time.sleep(0.005)

    def stop(self):
        self.leaving.set()
        for thread in self.threads:
            thread.join()

    def answered(self, since=0):
        return {reply.headers["x-trace-id"] for reply in self.replies[since:] if reply.status == 200}


class Keys(Fleet):
    def test_a_key_holds_on_every_server_as_it_stands(self):
        here, there = self.serve("here"), self.serve("there")
        key = self.command(here, "keys", "create", "shared", "--account", "team")
        self.assert_known(there, key)
        turned = self.command(there, "keys", "rotate", key["id"])
        self.comes_true(lambda: self.chat(here, key).status == 401, AT_ONCE)
        self.assertEqual(self.chat(here, turned).status, 200)
        running = self.stream(there, turned, "endless")
        began = time.monotonic()
        self.command(here, "keys", "revoke", key["id"])
        self.assertIn("no longer valid", running.read().decode())
        self.assertLess(time.monotonic() - began, AT_ONCE + PATIENCE / 10)
        self.comes_true(lambda: self.chat(there, turned).status == 401, AT_ONCE)

    def test_a_command_beside_no_server_tells_those_that_run(self):
        here, there = self.serve("here"), self.serve("there")
        key = self.command(here, "keys", "create", "shared")
        self.assert_known(there, key)
        here.stop()
        self.command(here, "keys", "revoke", key["id"])
        self.comes_true(lambda: self.chat(there, key).status == 401, AT_ONCE)

    def test_usage_and_budgets_are_those_of_all_servers(self):
        here, there = self.serve("here"), self.serve("there")
        key = self.command(here, "keys", "create", "shared", "--token-budget", "60")
        self.assert_known(there, key)
        statuses = []

        def asked(server):
            statuses.append(self.chat(server, key).status)
            return statuses[-1]

        for server in (here, there, here, there, here):
            self.assertEqual(asked(server), 200)
        for server in (there, here):
            self.comes_true(lambda at=server: asked(at) == 402, 10)
        answered = statuses.count(200) + 1  # and the one that showed that the key is known
        for server in (here, there):
            self.comes_true(lambda at=server: self.command(at, "usage")["requests"] == answered, 10)
            rows = self.command(server, "usage", "--by", "key")["rows"]
            self.assertEqual([row["key"] for row in rows], [key["id"]])

    def test_a_start_without_the_database_says_so_and_so_does_doctor(self):
        nowhere = f"postgresql://trilogue:s3cret@127.0.0.1:1/{self.name}"
        for words in (("serve", "--listen", "127.0.0.1:0"), ("doctor",), ("keys", "list")):
            status, printed = run(*words, "--data", self.data("here"), database=nowhere)
            self.assertEqual(status, 1)
            self.assertIn("port 1 failed", printed)
            self.assertNotIn("s3cret", printed)
        report = run("doctor", "--data", self.data("here"), "--json", database=self.address)[1]
        said = {check["about"]: check for check in json.loads(report)["checks"]}
        self.assertEqual(said["database"]["state"], "ok", said["database"])
        for wrong in ("mysql://x:s3cret@y/z", "postgresql://x:s3cret@h:s3cret/z"):
            status, printed = run("serve", "--data", self.data("here"), database=wrong)
            self.assertNotEqual(status, 0)
            self.assertIn("database", printed.lower())
            self.assertNotIn("s3cret", printed)


    def test_a_role_that_may_only_read_is_found_by_doctor_and_told_by_a_server(self):
        here = self.serve("here")
        key = self.command(here, "keys", "create", "shared")
        self.postgres.ask(self.name, f"CREATE ROLE {self.name} LOGIN; "
                                     f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {self.name}")
        reading = self.address.replace("trilogue@", f"{self.name}@")
        there = self.serve("there", reading)
        self.assertEqual(self.chat(there, key).status, 200)
        there.printed("the ledger does not reach its database.*permission denied")
        self.assert_doctor_finds(reading, "may read but not write", f"TO {self.name}")
        self.postgres.ask(self.name, self.doctor(reading)["database"]["advice"].partition(": ")[2])
        there.printed("the ledger reaches its database again")
        self.assertEqual(self.doctor(reading)["database"]["state"], "ok")
        self.comes_true(lambda: self.command(here, "usage")["requests"] == 1, PATIENCE)

    def test_doctor_finds_a_database_that_is_read_only(self):
        self.serve("here").stop()
        self.postgres.ask(self.name, f"ALTER DATABASE {self.name} SET default_transaction_read_only = on")
        self.assert_doctor_finds(self.address, "default_transaction_read_only", "ALTER DATABASE")

    def doctor(self, address):
        report = json.loads(run("doctor", "--data", self.data("here"), "--json", database=address)[1])
        return {check["about"]: check for check in report["checks"]}

    def assert_doctor_finds(self, address, message, advice):
        found = self.doctor(address)["database"]
        self.assertEqual(found["state"], "wrong", found)
        self.assertIn(message, found["message"])
        self.assertIn(advice, found["advice"])


class Outages(Fleet):
    def test_a_database_that_stops_costs_refusals_and_no_request(self):
        servers = [self.serve("here"), self.serve("there")]
        key = self.command(servers[0], "keys", "create", "shared")
        self.assert_known(servers[1], key)
        load = Load(self, servers, key)
        running = [self.stream(server, key, "slow") for server in servers]  # end while it is away
        self.postgres.pause()
        stopped, began = len(load.replies), time.monotonic()
        for server in servers:
            self.comes_true(lambda at=server: self.chat(at, key).status == 503, AT_ONCE)
            self.assert_unavailable(self.chat(server, key))
            self.assertEqual(server.get("/ready").status, 503)
            self.assertEqual(server.get("/health").status, 200)
        status, printed = run("keys", "create", "x", "--data", self.data("here"), database=self.address)
        self.assertEqual(status, 1)
        self.assertIn("database", printed)
        traces = {answer.headers["x-trace-id"] for answer in running}
        for answer in running:
            self.assertIn("[DONE]", answer.read().decode())
        time.sleep(max(0.0, OUTAGE - (time.monotonic() - began)))
        self.postgres.start()
        for server in servers:
            self.comes_true(lambda at=server: self.chat(at, key).status == 200, 10)
        back = len(load.replies)
        self.comes_true(lambda: len(load.replies) > back + 50, PATIENCE)
        load.stop()
        self.assertEqual({reply.status for reply in load.replies}, {200, 503})
        for reply in load.replies[stopped:]:
            if reply.status == 503:
                self.assert_unavailable(reply)
        self.assertTrue(load.answered(since=back))
        self.assert_in_ledger_once(load.answered() | traces)

    def test_a_killed_server_loses_nothing(self):
        here, there = self.serve("here"), self.serve("there")
        key = self.command(here, "keys", "create", "shared")
        self.assert_known(there, key)
        load = Load(self, [here, there], key)
        running = self.stream(there, key, "endless").headers["x-trace-id"]
        self.comes_true(lambda: len(load.replies) > 100, PATIENCE)
        there.stop(signal.SIGKILL)
        load.stop()
        self.command(there, "usage")  # moves what it left, as its next start would
        self.assert_in_ledger_once(load.answered() | {running})
        self.serve("there").stop()
        self.assert_in_ledger_once(load.answered() | {running})
        self.assertIn((running, "interrupted"), self.ledger())

    def test_a_commit_whose_acknowledgement_is_lost_is_not_written_twice(self):
        with Cutter(self.postgres.port) as cutter:
            here = self.serve("here", f"postgresql://trilogue@127.0.0.1:{cutter.port}/{self.name}")
            key = self.command(here, "keys", "create", "shared")
            running = [self.stream(here, key, "slow") for _ in range(5)]
            traces = {answer.headers["x-trace-id"] for answer in running}
            cutter.begin()
            for answer in running:
                answer.read()
            self.comes_true(lambda: traces <= {trace for trace, _ in self.ledger()}, PATIENCE)
            cuts = cutter.cuts
            self.assertGreater(cuts, 0)
            self.comes_true(lambda: cutter.cuts > cuts + 3, PATIENCE)  # it is tried again
            self.assertEqual(self.chat(here, key).status, 503)
            cutter.cutting = False
            self.comes_true(lambda: self.chat(here, key).status == 200, PATIENCE)
            self.assert_in_ledger_once(traces)
            here.stop()

    def test_a_database_that_hangs_is_noticed_and_lets_go(self):
        here = self.serve("here")
        key = self.command(here, "keys", "create", "shared")
        load = Load(self, [here], key)
        self.comes_true(lambda: len(load.replies) > 20, PATIENCE)
        self.postgres.hang()
        try:
            self.comes_true(lambda: self.chat(here, key).status == 503, 10)
        finally:
            self.postgres.go_on()
        self.comes_true(lambda: self.chat(here, key).status == 200, PATIENCE)
        load.stop()
        self.assert_in_ledger_once(load.answered())


class Cutter:
    """Stands between a server and PostgreSQL. While it is cutting, what is committed is, and nobody is told."""

    def __init__(self, port):
        self.behind, self.cutting, self.cuts = port, False, 0
        self.ends = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.cutting = False
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.hang_up(*self.ends)

    def begin(self):
        self.cutting = True
        self.hang_up(*self.ends)

    def _accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.behind))
            self.ends += [near, far]
            muted = threading.Event()
            for source, sink, outward in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._pump, args=(source, sink, outward, muted), daemon=True).start()

    def _pump(self, source, sink, outward, muted):
        try:
            while data := source.recv(65536):
                # The statement is prepared on each connection when it is first used, so its text is seen.
                if outward and self.cutting and b"COMMIT" in data:
                    muted.set()
                if not outward and muted.is_set():
                    self.cuts += 1
                    break
                sink.sendall(data)
        except OSError:
            pass
        self.hang_up(source, sink)

    @staticmethod
    def hang_up(*ends):
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it had gone


if __name__ == "__main__":
    unittest.main()
