"""A server with keys and a ledger, and the commands that look after it: what the tests of the platform begin with."""
import json
import os
import tempfile
import time
import unittest

from trilogue_server import ENDLESS, PATIENCE, PLAIN, Server, run

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
