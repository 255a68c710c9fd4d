#!/usr/bin/env python3
"""What the server costs around the engine: `trilogue serve` playing stories against the bare Beast loop.

    bench/server.py BUILD [--seconds 3] [--rounds 5]

The machine's speed drifts, so the two are measured in turn and the ratio is taken pair by pair; the median is
printed with the smallest and the largest. Traffic stays on the loopback interface.
"""
import argparse
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A program that listens on `port` once it is up; stopped at the end of the with block."""

    def __init__(self, *command, port):
        self.command, self.port = command, port

    def __enter__(self):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TRILOGUE_")}
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.01)
        sys.exit(f"{self.command[0]} did not start")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))


def trilogue(build, story, *flags):
    port = free_port()
    return Server(os.path.join(build, "trilogue"), "serve", "--config", os.path.join(HERE, "server.toml"), "--listen",
                  f"127.0.0.1:{port}", "--model", f"bench={HERE}/stories/{story}.story", *flags, port=port)


def load(build, server, *flags):
    out = subprocess.run([os.path.join(build, "bench", "load"), "--port", str(server.port), *flags], check=True,
                         capture_output=True, text=True).stdout
    numbers = dict(re.findall(r"(\w+)=([\d.]+)", out))
    if float(numbers["failures"]) > 0:
        sys.exit(f"the server failed {numbers['failures']} requests: {out}")
    return {key: float(value) for key, value in numbers.items()}


def body(stream):
    text = "x" * 900
    request = {"model": "bench", "stream": stream, "messages": [{"role": "user", "content": text}]}
    return json.dumps(request).ljust(1024)


def spread(values, digits=2):
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{middle:,.{digits}f} ({low:,.{digits}f} to {high:,.{digits}f})"


def workloads():
    """Three APIs, whole and streamed, each with a body of 1 kB: (name, path, body)."""
    turn = [{"role": "user", "content": "x" * 850}]
    shapes = {
        "/v1/chat/completions": {"messages": turn},
        "/v1/messages": {"messages": turn, "max_tokens": 100},
        "/v1/responses": {"input": turn},
    }
    for path, fields in shapes.items():
        for stream in (False, True):
            request = {"model": "bench", "stream": stream} | fields
            yield f"{path}{', streamed' if stream else ''}", path, json.dumps(request).ljust(1024)


def measure_apis(build, seconds, rounds):
    """10 connections. Responses are stored, as by default: in memory, and then in a data directory."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "body.json")

        def run(server, name, path, text):
            with open(file, "w", encoding="utf-8") as body_file:
                body_file.write(text)
            flags = ("--seconds", str(seconds), "--connections", "10", "--path", path, "--body", file)
            runs = [load(build, server, *flags) for _ in range(rounds)]
            rates, p50, p99 = ([run[key] for run in runs] for key in ("answers_per_s", "p50", "p99"))
            print(f"{name:<40} {spread(rates, 0)} req/s, p50 {spread(p50, 0)} us, p99 {spread(p99, 0)} us")
            return statistics.median(rates)

        with trilogue(build, "answer") as ours:
            rates = [run(ours, *workload) for workload in workloads()]
            print(f"{'the six in equal parts':<40} {len(rates) / sum(1 / rate for rate in rates):,.0f} req/s")
        with trilogue(build, "answer", "--data", os.path.join(folder, "data")) as ours:
            for name, path, text in workloads():
                if path == "/v1/responses":
                    run(ours, f"{name}, on disk", path, text)


def measure(build, seconds, rounds):
    with tempfile.TemporaryDirectory() as folder:
        whole, streamed = os.path.join(folder, "whole.json"), os.path.join(folder, "streamed.json")
        for name, stream in ((whole, False), (streamed, True)):
            with open(name, "w", encoding="utf-8") as file:
                file.write(body(stream))
        busy = ("--seconds", str(seconds), "--connections", "64", "--body", whole)
        port = free_port()
        bare = Server(os.path.join(build, "bench", "http_baseline"), str(port), port=port)
        with bare, trilogue(build, "answer") as ours, trilogue(build, "answer", "--log-level", "info") as logging:
            base, plain, logged = [], [], []
            for _ in range(rounds):
                base.append(load(build, bare, *busy)["answers_per_s"])
                plain.append(load(build, ours, *busy)["answers_per_s"])
                logged.append(load(build, logging, *busy)["answers_per_s"])
            print(f"bare Beast loop, 1 kB, 64 connections     {spread(base, 0)} req/s")
            print(f"trilogue, scripted engine                 {spread(plain, 0)} req/s")
            print(f"trilogue, with its log line               {spread(logged, 0)} req/s")
            print(f"ratio to the bare loop                    {spread([a / b for a, b in zip(plain, base)])}")
            print(f"ratio, with its log line                  {spread([a / b for a, b in zip(logged, base)])}")
            paced = load(build, ours, "--seconds", str(seconds), "--rate", "5000", "--connections", "64", "--body", whole)
            print(f"at 5,000 req/s                            p50 {paced['p50']:.0f} us, p99 {paced['p99']:.0f} us")
        with trilogue(build, "stream") as ours:
            flags = ("--seconds", str(seconds), "--connections", "64", "--sse", "--path", "/v1/chat/completions", "--body", streamed)
            events = [load(build, ours, *flags)["events_per_s"] for _ in range(rounds)]
            print(f"streams of 64 tokens ready at once        {spread(events, 0)} events/s")
        with trilogue(build, "idle") as ours:
            before = ours.resident_kib()
            client = subprocess.Popen([os.path.join(build, "bench", "load"), "--port", str(ours.port), "--idle", "--sse",
                                       "--seconds", "12", "--connections", "10000", "--body", streamed],
                                      stdout=subprocess.PIPE, text=True)
            time.sleep(9)
            each = (ours.resident_kib() - before) / 10_000
            print(f"10,000 idle streams                       {each:.1f} KiB each  ({client.communicate()[0].split()[0]})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    build = os.path.abspath(options.build)
    measure(build, options.seconds, options.rounds)
    measure_apis(build, options.seconds, options.rounds)


if __name__ == "__main__":
    main()
