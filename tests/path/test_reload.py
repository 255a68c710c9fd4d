"""SIGHUP: the configuration is read again, and nobody who is being served notices."""
import http.client
import json
import os
import pty
import signal
import ssl
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from trilogue_server import ENDLESS, HELLO, PATIENCE, PLAIN, Server, clean_environment

FIRST, SECOND = "sk-the-first-key", "sk-the-second-key"
SLOW = "started prompt=5\nopen text\n" + 'delta "tick "\nwait 50ms\n' * 40 + "close\nfinish end_of_turn\n"


class Reload(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="trilogue-reload-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.file = self.folder / "trilogue.toml"
        self.server = None

    def write(self, text):
        self.file.write_text(text, encoding="utf-8")

    def start(self, text, **settings):
        self.write(text)
        stories = {"plain": PLAIN, "slow": SLOW, "endless": ENDLESS}
        self.server = Server("--config", self.file, stories=stories, **settings)
        self.addCleanup(lambda: self.server.stop())

    def reload(self, text, says="the configuration was reloaded"):
        """The line that the log has for it."""
        self.write(text)
        return self.told(says)

    def told(self, says):
        before = len(self.server.lines)
        self.server.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for line in self.server.lines[before:]:
                if says in line:
                    return line
            time.sleep(0.01)
        self.fail("\n".join(self.server.lines))

    def chat_and_settle(self):
        """A request whose line, if it gets one, has been written: its connection has answered the next one too."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        self.addCleanup(connection.close)
        body = json.dumps({"model": "plain", "messages": HELLO})
        for request in (("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"}), ("GET", "/health")):
            connection.request(*request)
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 200)

    def status(self, key, model="plain"):
        headers = {"Authorization": f"Bearer {key}"}
        body = {"model": model, "messages": HELLO}
        return self.server.send("POST", "/v1/chat/completions", body, headers).status

    def open_stream(self, key, model):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        self.addCleanup(connection.close)
        connection.request("POST", "/v1/chat/completions",
                           json.dumps({"model": model, "messages": HELLO, "stream": True}),
                           {"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
        return connection.getresponse()

    def test_a_stream_runs_through_a_reload_that_changes_everything_around_it(self):
        self.start(f'api_keys = ["{FIRST}"]\n[aliases]\nold = "plain"\n')
        stream = self.open_stream(FIRST, "slow")
        begun = stream.read(200)
        line = self.reload(f'api_keys = ["{FIRST}", "{SECOND}"]\n[server]\ndeadline = "150ms"\n'
                           '[aliases]\nnew = "plain"\n[deadlines]\n"sl*" = "120ms"\n')
        self.assertIn('changed="api_keys server.deadline aliases deadlines"', line)
        self.assertNotIn(SECOND, "\n".join(self.server.lines))
        self.assertEqual((self.status(SECOND), self.status(SECOND, "new")), (200, 200))
        self.assertNotEqual(self.status(FIRST, "old"), 200)
        self.assertEqual(self.status(FIRST, "slow"), 503)
        whole = begun + stream.read()  # two seconds, under the limit that stood when it came
        self.assertEqual(whole.count(b'"tick "'), 40)
        self.assertTrue(whole.endswith(b"data: [DONE]\n\n"))

    def test_a_key_that_is_gone_from_the_file_is_refused_and_its_streams_end(self):
        self.start(f'api_keys = ["{FIRST}", "{SECOND}"]\n')
        stream, other = self.open_stream(SECOND, "endless"), self.open_stream(FIRST, "slow")
        stream.read(100)
        self.reload(f'api_keys = ["{FIRST}"]\n')
        self.assertIn(b"no longer valid", stream.read())
        self.assertEqual((self.status(SECOND), self.status(FIRST)), (401, 200))
        self.assertTrue(other.read().endswith(b"data: [DONE]\n\n"))
        self.reload("")
        self.assertEqual(self.server.chat().status, 401)  # the last one gone opens nothing
        self.reload(f'api_keys = ["{SECOND}"]\n')
        self.assertEqual((self.status(SECOND), self.status(FIRST)), (200, 401))

    def test_a_broken_file_changes_nothing_and_says_where_it_is_broken(self):
        self.start(f'api_keys = ["{FIRST}"]\n')
        for text, said in (('api_keys = ["sk-another-key"]\n[server]\ndeadline = "soon"\n',
                            f"{self.file}:3: server.deadline: expected a duration"),
                           ("api_keys = [", f"{self.file}:1"), ("no_such = 1\n", "there is no such setting"),
                           ('[[models]]\nname = "x"\nfile = "/no/such.gguf"\n', "does not exist: /no/such.gguf"),
                           ('[tls]\nkey = "k.pem"\n', "belong together")):
            with self.subTest(text):
                line = self.reload(text, says="nothing has changed")
                self.assertIn("level=error", line)
                self.assertIn(said, line)
                self.assertEqual((self.status(FIRST), self.server.chat().status), (200, 401))

    def test_a_folder_or_a_pipe_in_place_of_the_file_changes_nothing(self):
        self.start(f'api_keys = ["{FIRST}"]\n')
        for make, remove in ((Path.mkdir, Path.rmdir), (os.mkfifo, Path.unlink)):
            with self.subTest(make.__name__):
                self.file.unlink()
                make(self.file)
                self.assertIn("it is not a file", self.told(says="nothing has changed"))
                self.assertEqual(self.status(FIRST), 200)
                remove(self.file)
                self.write("")

    def test_what_needs_a_restart_is_named(self):
        self.start("")
        story = self.folder / "fresh.story"
        story.write_text(PLAIN, encoding="utf-8")
        text = f'[engine]\nslots = 3\n[server]\nio_threads = 2\nmax_running = 7\n[[models]]\nname = "fresh"\nfile = "{story}"\n'
        line = self.reload(text, says="at the next start only")
        self.assertIn('settings="engine.slots server.io_threads models.fresh"', line)
        self.assertEqual(self.server.chat("plain").status, 200)
        self.assertEqual(self.server.chat("fresh").status, 400)

    def test_the_environment_and_the_flags_still_win(self):
        self.start("", server_deadline="150ms")
        self.reload('[server]\ndeadline = "10m"\n')
        self.assertEqual(self.server.chat("slow").status, 503)

    def test_the_log_level_changes(self):
        self.start('log_level = "info"\n')
        self.server.chat()
        self.server.printed("msg=request")
        self.reload('log_level = "warning"\n[engine]\nslots = 2\n', says="next start")
        before = len(self.server.lines)
        self.chat_and_settle()
        self.reload('log_level = "info"\n')
        self.assertNotIn("path=/v1/chat/completions", "\n".join(self.server.lines[before:]))

    def test_a_renewed_certificate_is_shown_to_new_connections(self):
        files = [self.folder / "cert.pem", self.folder / "key.pem"]

        def renew(name):
            subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                            "-nodes", "-days", "1", "-subj", f"/CN={name}", "-keyout", files[1], "-out", files[0]],
                           check=True, capture_output=True, timeout=PATIENCE)
            return ssl.PEM_cert_to_DER_cert(files[0].read_text())

        def shown():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            connection = http.client.HTTPSConnection("127.0.0.1", self.server.port, timeout=PATIENCE, context=context)
            connection.connect()
            self.addCleanup(connection.close)
            return connection, connection.sock.getpeercert(binary_form=True)

        first = renew("first")
        text = f'[tls]\ncertificate = "{files[0]}"\nkey = "{files[1]}"\n'
        self.start(text)
        old, certificate = shown()
        self.assertEqual(certificate, first)
        second = renew("second")
        self.reload(text)
        self.assertEqual(shown()[1], second)
        old.request("GET", "/health")
        self.assertEqual(old.getresponse().status, 200)
        files[1].write_text("no key", encoding="utf-8")
        self.assertIn("TLS key", self.reload(text, says="nothing has changed"))
        self.assertEqual(shown()[1], second)

    def test_reloads_in_the_middle_of_many_requests_lose_none(self):
        self.start("")
        for turn in range(20):
            self.write(f'currency = "{"USD" if turn % 2 else "EUR"}"\n[server]\nmax_running = {100 + turn}\n')
            self.server.process.send_signal(signal.SIGHUP)
            self.assertEqual([self.server.chat().status for _ in range(10)], [200] * 10)

    def test_a_terminal_that_goes_away_stops_the_server(self):
        story = self.folder / "plain.story"
        story.write_text(PLAIN, encoding="utf-8")
        binary = os.environ.get("TRILOGUE_BINARY", Path(__file__).resolve().parents[2] / "build/release/trilogue")
        child, terminal = pty.fork()
        if child == 0:
            os.execve(binary, [str(binary), "serve", "--listen", "127.0.0.1:0", "--data", "none", "--model", f"plain={story}"],
                      clean_environment({"bundled_model": "false"}))
        seen = b""
        while b"address" not in seen:
            seen += os.read(terminal, 4096)
        os.close(terminal)  # hangs up
        until = time.monotonic() + PATIENCE
        while os.waitpid(child, os.WNOHANG) == (0, 0):
            self.assertLess(time.monotonic(), until, "it still runs")
            time.sleep(0.05)


if __name__ == "__main__":
    unittest.main()
