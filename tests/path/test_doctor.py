"""`trilogue doctor` on real set-ups: one that is fine, and each of the ways in which one can be wrong."""
import json
import os
import socket
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

from redis_store import Store
from trilogue_server import BINARY, ENDLESS, PATIENCE, PLAIN, Server, clean_environment, run


def certificate(folder, name, days):
    """A certificate for localhost and its key, good for so many days from now."""
    chain, key, wish = (str(folder / f"{name}.{ending}") for ending in ("crt", "key", "csr"))
    for words in (("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                   "-keyout", key, "-out", wish),
                  ("x509", "-req", "-in", wish, "-signkey", key, "-days", str(days), "-out", chain)):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    os.chmod(key, 0o600)
    return chain, key


class Doctor(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="trilogue-doctor-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.data = self.folder / "data"
        self.story = self.folder / "plain.story"
        self.story.write_text(PLAIN, encoding="utf-8")

    def doctor(self, text="", **settings):
        """What it says of each thing, as {about: (state, message)}, of a configuration file with this text."""
        file = self.folder / "trilogue.toml"
        models = "" if "[[models]]" in text else f'[[models]]\nname = "plain"\nfile = "{self.story}"\n'
        file.write_text('bundled_model = false\nlisten = "127.0.0.1:0"\n' + text + models, encoding="utf-8")
        status, printed = run("doctor", "--config", file, "--data", self.data, "--json", **settings)
        report = json.loads(printed)
        self.assertEqual(report["ok"], status == 0, printed)
        self.assertEqual(report["ok"], all(c["state"] != "wrong" for c in report["checks"]), printed)
        for check in report["checks"]:
            self.assertEqual(check["state"] != "ok", bool(check["advice"]), check)
        return {c["about"]: (c["state"], c["message"]) for c in report["checks"]}

    def assert_says(self, report, about, state, words=""):
        self.assertIn(about, report)
        self.assertEqual(report[about][0], state, report[about])
        self.assertIn(words, report[about][1])

    def serve(self, **settings):
        server = Server("--data", self.data, stories={"plain": PLAIN, "endless": ENDLESS}, **settings)
        self.addCleanup(server.stop)
        return server

    def test_a_fresh_set_up_is_fine_and_left_as_it_is(self):
        report = self.doctor()
        self.assertEqual({state for state, _ in report.values()}, {"ok"}, report)
        self.assert_says(report, "data directory", "ok", "the first start makes it")
        self.assertFalse(self.data.exists())

    def test_a_line_for_each_check_and_the_state_first(self):
        status, printed = run("doctor", "--data", self.data, bundled_model="false")
        self.assertEqual(status, 1)
        lines = printed.splitlines()
        self.assertTrue(all(line.split()[0] in ("ok", "warning", "wrong") for line in lines), printed)
        self.assertIn("There is no model to serve", printed)

    def test_a_running_server_is_asked(self):
        server = self.serve()
        connection, answer = server.open_chat("endless")
        answer.read(50)
        report = self.doctor(listen=f"127.0.0.1:{server.port}")
        connection.close()
        self.assert_says(report, "server", "ok", "plain, endless; 1 requests are running")
        self.assert_says(report, "port", "ok", "while the server runs")

    def test_a_server_that_does_not_answer_is_wrong(self):
        server = self.serve()
        os.unlink(self.data / "trilogue.sock")
        self.assert_says(self.doctor(), "server", "wrong", "holds the data directory, but is not ready")
        self.assertEqual(server.get("/health").status, 200)

    def test_a_port_that_somebody_else_has_is_wrong(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            place = f"127.0.0.1:{other.getsockname()[1]}"
            self.assert_says(self.doctor(listen=place), "port", "wrong", place.split(":")[1])

    def test_the_files_of_a_stopped_server_are_whole_until_they_are_damaged(self):
        self.serve().stop()
        report = self.doctor()
        for name in ("platform.db", "responses.db"):
            self.assert_says(report, name, "ok", "whole")
        with open(self.data / "platform.db", "r+b") as file:
            file.write(b"no database at all")
        self.assert_says(self.doctor(), "platform.db", "wrong", "platform.db")

    def test_a_page_that_was_overwritten_is_found(self):
        self.serve().stop()
        with sqlite3.connect(self.data / "responses.db") as database:
            page = database.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 0 LIMIT 1").fetchone()[0]
            size = database.execute("PRAGMA page_size").fetchone()[0]
        with open(self.data / "responses.db", "r+b") as file:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
        self.assert_says(self.doctor(), "responses.db", "wrong", "damaged")

    def test_a_token_that_others_can_read_is_wrong_and_is_not_shown(self):
        self.serve().stop()
        os.chmod(self.data / "admin.token", 0o644)
        report = self.doctor()
        self.assert_says(report, "privacy", "wrong", "admin.token is open to others")
        self.assertNotIn((self.data / "admin.token").read_text().strip(), json.dumps(report))

    def test_what_callers_wrote_is_wrong_where_others_can_read_it(self):
        self.serve(prompts_record="true").stop()
        for name in ("platform.db", "responses.db", "prompts.db"):
            os.chmod(self.data / name, 0o640)
            self.assert_says(self.doctor(), "privacy", "wrong", f"{name} is open to others")
            os.chmod(self.data / name, 0o600)
        self.assertNotIn("privacy", self.doctor())

    @unittest.skipUnless(os.geteuid() == 0, "only root gives files away")
    def test_a_file_of_another_user_is_wrong(self):
        self.serve().stop()
        os.chown(self.data / "admin.token", 65534, 65534)
        self.assert_says(self.doctor(), "owner", "wrong", "admin.token does not belong")

    def test_a_directory_that_others_write_is_wrong(self):
        self.serve().stop()
        os.chmod(self.data, 0o777)
        self.assert_says(self.doctor(), "data directory", "wrong", "others than its owner")

    def test_a_directory_that_cannot_be_written_is_wrong(self):
        self.data.mkdir()
        os.chmod(self.data, 0o555)
        command = [BINARY, "doctor", "--data", self.data, "--json"]
        if os.geteuid() == 0:  # who may write anywhere
            command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
            os.chmod(self.folder, 0o755)
        done = subprocess.run(command, env=clean_environment({}), capture_output=True, timeout=PATIENCE, check=False)
        if not done.stdout:
            self.skipTest(f"another user cannot run the program: {done.stderr.decode()}")
        self.assertEqual(done.returncode, 1)
        checks = {c["about"]: c for c in json.loads(done.stdout)["checks"]}
        self.assertEqual(checks["data directory"]["state"], "wrong")
        self.assertIn("Permission denied", checks["data directory"]["message"])

    def test_certificates(self):
        fine, soon, past = (certificate(self.folder, f"c{days}", days) for days in (90, 5, -1))
        broken = self.folder / "broken.crt"
        broken.write_text("-----BEGIN CERTIFICATE-----\nnothing\n", encoding="utf-8")
        for names, state, words in ((fine, "ok", "good for"), (soon, "warning", "expires in"),
                                    (past, "wrong", "has expired"), ((fine[0], soon[1]), "wrong", "does not belong"),
                                    ((str(broken), fine[1]), "wrong", "is not a PEM certificate"),
                                    ((fine[0], "/nowhere.key"), "wrong", "/nowhere.key"),
                                    ((fine[0], ""), "wrong", "tls.key is not set")):
            with self.subTest(words):
                report = self.doctor(tls_certificate=names[0], tls_key=names[1])
                self.assert_says(report, "TLS", state, words)

    def test_the_store_of_shared_limits(self):
        store = Store("opensesame")
        self.addCleanup(store.close)
        self.assertNotIn("limits store", self.doctor())
        self.assert_says(self.doctor(limits_store=store.address), "limits store", "ok", " answers at ")
        wrong = self.doctor(limits_store=store.address.replace("opensesame", "hunter2hunter2"))
        self.assert_says(wrong, "limits store", "wrong", "WRONGPASS")
        self.assertNotIn("hunter2", json.dumps(wrong))
        store.stop()
        self.assert_says(self.doctor(limits_store=store.address), "limits store", "wrong", "Cannot reach")

    def test_models(self):
        text = self.folder / "page.gguf"
        text.write_text("<html>not found</html>", encoding="utf-8")
        for file, words in ((self.folder / "none.gguf", "does not exist"), (text, "is not a GGUF"),
                            (self.folder, "cannot be read")):
            with self.subTest(words):
                report = self.doctor(f'[[models]]\nname = "own"\nfile = "{file}"\n')
                self.assert_says(report, "model own", "wrong", words)
        missing = self.doctor(bundled_model="true", bundled_file="/nowhere.gguf")
        self.assert_says(missing, "model (bundled)", "wrong", "is not at")
        self.assert_says(self.doctor(bundled_model="true"), "model (bundled)", "ok", "trilogue-mini.gguf")
        self.assert_says(self.doctor('[aliases]\n"a" = "nobody"\n'), "models", "wrong", "nobody")

    def test_listening_for_everybody(self):
        self.assert_says(self.doctor(listen="0.0.0.0:0"), "exposure", "wrong", "without a key")
        with_key = self.doctor(listen="0.0.0.0:0", api_keys="sk-secret-of-mine")
        self.assert_says(with_key, "exposure", "warning", "without TLS")
        self.assertNotIn("sk-secret-of-mine", json.dumps(with_key))
        files = certificate(self.folder, "fine", 90)
        safe = self.doctor(listen="0.0.0.0:0", api_keys="sk-secret-of-mine", tls_certificate=files[0], tls_key=files[1])
        self.assert_says(safe, "exposure", "ok")

    def test_a_stored_key_counts(self):
        self.assertEqual(run("keys", "create", "one", "--data", self.data)[0], 0)
        self.assert_says(self.doctor(listen="0.0.0.0:0"), "exposure", "warning", "without TLS")

    def test_too_few_open_files(self):
        self.assert_says(self.doctor(server_max_connections=10_000_000), "open files", "warning", "10000256")

    def test_a_configuration_that_cannot_be_read(self):
        self.assert_says(self.doctor("no_such_setting = 1\n"), "configuration", "wrong", "no_such_setting")
        status, printed = run("doctor", "--config", "/nowhere.toml")
        self.assertEqual(status, 1)
        self.assertRegex(printed, r"^wrong +configuration +.*/nowhere\.toml")

    def test_a_file_with_keys_that_everybody_reads(self):
        report = self.doctor('api_keys = ["sk-secret-of-mine"]\n')
        self.assert_says(report, "configuration", "warning", "everybody on this machine can read it")
        self.assertNotIn("sk-secret-of-mine", json.dumps(report))

    def test_nothing_is_kept(self):
        status, printed = run("doctor", listen="127.0.0.1:0")
        self.assertEqual(status, 0, printed)
        self.assertRegex(printed, r"(?m)^warning +data directory +none")


if __name__ == "__main__":
    unittest.main()
