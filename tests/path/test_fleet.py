"""Two servers on one PostgreSQL and one Redis: limits are exact over both, and either store may go away for a while."""
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from redis_store import Store
from test_postgres import AT_ONCE, OUTAGE, PATIENCE, STORIES, Fleet, Load
from trilogue_server import Server


class BothStores(Fleet):
    def setUp(self):
        super().setUp()
        self.store = Store()
        self.addCleanup(self.store.close)
        self.servers = [self.serve("here"), self.serve("there")]

    def serve(self, name, address=None):
        server = Server("--data", self.data(name), stories=STORIES, database=address or self.address,
                        limits_store=self.store.address)
        self.addCleanup(server.stop)
        server.printed("the store of the limits is there")
        server.name = name
        return server

    def make(self, name, *flags):
        """A key that both servers know, without a request of it."""
        key = self.command(self.servers[0], "keys", "create", name, *flags)
        models = [lambda at=server: at.get("/v1/models", Authorization=f"Bearer {key['key']}").status == 200
                  and at.get("/v1/models").status == 401 for server in self.servers]
        for known in models:
            self.comes_true(known, AT_ONCE)
        return key

    def assert_out(self, key, says):
        """For as long as an outage lasts, nothing but clear refusals."""
        until = time.monotonic() + OUTAGE
        for server in self.servers:
            self.comes_true(lambda at=server: self.chat(at, key).status == 503, AT_ONCE)
        while time.monotonic() < until:
            for server in self.servers:
                reply = self.chat(server, key)
                self.assertEqual((reply.status, reply.headers["retry-after"]), (503, "1"), reply.body)
                self.assertIn(says, reply.error["message"])
            time.sleep(0.1)

    def test_limits_are_exact_and_every_request_is_in_the_ledger(self):
        key = self.make("racing", "--rpm", "40")
        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda turn: self.chat(self.servers[turn % 2], key), range(120)))
        passed = {reply.headers["x-trace-id"] for reply in replies if reply.status == 200}
        self.assertEqual((len(passed), sum(reply.status == 429 for reply in replies)), (40, 80))
        self.assert_in_ledger_once(passed)
        self.assertEqual({trace for trace, _ in self.ledger()}, passed)

    def test_either_store_may_be_away_and_nothing_is_lost(self):
        key = self.make("busy", "--rpm", "1000000", "--tpm", "100000000")
        load = Load(self, self.servers, key)
        self.comes_true(lambda: len(load.replies) > 50, PATIENCE)
        self.store.stop()
        self.assert_out(key, "limits of this key cannot be checked")
        self.store.start()
        for server in self.servers:
            self.comes_true(lambda at=server: self.chat(at, key).status == 200, PATIENCE)
        self.postgres.pause()
        self.assert_out(key, "database of the keys")
        self.postgres.start()
        for server in self.servers:
            self.comes_true(lambda at=server: self.chat(at, key).status == 200, PATIENCE)
        back = len(load.replies)
        self.comes_true(lambda: len(load.replies) > back + 50, PATIENCE)
        load.stop()
        self.assertEqual({reply.status for reply in load.replies}, {200, 503})
        self.assert_in_ledger_once(load.answered())


if __name__ == "__main__":
    unittest.main()
