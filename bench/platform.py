#!/usr/bin/env python3
"""What keys, limits, metrics and the ledger cost: a server that asks for a key with limits and keeps its ledger on disk,
against one without keys that keeps nothing.

    bench/platform.py BUILD [--seconds 3] [--rounds 7] [--without BINARY]

Both play the same story, in turn, and the ratio is taken pair by pair. The ledger cannot be switched off: without a data
directory it is in memory. `--without` names another build to compare with, one from before there was a ledger, say.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile

from server import HERE, Server, body, free_port, load, spread


def server(binary, *flags):
    port = free_port()
    return Server(binary, "serve", "--config", os.path.join(HERE, "server.toml"), "--listen", f"127.0.0.1:{port}",
                  "--model", f"bench={HERE}/stories/answer.story", *flags, port=port)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--without")
    options = parser.parse_args()
    build = os.path.abspath(options.build)
    binary = os.path.join(build, "trilogue")
    with tempfile.TemporaryDirectory() as folder:
        file, data = os.path.join(folder, "body.json"), os.path.join(folder, "data")
        with open(file, "w", encoding="utf-8") as out:
            out.write(body(False))
        made = subprocess.run([binary, "keys", "create", "bench", "--rpm", "1000000000", "--tpm", "100000000000", "--concurrency",
                               "1000000", "--data", data, "--json"], check=True, capture_output=True, text=True).stdout
        key = json.loads(made)["key"]
        off, on = server(options.without or binary), server(binary, "--data", data)
        with off, on:
            for connections in (64, 10):
                flags = ("--seconds", str(options.seconds), "--connections", str(connections), "--body", file)
                plain, guarded = [], []
                for _ in range(options.rounds):
                    plain.append(load(build, off, *flags))
                    guarded.append(load(build, on, *flags, "--header", f"Authorization: Bearer {key}"))
                ratios = [a["answers_per_s"] / b["answers_per_s"] for a, b in zip(guarded, plain)]
                more = [a["p50"] - b["p50"] for a, b in zip(guarded, plain)]
                rates = [statistics.median(run["answers_per_s"] for run in runs) for runs in (plain, guarded)]
                print(f"{connections} connections: without {rates[0]:,.0f} req/s, with {rates[1]:,.0f} req/s, ratio {spread(ratios)}, "
                      f"p50 + {spread(more, 0)} us")


if __name__ == "__main__":
    main()
