#!/usr/bin/env python3
"""How soon a stored stream goes on: a response of 10,000 events, taken up again in its middle, from a data directory.

    bench/resume.py BUILD [--rounds 200]
"""
import argparse
import http.client
import json
import os
import statistics
import tempfile
import time

from server import Server, free_port

EVENTS = 10_000


def first_event(port, path):
    """Milliseconds from the request to its first byte, on a connection that is there already."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.connect()
    begun = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read(1)
    took = (time.perf_counter() - begun) * 1000
    connection.close()
    return took


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        story = os.path.join(folder, "long.story")
        with open(story, "w", encoding="utf-8") as file:
            file.write(f'started prompt=5\nopen text\ndelta "token " times={EVENTS}\nclose\nfinish end_of_turn\n')
        port = free_port()
        here = os.path.dirname(os.path.abspath(__file__))
        server = Server(os.path.join(options.build, "trilogue"), "serve", "--config", os.path.join(here, "server.toml"),
                        "--listen", f"127.0.0.1:{port}", "--model", f"long={story}", "--data", os.path.join(folder, "data"),
                        port=port)
        with server:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            body = json.dumps({"model": "long", "input": "x"})
            connection.request("POST", "/v1/responses", body, {"Content-Type": "application/json"})
            identity = json.loads(connection.getresponse().read())["id"]
            times = [first_event(port, f"/v1/responses/{identity}?stream=true&starting_after={EVENTS // 2}")
                     for _ in range(options.rounds)]
    ordered = sorted(times)
    print(f"a stream of {EVENTS:,} events taken up in its middle: first event after {statistics.median(times):.2f} ms "
          f"(p99 {ordered[int(len(ordered) * 0.99)]:.2f} ms)")


if __name__ == "__main__":
    main()
