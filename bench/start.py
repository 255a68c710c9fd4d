#!/usr/bin/env python3
"""From the start of `trilogue serve` with the bundled model to the first 200 of /ready, and what it then holds.

    bench/start.py BUILD [ROUNDS]
"""
import http.client
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time


def start_once(program):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    begun = time.perf_counter()
    process = subprocess.Popen([program, "serve", "--data", "none", "--listen", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - begun < 30:
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
                connection.request("GET", "/ready")
                if connection.getresponse().status == 200:
                    break
            except OSError:
                time.sleep(0.002)
        seconds = time.perf_counter() - begun
        with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
            resident = int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024
        return seconds, resident
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def main():
    program = os.path.join(sys.argv[1], "trilogue")
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    runs = [start_once(program) for _ in range(rounds)]
    seconds = [run[0] for run in runs]
    print(f"start to /ready, 32,768 cells  {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})")
    print(f"resident                       {max(run[1] for run in runs):.0f} MB")


if __name__ == "__main__":
    main()
