"""The operator's API over TCP."""
import gzip
import http.client
import json
import os
import re
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

from platform_server import Platform, STORIES
from trilogue_server import PATIENCE, read_all


class Operator(Platform):
    """The operator's API over TCP."""

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        text = json.dumps(body) if body is not None else None
        connection.request(method, path, text, {"Content-Type": "application/json"} | headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, json.loads(content) if content else None

    def token(self):
        with open(os.path.join(self.data, "admin.token"), encoding="ascii") as file:
            return file.read().strip()

    def sign_in(self):
        status, headers, session = self.ask("POST", "/admin/v1/session", {"token": self.token()})
        self.assertEqual(status, 200)
        return headers["Set-Cookie"].split(";")[0], session["csrf"], headers["Set-Cookie"]

    def test_nobody_gets_in_without_the_token(self):
        key = self.key("a key")
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {key['key']}"},
                        {"Cookie": "trilogue_session=wrong"}, {"Authorization": "Bearer ' OR 1=1 --"}):
            for method, path in (("GET", "/admin/v1/keys"), ("POST", "/admin/v1/keys"), ("GET", "/admin/v1/usage"),
                                 ("GET", "/admin/v1/requests"), ("GET", "/admin/v1/status"),
                                 ("POST", f"/admin/v1/keys/{key['id']}/revoke"), ("POST", "/admin/v1/link")):
                with self.subTest(path=path, headers=headers):
                    self.assertEqual(self.ask(method, path, {} if method == "POST" else None, **headers)[0], 401)
        self.assertEqual(self.chat(key).status, 200)

    def test_a_setting_that_is_not_known_is_refused(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        for path, body, field in (("keys", {"rpm": 1}, "rpm"), ("keys", {"limits": {"request_per_minute": 1}}, "limits.request_per_minute"),
                                  ("keys", {"budget": {"token": 5}}, "budget.token"), ("accounts", {"name": "a", "expires_at": 1}, "expires_at")):
            with self.subTest(field=field):
                status, _, answer = self.ask("POST", f"/admin/v1/{path}", body, **authorization)
                self.assertEqual((status, answer["error"]["param"]), (400, field))
        self.assertEqual(self.command("keys", "list")["data"], [])

    def test_a_stranger_cannot_make_the_server_hold_large_bodies(self):
        """Nor with gzip, which makes one of a few bytes."""
        self.assertEqual(self.ask("POST", "/admin/v1/session", {"token": "x" * 5000})[0], 413)
        packed = gzip.compress(b'{"token": "' + b"x" * 5000)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        connection.request("POST", "/admin/v1/session", packed, {"Content-Type": "application/json", "Content-Encoding": "gzip"})
        self.assertEqual(connection.getresponse().status, 413)
        connection.close()
        authorization = {"Authorization": f"Bearer {self.token()}"}
        self.assertEqual(self.ask("POST", "/admin/v1/keys", {"name": "x" * 2_000_000}, **authorization)[0], 413)

    def test_the_admin_token_opens_everything_and_is_no_key(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        status, _, made = self.ask("POST", "/admin/v1/keys", {"name": "by hand"}, **authorization)
        self.assertEqual(status, 201)
        self.assertEqual(self.chat(made).status, 200)
        self.assertEqual(self.chat({"key": self.token()}).status, 401)
        status, _, state = self.ask("GET", "/admin/v1/status", **authorization)
        self.assertEqual((status, state["keys_required"]), (200, True))
        self.assertEqual(sorted(model["id"] for model in state["models"]), sorted(STORIES))

    def test_a_session_changes_nothing_without_the_pages_own_word(self):
        cookie, csrf, whole = self.sign_in()
        self.assertIn("HttpOnly", whole)
        self.assertIn("SameSite=Strict", whole)
        self.assertEqual(self.ask("GET", "/admin/v1/keys", Cookie=cookie)[0], 200)
        self.assertEqual(self.ask("POST", "/admin/v1/keys", {"name": "x"}, Cookie=cookie)[0], 403)
        headers = {"Cookie": cookie, "X-Trilogue-Csrf": csrf}
        self.assertEqual(self.ask("POST", "/admin/v1/keys", {"name": "x"}, **headers)[0], 201)
        self.assertEqual(self.ask("POST", "/admin/v1/keys", {"name": "x"}, **headers, Origin="https://evil.example")[0], 403)
        self.assertEqual(self.ask("DELETE", "/admin/v1/session", **headers)[0], 204)
        self.assertEqual(self.ask("GET", "/admin/v1/keys", Cookie=cookie)[0], 401)

    def test_signing_in_never_keeps_the_session_that_the_browser_came_with(self):
        planted, _, _ = self.sign_in()
        status, headers, _ = self.ask("POST", "/admin/v1/session", {"token": self.token()}, Cookie=planted)
        self.assertEqual(status, 200)
        self.assertNotEqual(headers["Set-Cookie"].split(";")[0], planted)
        self.assertEqual(self.ask("GET", "/admin/v1/keys", Cookie=planted)[0], 401)

    def test_a_link_signs_in_once(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        path = self.ask("POST", "/admin/v1/link", {}, **authorization)[2]["path"]
        token = re.search(r"#token=(.+)$", path).group(1)
        self.assertEqual(self.ask("POST", "/admin/v1/session", {"token": token})[0], 200)
        self.assertEqual(self.ask("POST", "/admin/v1/session", {"token": token})[0], 401)

    def test_guessing_tokens_is_slowed_down(self):
        statuses = [self.ask("POST", "/admin/v1/session", {"token": f"guess {i}"})[0] for i in range(12)]
        self.assertEqual(statuses[:10], [401] * 10)
        self.assertEqual(statuses[-1], 429)

    def test_settings_that_make_no_sense_are_refused_with_their_place(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        for body, place in (({"name": ""}, "name"), ({"name": 3}, "name"), ({"tier": "gold"}, "tier"),
                            ({"limits": {"concurrency": 0}}, "limits.concurrency"),
                            ({"limits": {"requests_per_minute": "many"}}, "limits.requests_per_minute"),
                            ({"limits": []}, "limits"), ({"budget": {"tokens": -5}}, "budget.tokens"),
                            ({"budget": {"cost": 1e300}}, "budget.cost"), ({"budget": {"cost": 0}}, "budget.cost"),
                            ({"models": "plain"}, "models"), ({"models": [1]}, "models[0]"),
                            ({"expires_at": "tomorrow"}, "expires_at"), ({"name": "n" * 101}, "name")):
            with self.subTest(body=body):
                status, _, answer = self.ask("POST", "/admin/v1/keys", body, **authorization)
                self.assertEqual((status, answer["error"]["param"]), (400, place))

    def test_a_limit_can_be_changed_and_taken_away(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        key = self.key("changing", "--rpm", "1")
        self.chat(key)
        self.assertEqual(self.chat(key).status, 429)
        path = f"/admin/v1/keys/{key['id']}"
        self.assertEqual(self.ask("POST", path, {"limits": {"requests_per_minute": None}}, **authorization)[0], 200)
        self.assertEqual(self.chat(key).status, 200)
        self.assertEqual(self.ask("POST", path, {"account": "other"}, **authorization)[0], 400)

    def change_slowly(self, key, between):
        """A change of a key whose body is complete only after `between` is done; its status."""
        body = b'{"name":"renamed"}'
        head = (f"POST /admin/v1/keys/{key['id']} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                f"Authorization: Bearer {self.token()}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        with self.server.raw() as wire:
            wire.sendall(head.encode() + body[:5])
            time.sleep(0.2)  # it is let in and waits for the rest
            done = between()
            wire.sendall(body[5:])
            return int(read_all(wire).split()[1]), done

    def test_a_change_that_takes_its_time_brings_no_old_secret_back(self):
        key = self.key("rotated meanwhile")
        status, rotated = self.change_slowly(key, lambda: self.command("keys", "rotate", key["id"]))
        self.assertEqual((status, self.chat(key).status, self.chat(rotated).status), (200, 401, 200))

    def test_a_change_that_takes_its_time_brings_no_revoked_key_back(self):
        key = self.key("revoked meanwhile")
        status, _ = self.change_slowly(key, lambda: self.command("keys", "revoke", key["id"]))
        self.assertEqual((status, self.chat(key).status), (400, 401))
        self.server.stop()
        self.start()
        self.assertEqual(self.chat(key).status, 401)

    def test_changes_at_the_same_time_all_hold(self):
        authorization = {"Authorization": f"Bearer {self.token()}"}
        key = self.key("changed by many")
        place = f"/admin/v1/keys/{key['id']}"
        with ThreadPoolExecutor(3) as pool:
            for turn in range(1, 21):
                named = pool.submit(self.ask, "POST", place, {"name": f"turn {turn}"}, **authorization)
                limited = pool.submit(self.ask, "POST", place, {"limits": {"concurrency": turn}}, **authorization)
                rotated = pool.submit(self.ask, "POST", place + "/rotate", {}, **authorization).result()[2]
                self.assertEqual((named.result()[0], limited.result()[0]), (200, 200))
                now = self.ask("GET", place, **authorization)[2]
                self.assertEqual((now["name"], now["limits"]["concurrency"]), (f"turn {turn}", turn))
                self.assertEqual(self.chat(rotated).status, 200)

    def test_requests_are_listed_newest_first_and_in_pages(self):
        for _ in range(5):
            self.chat(None)
        self.settled(5)
        authorization = {"Authorization": f"Bearer {self.token()}"}
        first = self.ask("GET", "/admin/v1/requests?limit=3", **authorization)[2]
        self.assertEqual((len(first["data"]), first["has_more"]), (3, True))
        rest = self.ask("GET", f"/admin/v1/requests?limit=3&before={first['data'][-1]['number']}", **authorization)[2]
        self.assertEqual((len(rest["data"]), rest["has_more"]), (2, False))
        numbers = [row["number"] for row in first["data"] + rest["data"]]
        self.assertEqual(numbers, sorted(numbers, reverse=True))
        self.assertEqual(first["data"][0]["outcome"], "ok")

    def test_metrics_are_open_until_there_is_a_key_and_the_operators_after(self):
        self.chat(None)
        self.chat(None, model="nobody")
        status, text = self.metrics()
        self.assertEqual(status, 200)
        self.assertIn('trilogue_requests_total{api="chat",outcome="ok"} 1\n', text)
        self.assertIn('trilogue_requests_total{api="chat",outcome="invalid"} 1\n', text)
        self.assertIn('trilogue_tokens_total{kind="prompt"} 9\n', text)
        self.assertIn('trilogue_request_duration_seconds_count{api="chat"} 2\n', text)
        for line in text.splitlines():
            self.assertRegex(line, r'^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? [0-9.e+-]+)$')
        key = self.key("locks")
        self.assertEqual(self.metrics()[0], 401)
        self.assertEqual(self.metrics(f"Bearer {key['key']}")[0], 401)
        status, text = self.metrics(f"Bearer {self.token()}")
        self.assertEqual(status, 200)
        self.assertNotIn(key["key"], text)

    def metrics(self, authorization=None):
        reply = self.server.send("GET", "/metrics", headers={"Authorization": authorization})
        return reply.status, reply.body.decode()

    def test_a_key_sees_what_is_left_of_its_money(self):
        key = self.key("paid", "--cost-budget", "2.5")
        account = self.ask("GET", "/v1/accounts", Authorization=f"Bearer {key['key']}")[2]
        self.assertEqual(account, {"object": "account", "type": "prepaid", "balance": 2.5, "total_cash_balance": 2.5,
                                   "total_voucher_balance": 0})
        free = self.key("free")
        account = self.ask("GET", "/v1/accounts", Authorization=f"Bearer {free['key']}")[2]
        self.assertEqual(account["type"], "postpaid")

    def test_wrong_methods_are_405(self):
        self.assertEqual(self.ask("PUT", "/admin/v1/keys")[0], 405)
        self.assertEqual(self.ask("DELETE", "/admin/v1/usage")[0], 405)


if __name__ == "__main__":
    unittest.main()
