"""HTTP that is broken, slow, too much, or from where it should not be."""
import json
import socket
import unittest

from trilogue_server import HELLO, PathTest, Server, PLAIN, read_all

BODY = json.dumps({"model": "plain", "messages": HELLO}).encode()


def request(*headers, body=BODY, length=None, path="/v1/chat/completions", method="POST"):
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: application/json",
             f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def status(answer):
    return int(answer.split(b" ")[1]) if answer else None


class Slow(PathTest):
    settings = {"server_header_timeout": "300ms", "server_body_timeout": "300ms", "server_idle_timeout": "300ms"}

    def test_half_a_head_and_silence_is_ended(self):
        answer = self.server.send_raw(b"POST /v1/chat/completions HTTP/1.1\r\nHost: loc")
        self.assertIn(status(answer), (None, 408))

    def test_a_head_in_drips_is_ended_on_time(self):
        with self.server.raw() as wire:
            wire.settimeout(0.05)
            ended = False
            for byte in request("X-Long: " + "y" * 10_000):
                try:
                    wire.send(bytes([byte]))
                    ended = ended or wire.recv(1000) is not None
                except socket.timeout:
                    continue
                except OSError:
                    ended = True
                if ended:
                    break
            self.assertTrue(ended)

    def test_a_body_and_silence_is_ended(self):
        answer = self.server.send_raw(request(length=len(BODY) + 100))
        self.assertIn(status(answer), (None, 400, 408))

    def test_a_connection_without_a_request_is_closed(self):
        self.assertEqual(self.server.send_raw(b""), b"")


class Broken(PathTest):
    def test_a_body_cut_off_does_no_harm(self):
        answer = self.server.send_raw(request(length=len(BODY) + 100), finish=True)
        self.assertIn(status(answer), (None, 400))

    def test_a_head_cut_off_does_no_harm(self):
        for end in (1, 10, 40, 80):
            with self.subTest(end=end):
                answer = self.server.send_raw(request()[:end], finish=True)
                self.assertIn(status(answer), (None, 400))

    def test_what_is_not_http_is_refused(self):
        for data in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 40 + b"\r\n\r\n", b"hello\r\n\r\n",
                     b"GET / HTTP/9.9\r\n\r\n", b"GET\r\n\r\n", b"\r\n" * 10_000):
            with self.subTest(data=data[:20]):
                self.assertIn(status(self.server.send_raw(data, finish=True)), (None, 400, 505))

    def test_ten_thousand_header_lines_are_refused(self):
        answer = self.server.send_raw(request(*[f"X-{i}: y" for i in range(10_000)]))
        self.assertIn(status(answer), (400, 431))

    def test_a_header_over_its_limit_is_refused(self):
        answer = self.server.send_raw(request("X-Long: " + "y" * 200_000))
        self.assertIn(status(answer), (400, 431))

    def test_a_target_over_its_limit_is_refused(self):
        answer = self.server.send_raw(request(path="/" + "y" * 100_000, method="GET", body=b""))
        self.assertIn(status(answer), (400, 414, 431))

    def test_lengths_that_contradict_each_other_are_refused(self):
        for headers in (["Content-Length: 5"], ["Transfer-Encoding: chunked"], ["Transfer-Encoding: gzip"]):
            with self.subTest(headers=headers):
                self.assertEqual(status(self.server.send_raw(request(*headers), finish=True)), 400)

    def test_a_length_that_is_no_number_is_refused(self):
        for length in ("-1", "1e3", "0x10", "99999999999999999999999", "5 5"):
            with self.subTest(length=length):
                self.assertIn(status(self.server.send_raw(request(length=length), finish=True)), (400, 413))

    def test_a_declared_body_over_64_mib_is_refused_before_it_is_sent(self):
        answer = self.server.send_raw(request(length=(64 << 20) + 1), finish=True)
        self.assertEqual(status(answer), 413)

    def test_requests_in_one_packet_are_answered_in_order(self):
        last = request("Connection: close", body=b"", method="GET", path="/health")
        answer = self.server.send_raw(request() + request(body=b"{") + last)
        self.assertEqual([int(part.split(b" ")[0]) for part in answer.split(b"HTTP/1.1 ")[1:]], [200, 400, 200])

    def test_continue_is_sent_before_the_body_is_expected(self):
        with self.server.raw() as wire:
            wire.sendall(request("Expect: 100-continue", "Connection: close", length=len(BODY), body=b""))
            self.assertTrue(wire.recv(1000).startswith(b"HTTP/1.1 100 "))
            wire.sendall(BODY)
            self.assertEqual(status(read_all(wire)), 200)

    def test_head_requests_have_no_body(self):
        answer = self.server.send_raw(b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        self.assertEqual(status(answer), 200)
        self.assertTrue(answer.endswith(b"\r\n\r\n"))


class Routes(PathTest):
    def test_a_wrong_path_is_a_404(self):
        for path in ("/", "/v1", "/v1/chat", "/v2/chat/completions", "/v1/chat/completions/x", "/../etc/passwd"):
            with self.subTest(path=path):
                self.assert_refused(self.server.send("POST", path, {}), 405 if path == "/" else 404)

    def test_a_wrong_method_is_a_405(self):
        self.assert_refused(self.server.get("/v1/chat/completions"), 405, "method_not_allowed")
        self.assert_refused(self.server.send("DELETE", "/v1/models"), 405, "method_not_allowed")

    def test_paths_are_tolerated(self):
        for path in ("/v1/chat/completions?beta=true", "//v1/chat/completions", "/v1/chat/completions/"):
            with self.subTest(path=path):
                self.assertEqual(self.server.send("POST", path, BODY).status, 200)

    def test_it_is_alive_and_ready(self):
        self.assertEqual(self.server.get("/health").status, 200)
        self.assertEqual(self.server.get("/ready").status, 200)

    def test_every_reply_carries_a_trace_of_its_own(self):
        traces = set()
        for reply in (self.server.get("/health"), self.server.get("/nothing"), self.server.chat(),
                      self.server.chat("nobody"), self.server.chat(stream=True)):
            self.assertRegex(reply.headers["x-trace-id"], "^[0-9a-f]{32}$")
            self.assertEqual(reply.headers["x-trace-id"], reply.headers["x-request-id"])
            traces.add(reply.headers["x-trace-id"])
        self.assertEqual(len(traces), 5)

    def test_the_models_are_listed(self):
        listed = self.server.get("/v1/models").json
        self.assertEqual(listed["object"], "list")
        self.assertEqual([model["id"] for model in listed["data"]], ["plain"])
        self.assertEqual(self.server.get("/v1/models/plain").json["id"], "plain")
        self.assert_refused(self.server.get("/v1/models/nobody"), 404, "not_found")


class Pages(PathTest):
    settings = {"browser_origins": "https://app.example", "browser_hosts": "llm.example"}

    def test_a_foreign_host_is_refused(self):
        for host in ("evil.example", "evil.example:8080", "127.0.0.1.evil.example", "localhost.evil.example"):
            with self.subTest(host=host):
                self.assert_refused(self.server.get("/v1/models", Host=host), 403, "permission_denied")

    def test_our_own_hosts_are_accepted(self):
        for host in ("localhost", "127.0.0.1:1", "[::1]:8080", "LOCALHOST:80", "llm.example"):
            with self.subTest(host=host):
                self.assertEqual(self.server.get("/v1/models", Host=host).status, 200)

    def test_a_page_of_another_origin_is_refused(self):
        for origin in ("https://evil.example", "null", "http://app.example", "https://app.example.evil"):
            with self.subTest(origin=origin):
                reply = self.server.send("POST", "/v1/chat/completions", BODY, {"Origin": origin})
                self.assert_refused(reply, 403, "permission_denied")
                self.assertNotIn("access-control-allow-origin", reply.headers)

    def test_a_page_of_a_configured_origin_is_answered(self):
        reply = self.server.send("POST", "/v1/chat/completions", BODY, {"Origin": "https://app.example"})
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.headers["access-control-allow-origin"], "https://app.example")

    def test_preflight_answers_the_configured_origin_only(self):
        asked = {"Access-Control-Request-Method": "POST"}
        good = self.server.send("OPTIONS", "/v1/chat/completions", headers=asked | {"Origin": "https://app.example"})
        self.assertIn(good.status, (200, 204))
        self.assertIn("POST", good.headers["access-control-allow-methods"])
        bad = self.server.send("OPTIONS", "/v1/chat/completions", headers=asked | {"Origin": "https://evil.example"})
        self.assertEqual(bad.status, 403)


class Keys(PathTest):
    settings = {"api_keys": "correct-horse"}

    def tearDown(self):
        self.assertEqual(self.server.get("/health").status, 200)

    def test_no_key_or_a_wrong_one_is_a_401(self):
        for header in ({}, {"Authorization": "Bearer wrong-horse"}, {"Authorization": "correct-horse"},
                       {"Authorization": "Basic correct-horse"}, {"Authorization": "Bearer "}):
            for method, path in (("POST", "/v1/chat/completions"), ("GET", "/v1/models"), ("POST", "/v1/token/count")):
                with self.subTest(header=header, path=path):
                    reply = self.server.send(method, path, BODY if method == "POST" else None, header)
                    self.assert_refused(reply, 401, "invalid_api_key", words="Incorrect API key provided")

    def test_the_key_opens(self):
        reply = self.server.send("POST", "/v1/chat/completions", BODY, {"Authorization": "Bearer correct-horse"})
        self.assertEqual(reply.status, 200)

    def test_keys_and_prompts_are_not_logged(self):
        with Server(stories={"plain": PLAIN}, api_keys="correct-horse", log_level="debug") as server:
            secret = {"model": "plain", "messages": [{"role": "user", "content": "my secret prompt"}]}
            for key in ("correct-horse", "battery-staple"):
                server.send("POST", "/v1/chat/completions", secret, {"Authorization": f"Bearer {key}"})
            server.printed("status=401")
            printed = "\n".join(server.lines)
        for word in ("correct-horse", "battery-staple", "secret prompt"):
            self.assertNotIn(word, printed)


if __name__ == "__main__":
    unittest.main()
