"""Starts the real server on a free port of the loopback, for one test class. Its models are stories played by the
scripted engine (docs/canon.md), or the bundled model. Knows HTTP only as far as the tests need it."""
import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("TRILOGUE_BINARY", ROOT / "build/release/trilogue"))
BUNDLED = ROOT / "models/trilogue-mini.gguf"
PATIENCE = 60  # seconds until a test gives up on a server; sanitizers are slow

HELLO = [{"role": "user", "content": "Hello!"}]
PLAIN = """
started prompt=9
open text
delta "Just"
delta " text."
close
finish end_of_turn
"""
ENDLESS = "started prompt=5\nopen text\n" + 'delta "tick "\nwait 20ms\n' * 3000 + "close\nfinish end_of_turn\n"


def clean_environment(settings):
    """Ours are settings of the server, so those of the test run must not reach it; and it keeps nothing unless a test
    says so."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRILOGUE_")}
    return inherited | {"TRILOGUE_DATA": "none"} | {f"TRILOGUE_{name.upper()}": str(value) for name, value in settings.items()}


def run(*arguments, **settings):
    """A run that is expected to end by itself: (exit status, everything it printed)."""
    done = subprocess.run([BINARY, *map(str, arguments)], env=clean_environment(settings), timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    return done.returncode, done.stdout


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def error(self):
        return self.json["error"]


class Server:
    """A running server. Use it as a context, or stop() it."""

    def __init__(self, *flags, stories=None, listen="127.0.0.1:0", **settings):
        self.folder = tempfile.TemporaryDirectory(prefix="trilogue-path-")
        self.lines, self.news = [], threading.Condition()
        flags = [*map(str, flags)]
        if stories is not None:
            settings.setdefault("bundled_model", "false")
            for name, story in stories.items():
                file = Path(self.folder.name) / f"{name}.story"
                file.write_text(story, encoding="utf-8")
                flags += ["--model", f"{name}={file}"]
        self.process = subprocess.Popen([BINARY, "serve", "--listen", listen, *flags],
                                        env=clean_environment(settings), stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, encoding="utf-8")
        self.readers = [threading.Thread(target=self._read, args=(pipe,), daemon=True)
                        for pipe in (self.process.stdout, self.process.stderr)]
        for reader in self.readers:
            reader.start()
        address = self.printed(r"address\s+https?://\S*?:(\d+)")
        self.port = int(address.group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def _read(self, pipe):
        for line in pipe:
            with self.news:
                self.lines.append(line.rstrip("\n"))
                self.news.notify_all()
        with self.news:
            self.news.notify_all()

    def printed(self, pattern):
        """The match of the first line, printed already or to come, that fits."""
        def search():
            return next((match for line in self.lines if (match := re.search(pattern, line))), None)

        with self.news:
            self.news.wait_for(lambda: search() or not any(r.is_alive() for r in self.readers), PATIENCE)
            if (match := search()) is None:
                raise AssertionError(f"nothing printed that fits {pattern!r}:\n" + "\n".join(self.lines))
            return match

    def stop(self, how=signal.SIGTERM):
        """Ends the server; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(PATIENCE)
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        self.folder.cleanup()
        return status

    # ---- requests ----

    def send(self, method, path, body=None, headers=None):
        """One request on a connection of its own. A dict becomes JSON."""
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
        sent = {"Content-Type": "application/json"} if body is not None else {}
        sent |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, {k: v for k, v in sent.items() if v is not None})
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path, **headers):
        return self.send("GET", path, headers=headers)

    def chat(self, model="plain", messages=None, **fields):
        return self.send("POST", "/v1/chat/completions",
                         {"model": model, "messages": HELLO if messages is None else messages} | fields)

    def open_post(self, path, body):
        """A request whose reply is still coming: (connection, file of the reply)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
        return connection, connection.getresponse()

    def open_chat(self, model, **fields):
        """A streamed chat whose reply is still coming."""
        return self.open_post("/v1/chat/completions", {"model": model, "messages": HELLO, "stream": True} | fields)

    def raw(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def send_raw(self, data, finish=False):
        """Bytes as they are; everything that comes back until the server closes."""
        with self.raw() as wire:
            try:
                wire.sendall(data)
                if finish:
                    wire.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # it had read enough
            return read_all(wire)


def read_all(wire):
    received = b""
    try:
        while piece := wire.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


def events_of(body):
    """The data of each server-sent event."""
    return [line[6:] for line in body.decode("utf-8").split("\n") if line.startswith("data: ")]


def gzipped(data):
    return gzip.compress(data, compresslevel=9)


class PathTest(unittest.TestCase):
    """A class of tests around one server; each test ends by proving that the server still answers."""
    stories = {"plain": PLAIN}
    flags = ()
    settings = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.flags, stories=cls.stories, **cls.settings)

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        if status != 0:
            raise AssertionError(f"the server ended with {status}:\n" + "\n".join(cls.server.lines))

    def tearDown(self):
        self.assertEqual(self.server.get("/health").status, 200, "the server no longer answers")

    def assert_refused(self, reply, status, kind=None, param=None, words=""):
        self.assertEqual(reply.status, status, reply.body[:500])
        self.assertEqual(reply.headers["content-type"], "application/json")
        self.assertEqual(set(reply.error), {"message", "type", "param", "code"})
        self.assertRegex(reply.headers["x-trace-id"], "^[0-9a-f]{32}$")
        if kind is not None:
            self.assertEqual(reply.error["type"], kind)
        if param is not None:
            self.assertEqual(reply.error["param"], param)
        self.assertIn(words, reply.error["message"])
