"""Starting, refusing to start, and stopping."""
import json
import os
import signal
import socket
import tempfile
import threading
import unittest
from pathlib import Path

from trilogue_server import BUNDLED, ENDLESS, PATIENCE, PLAIN, Server, run

BRIEF = "started prompt=5\nopen text\n" + 'delta "tick "\nwait 20ms\n' * 25 + "close\nfinish end_of_turn\n"


class Stops(unittest.TestCase):
    def test_each_signal_ends_an_idle_server_at_once(self):
        for how in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=how):
                server = Server(stories={"plain": PLAIN})
                with server.raw():  # an idle connection does not hold it
                    self.assertEqual(server.stop(how), 0)

    def test_sigterm_lets_a_running_stream_finish(self):
        server = Server(stories={"brief": BRIEF})
        connection, answer = server.open_chat("brief")
        answer.read(100)
        ended = []
        stopping = threading.Thread(target=lambda: ended.append(server.stop()))
        stopping.start()
        rest = answer.read()
        stopping.join()
        connection.close()
        self.assertTrue(rest.endswith(b"data: [DONE]\n\n"))
        self.assertEqual(ended, [0])

    def test_a_draining_server_takes_no_new_connection(self):
        server = Server(stories={"endless": ENDLESS, "plain": PLAIN})
        connection, answer = server.open_chat("endless")
        answer.read(100)
        server.process.send_signal(signal.SIGTERM)
        server.printed("stopping")
        self.assertTrue(any(not self.is_answered(server) for _ in range(1000)))
        answer.close()
        connection.close()
        server.process.wait(PATIENCE)  # not stop(): a second signal means at once
        self.assertEqual(server.stop(), 0)

    def is_answered(self, server):
        """One request may still slip in between the words and the deed."""
        try:
            return server.chat("plain").status == 200
        except OSError:
            return False

    def test_what_does_not_finish_in_time_is_cut(self):
        server = Server(stories={"endless": ENDLESS}, server_drain="300ms")
        connection, answer = server.open_chat("endless")
        answer.read(100)
        self.assertEqual(server.stop(), 0)
        connection.close()


class Refusals(unittest.TestCase):
    def assert_refused(self, *arguments, words, **settings):
        status, printed = run("serve", *arguments, **settings)
        self.assertIn(status, (1, 2), printed)
        self.assertIn(words, printed)
        self.assertLess(len(printed.splitlines()), 30, "one clear message, not a dump")

    def in_folder(self, name, content):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file = Path(folder.name) / name
        file.write_bytes(content)
        return file


class RefusesToStart(Refusals):
    def test_on_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            story = self.in_folder("plain.story", PLAIN.encode())
            self.assert_refused("--listen", f"127.0.0.1:{port}", "--model", f"plain={story}", words=str(port),
                                bundled_model="false")

    def test_on_a_port_in_use_and_the_next_start_shows_the_way_in(self):
        with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as taken:
            story, data = self.in_folder("plain.story", PLAIN.encode()), Path(folder) / "data"
            self.assert_refused("--listen", f"127.0.0.1:{taken.getsockname()[1]}", "--model", f"plain={story}",
                                "--data", data, words="", bundled_model="false")
            for shown in (r"/console#token=\S+", r"sign in with the admin token"):
                server = Server("--data", data, stories={"plain": PLAIN})
                self.addCleanup(server.stop)
                server.printed(shown)
                server.stop()

    def test_on_an_address_that_is_none(self):
        for address in ("nonsense", "127.0.0.1:99999", "127.0.0.1:", "300.1.1.1:80"):
            with self.subTest(address=address):
                story = self.in_folder("plain.story", PLAIN.encode())
                self.assert_refused("--listen", address, "--model", f"plain={story}", words="", bundled_model="false")

    def test_without_a_key_for_other_machines(self):
        story = self.in_folder("plain.story", PLAIN.encode())
        self.assert_refused("--listen", "0.0.0.0:0", "--model", f"plain={story}", words="key", bundled_model="false")

    def test_with_a_data_folder_that_cannot_be_written(self):
        story = self.in_folder("plain.story", PLAIN.encode())
        self.assert_refused("--data", "/proc/trilogue", "--listen", "127.0.0.1:0", "--model", f"plain={story}",
                            words="/proc/trilogue", bundled_model="false")
        file = self.in_folder("file", b"")
        self.assert_refused("--data", file, "--listen", "127.0.0.1:0", "--model", f"plain={story}", words=str(file),
                            bundled_model="false")

    def test_with_steps_too_small_for_those_who_write(self):
        story = self.in_folder("plain.story", PLAIN.encode())
        self.assert_refused("--listen", "127.0.0.1:0", "--model", f"plain={story}", words="engine.batch", bundled_model="false",
                            engine_batch="32", engine_slots="17")

    def test_with_a_model_file_that_is_not_there(self):
        self.assert_refused("--model", "mine=/nowhere/mine.gguf", words="/nowhere/mine.gguf", bundled_model="false")

    def test_with_a_story_that_is_broken(self):
        story = self.in_folder("bad.story", b"started prompt=1\nsing\n")
        self.assert_refused("--model", f"bad={story}", words="line 2", bundled_model="false")

    def test_with_a_configuration_that_is_broken(self):
        for text, word in ((b"engine = [", "c.toml:1:"), (b"[engine]\nslotz = 3\n", "slotz"), (b"[engine]\nslots = 0\n", "slots")):
            with self.subTest(text=text):
                self.assert_refused("--config", self.in_folder("c.toml", text), words=word)

    def test_with_a_setting_that_does_not_exist(self):
        self.assert_refused(words="TRILOGUE_SLOTZ", slotz=3)

    def test_with_half_of_the_tls_files(self):
        story = self.in_folder("plain.story", PLAIN.encode())
        self.assert_refused("--model", f"plain={story}", words="tls.key", bundled_model="false",
                            tls_certificate="/nowhere/cert.pem")


@unittest.skipUnless(os.environ.get("TRILOGUE_WITH_LLAMA", "1") == "1", "built without the model library")
class ModelFiles(Refusals):
    """Each broken file is refused by its name."""

    def refuse(self, content):
        file = self.in_folder("mine.gguf", content)
        self.assert_refused("--listen", "127.0.0.1:0", "--model", f"mine={file}", words="mine.gguf",
                            bundled_model="false")

    def test_broken_ggufs_are_refused(self):
        whole = BUNDLED.read_bytes()
        header_bomb = whole[:8] + (2 ** 62).to_bytes(8, "little") * 2 + whole[24:]
        for what, content in (("empty", b""), ("no gguf", b"hello" * 1000), ("magic only", b"GGUF"),
                              ("cut in the head", whole[:1000]), ("cut in the tensors", whole[:len(whole) // 2]),
                              ("counts out of range", header_bomb), ("zeros", bytes(100_000))):
            with self.subTest(file=what):
                self.refuse(content)

    def test_a_gguf_without_a_template_is_refused(self):
        whole = BUNDLED.read_bytes()
        self.assertEqual(whole.count(b"tokenizer.chat_template"), 1)
        self.refuse(whole.replace(b"tokenizer.chat_template", b"tokenizer.chat_templatz"))


class CommandLine(unittest.TestCase):
    def test_version_and_help_end_well(self):
        self.assertRegex(run("version")[1], r"\d+\.\d+\.\d+")
        for arguments in (["--help"], ["serve", "--help"], ["chat", "--help"]):
            with self.subTest(arguments=arguments):
                self.assertEqual(run(*arguments)[0], 0)

    def test_unknown_words_are_refused(self):
        for arguments in ([], ["dance"], ["serve", "--loud"], ["serve", "--slots", "many"]):
            with self.subTest(arguments=arguments):
                self.assertEqual(run(*arguments)[0], 2)

    def test_the_start_screen_gives_a_request_that_works(self):
        with Server(stories={"plain": PLAIN}) as server:
            line = server.printed(r"^\s+-d '(.*)'$")
            reply = server.send("POST", "/v1/chat/completions", json.loads(line.group(1)))
            self.assertEqual(reply.json["choices"][0]["message"]["content"], "Just text.")


if __name__ == "__main__":
    unittest.main()
