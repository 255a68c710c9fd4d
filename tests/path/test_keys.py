"""Keys and their limits: what callers see, what strangers try, and the operator's commands beside a running server."""
import http.client
import json
import os
import stat
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from platform_server import Platform, STORIES
from trilogue_server import ENDLESS, PATIENCE, Server, run


class Keys(Platform):
    def test_the_first_key_locks_the_server_for_everybody_else(self):
        self.assertEqual(self.chat(None).status, 200)
        key = self.key("first")
        self.assertRegex(key["key"], r"^sk-tri-[A-Za-z0-9_-]{43}$")
        self.assertTrue(key["id"].startswith("key_"))
        self.assertEqual(self.chat(None).status, 401)
        self.assertEqual(self.chat(key).status, 200)

    def test_with_the_first_key_any_host_name_is_good(self):
        """A proxy hands on the name under which it was called; a page that rebinds a name has no key."""
        self.assertEqual(self.server.get("/v1/models", Host="llm.example.org").status, 403)
        key = self.key("first")
        reply = self.server.get("/v1/models", Host="llm.example.org", Authorization=f"Bearer {key['key']}")
        self.assertEqual(reply.status, 200)
        self.assertEqual(self.server.get("/v1/models", Host="llm.example.org").status, 401)

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

    def test_a_key_may_use_an_alias_that_it_was_given(self):
        self.server.stop()
        config = os.path.join(self.folder.name, "trilogue.toml")
        with open(config, "w", encoding="ascii") as file:
            file.write('[aliases]\n"claude-*" = "plain"\n')
        self.server = Server("--data", self.data, "--config", config, stories=STORIES)
        key = self.key("agent", "--allow", "claude-sonnet-4")
        used = [self.chat(key, model=name).status for name in ("claude-sonnet-4", "claude-opus-4", "plain")]
        self.assertEqual(used, [200, 403, 403])
        bearer = {"Authorization": f"Bearer {key['key']}"}
        shown = [self.server.send("GET", f"/v1/models/{name}", headers=bearer).status for name in ("claude-sonnet-4", "plain")]
        self.assertEqual(shown, [200, 404])

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

    def test_anthropics_clients_see_the_models_with_their_own_headers(self):
        key = self.key("claude")
        shown = {"x-api-key": key["key"], "anthropic-version": "2023-06-01"}
        listed = self.server.send("GET", "/v1/models?limit=1000", headers=shown)
        self.assertEqual((listed.status, {model["type"] for model in listed.json["data"]}), (200, {"model"}))
        self.assertIn("max_input_tokens", listed.json["data"][0])
        for wrong, status in (({"x-api-key": "sk-wrong-key"}, 401), ({}, 404)):
            refused = self.server.send("GET", "/v1/models/no-such", headers=shown | wrong)
            self.assertEqual((refused.status, refused.json["type"]), (status, "error"))
            self.assertIn("request-id", refused.headers)
        self.assertEqual(self.server.send("GET", "/v1/models", headers={"x-api-key": key["key"]}).status, 401)
        self.assertEqual(self.server.send("GET", "/v1/accounts", headers=shown).status, 401)

    def test_a_prompt_over_the_limit_of_a_minute_is_not_sent_again(self):
        refused = self.chat(self.key("small", "--tpm", "8"))
        self.assertEqual((refused.status, refused.headers["x-should-retry"]), (429, "false"))
        self.assertNotIn("retry-after", refused.headers)
        self.assertIn("The prompt has 9 tokens, and the limit is 8 in a minute", refused.error["message"])

    def test_null_takes_away_what_is_limited_and_nothing_else(self):
        key = self.key("bound", "--rpm", "5", "--tpm", "100", "--token-budget", "7", "--tier", "v1")
        changed = self.admin(f"/keys/{key['id']}", "POST", {"limits": None}).json
        self.assertEqual(set(changed["limits"].values()), {None})
        self.assertEqual(changed["budget"], {"tokens": 7, "cost": None})
        changed = self.admin(f"/keys/{key['id']}", "POST", {"budget": None}).json
        self.assertEqual(changed["budget"], {"tokens": None, "cost": None})
        for field in ("tier", "name"):
            refused = self.admin(f"/keys/{key['id']}", "POST", {field: None})
            self.assertEqual((refused.status, refused.error["param"]), (400, field))
            self.assertEqual(self.admin(f"/accounts/{key['account_id']}", "POST", {field: None}).status, 400)
        self.assertEqual(self.admin(f"/keys/{key['id']}").json["tier"], "v1")

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
