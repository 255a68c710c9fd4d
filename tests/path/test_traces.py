"""Traces: the caller's is kept and passed on, and a collector gets what a request went through."""
import http.client
import json
import os
import re
import socket
import tempfile
import threading
import time
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from trilogue_server import HELLO, PATIENCE, PLAIN, Server

TIMED = 'wait 60ms\nstarted prompt=9 cached=4\nwait 80ms\nopen text\ndelta "a"\nwait 50ms\ndelta "b"\nclose\nfinish end_of_turn\n'
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


class Collector:
    """Takes OTLP over HTTP, or answers with `status`."""

    def __init__(self, port=0):
        self.messages, self.paths, self.headers, self.status = [], [], [], 200
        self.news = threading.Condition()
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with collector.news:
                    collector.paths.append(self.path)
                    collector.headers.append(dict(self.headers))
                    if collector.status == 200:
                        collector.messages.append(body)
                    collector.news.notify_all()
                self.send_response(collector.status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def spans(self):
        return [span for message in self.messages for resource in message["resourceSpans"]
                for scope in resource["scopeSpans"] for span in scope["spans"]]

    def wait_for(self, count):
        with self.news:
            self.news.wait_for(lambda: len(self.spans()) >= count, PATIENCE)
        return self.spans()


def attributes(span):
    return {one["key"]: next(iter(one["value"].values())) for one in span.get("attributes", [])}


class Traces(unittest.TestCase):
    def setUp(self):
        self.collector = Collector()
        self.addCleanup(self.collector.close)

    def start(self, **settings):
        settings.setdefault("otlp_endpoint", self.collector.url)
        server = Server(stories={"timed": TIMED, "plain": PLAIN}, **settings)
        self.addCleanup(server.stop)
        return server

    def post(self, server, path="/v1/chat/completions", traceparent=None, model="timed", **fields):
        body = {"model": model} | fields
        if path != "/v1/responses":
            body["messages"] = HELLO
        return server.send("POST", path, body, {"traceparent": traceparent} if traceparent else {})

    def metric(self, server, name):
        return int(re.search(rf"^{name} (\d+)$", server.get("/metrics").body.decode(), re.M).group(1))

    def wait_for_metric(self, server, name, value):
        """It is counted a moment after the collector has answered."""
        until = time.monotonic() + PATIENCE
        while self.metric(server, name) != value:
            self.assertLess(time.monotonic(), until, f"{name} is {self.metric(server, name)}")
            time.sleep(0.05)

    def test_a_request_is_a_span_with_its_parts(self):
        server = self.start(otlp_headers="api-key=abc%20def,x-team=core", otlp_service_name="models")
        reply = self.post(server, traceparent=f"00-{TRACE}-{PARENT}-01")
        self.assertEqual(reply.headers["x-trace-id"], TRACE)
        spans = {span["name"]: span for span in self.collector.wait_for(4)}
        self.assertEqual(set(spans), {"POST /v1/chat/completions", "queue", "prefill", "decode"})
        request = spans["POST /v1/chat/completions"]
        self.assertEqual((request["traceId"], request["parentSpanId"], request["kind"]), (TRACE, PARENT, 2))
        for name in ("queue", "prefill", "decode"):
            self.assertEqual((spans[name]["traceId"], spans[name]["parentSpanId"]), (TRACE, request["spanId"]))
        for span in spans.values():
            self.assertRegex(span["spanId"], "^[0-9a-f]{16}$")
            self.assertIsInstance(span["startTimeUnixNano"], str)
        self.assertEqual(len({span["spanId"] for span in spans.values()} | {PARENT}), 5)

        def times(span):
            return int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])

        queue, prefill, decode, whole = (times(spans[name]) for name in ("queue", "prefill", "decode", request["name"]))
        self.assertEqual((whole[0], queue[1], prefill[1], decode[1]), (queue[0], prefill[0], decode[0], whole[1]))
        self.assertTrue(queue[1] - queue[0] >= 60e6 and prefill[1] - prefill[0] >= 80e6 and whole[1] - whole[0] >= 190e6)
        self.assertLess(abs(whole[0] / 1e9 - time.time()), PATIENCE)
        said = attributes(request)
        self.assertEqual(said, said | {
            "http.request.method": "POST", "http.route": "/v1/chat/completions", "http.response.status_code": "200",
            "gen_ai.operation.name": "chat", "gen_ai.request.model": "timed", "gen_ai.usage.input_tokens": "9",
            "gen_ai.usage.output_tokens": "2", "gen_ai.usage.cache_read.input_tokens": "4"})
        self.assertNotIn("status", request)
        resource = self.collector.messages[0]["resourceSpans"][0]["resource"]
        self.assertEqual(attributes(resource)["service.name"], "models")
        self.assertEqual(self.collector.paths, ["/v1/traces"])
        self.assertEqual((self.collector.headers[0]["api-key"], self.collector.headers[0]["x-team"]), ("abc def", "core"))
        self.wait_for_metric(server, "trilogue_traces_exported_total", 1)

    def test_all_three_apis_and_what_runs_in_the_background(self):
        server = self.start()
        for path in ("/v1/chat/completions", "/v1/messages", "/v1/responses"):
            self.assertEqual(self.post(server, path, max_tokens=50).status if path != "/v1/responses"
                             else self.post(server, path, input="Hi").status, 200)
        self.post(server, "/v1/responses", input="Hi", background=True)
        spans = self.collector.wait_for(4 * 3 + 1 + 4)
        names = [span["name"] for span in spans]
        self.assertEqual(names.count("POST /v1/responses"), 2)
        background = next(span for span in spans if span["name"] == "background response")
        asked = [span for span in spans if span["spanId"] == background["parentSpanId"]]
        self.assertEqual([span["name"] for span in asked], ["POST /v1/responses"])

    def test_what_nobody_wants_to_see_is_not_sent(self):
        server = self.start()
        self.post(server, traceparent=f"00-{TRACE}-{PARENT}-00")
        server.get("/health")
        server.get("/v1/models")
        self.post(server, traceparent=f"00-{TRACE}-{PARENT}-01", model="plain")
        server.stop()  # sends what is there
        self.assertEqual([span["name"] for span in self.collector.spans() if span["kind"] == 2], ["POST /v1/chat/completions"])
        self.assertEqual(attributes(self.collector.spans()[0])["gen_ai.request.model"], "plain")

    def test_refusals_and_failures_are_told_apart(self):
        server = self.start(server_deadline="100ms")
        self.assertEqual(self.post(server, model="no-such").status, 400)
        self.assertEqual(self.post(server).status, 503)
        self.collector.wait_for(2)
        mistake, late = [span for span in self.collector.wait_for(2) if span["kind"] == 2]
        self.assertEqual((attributes(mistake)["http.response.status_code"], "status" in mistake), ("400", False))
        self.assertEqual((attributes(late)["error.type"], late["status"]["code"]), ("deadline", 2))

    def test_prompts_and_keys_are_in_no_span(self):
        with tempfile.TemporaryDirectory(prefix="trilogue-traces-") as folder:
            server = self.start(api_keys="sk-secret-of-mine", data=os.path.join(folder, "data"))
            body = {"model": "plain", "messages": [{"role": "user", "content": "a private matter"}]}
            server.send("POST", "/v1/chat/completions", body, {"Authorization": "Bearer sk-secret-of-mine"})
            self.collector.wait_for(4)
            sent = json.dumps(self.collector.messages)
            server.stop()
        for secret in ("private", "sk-secret", "Just", "key_"):
            self.assertNotIn(secret, sent)

    def test_a_collector_that_is_away_holds_nobody_up_and_gets_it_later(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = self.start(otlp_endpoint=f"http://127.0.0.1:{port}")
        self.assertEqual([self.post(server, model="plain").status for _ in range(5)], [200] * 5)
        server.printed("the collector of traces does not take them")
        late = Collector(port)
        self.addCleanup(late.close)
        self.assertEqual(len([span for span in late.wait_for(5 * 4) if span["kind"] == 2]), 5)
        self.assertEqual(self.metric(server, "trilogue_traces_dropped_total"), 0)

    def test_what_is_refused_is_dropped_and_what_is_not_now_is_tried_again(self):
        server = self.start()
        self.collector.status = 503
        self.post(server, model="plain")
        with self.collector.news:
            self.collector.news.wait_for(lambda: len(self.collector.paths) >= 2, PATIENCE)
        self.collector.status = 200
        self.collector.wait_for(4)
        self.collector.status = 400
        self.post(server, model="plain")
        self.wait_for_metric(server, "trilogue_traces_dropped_total", 1)
        self.assertEqual(self.metric(server, "trilogue_traces_exported_total"), 1)

    def test_a_silent_collector_bounds_what_is_kept_and_the_end_is_quick(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            server = self.start(otlp_endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}", log_level="warning")
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
            body = json.dumps({"model": "plain", "messages": HELLO})
            for _ in range(5000):
                connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
                connection.getresponse().read()
            connection.close()
            self.assertGreater(self.metric(server, "trilogue_traces_dropped_total"), 0)
            began = time.monotonic()
            self.assertEqual(server.stop(), 0)
            self.assertLess(time.monotonic() - began, PATIENCE / 4)

    def test_the_names_of_the_standard_are_known_and_ours_win(self):
        os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = self.collector.url + "/base/"
        os.environ["OTEL_SERVICE_NAME"] = "by-the-standard"
        try:
            server = Server(stories={"plain": PLAIN})
            self.addCleanup(server.stop)
        finally:
            del os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"], os.environ["OTEL_SERVICE_NAME"]
        self.post(server, model="plain")
        self.collector.wait_for(4)
        self.assertEqual(self.collector.paths[0], "/base/v1/traces")
        resource = self.collector.messages[0]["resourceSpans"][0]["resource"]
        self.assertEqual(attributes(resource)["service.name"], "by-the-standard")


if __name__ == "__main__":
    unittest.main()
