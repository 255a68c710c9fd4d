#!/usr/bin/env python3
"""Tokens per second through HTTP and SSE, beside what decode_bench says of the bare loop and of the engine.

    bench/through_http.py BUILD MODEL.gguf [--threads 2] [--tokens 64] [--rounds 2]

decode_bench is stopped after each of its rows, and the server is measured in the pause: same model, threads, cells,
number of streams and way of choosing.
"""
import argparse
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import threading
import time


WAYS = {"greedy": {"temperature": 0}, "top_p 0.9": {"temperature": 0.7, "top_p": 0.9}}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stream_once(port, tokens, number, way, marks):
    """Reads one stream; notes when its first and its last token came."""
    request = {"model": "bench", "stream": True, "max_tokens": tokens, "ignore_eos": True, **WAYS[way],
               "messages": [{"role": "user", "content": f"Question {number}"}]}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("POST", "/v1/chat/completions", json.dumps(request), {"Content-Type": "application/json"})
    response = connection.getresponse()
    first = last = None
    written = 0
    for line in response:
        if not line.startswith(b"data: {"):
            continue
        count = json.loads(line[6:])["usage"]["completion_tokens"]
        if count > written:
            last, written = time.perf_counter(), count
            first = first or last
    marks.append((first, last, written))


def through_server(build, model, threads, tokens, streams, way):
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TRILOGUE_")}
    server = subprocess.Popen([os.path.join(build, "trilogue"), "serve", "--data", "none", "--listen", f"127.0.0.1:{port}", "--model",
                               f"bench={model}", "--threads", str(threads), "--slots", "32", "--context", "16384", "--log-level",
                               "error"], stdout=subprocess.PIPE, text=True, env=environment)
    try:
        while "Try it" not in server.stdout.readline():
            pass
        marks = []
        readers = [threading.Thread(target=stream_once, args=(port, tokens, i, way, marks)) for i in range(streams)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        written = sum(mark[2] for mark in marks) - streams
        return written / (max(mark[1] for mark in marks) - min(mark[0] for mark in marks))
    finally:
        server.send_signal(signal.SIGKILL)
        server.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("model")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    command = [os.path.join(options.build, "bench", "decode_bench"), options.model, str(options.threads),
               str(options.tokens), str(options.rounds)]
    bench = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    print("| streams | way | bare, tokens/s | engine, tokens/s | ratio | through HTTP and SSE, tokens/s | ratio |")
    print("|---|---|---|---|---|---|---|", flush=True)
    for line in bench.stdout:
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not cells[0].isdigit():
            continue
        streams, way, alone = int(cells[0]), cells[1], float(cells[2])
        served = ["not measured", ""]
        if way in WAYS:
            bench.send_signal(signal.SIGSTOP)
            rates = [through_server(options.build, options.model, options.threads, options.tokens, streams, way)
                     for _ in range(options.rounds)]
            bench.send_signal(signal.SIGCONT)
            rate = statistics.median(rates)
            served = [f"{rate:.0f}", f"{rate / alone:.2f}"]
        print("| " + " | ".join(cells + served) + " |", flush=True)
    bench.wait()


if __name__ == "__main__":
    main()
