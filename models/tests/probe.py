"""Runs tests/probe.cpp: a small program on top of llama.cpp, for what the server does not show."""
import json
import subprocess


class Probe:
    def __init__(self, program, model):
        self.command = [program, model]

    def ask(self, mode, items):
        text = "".join(json.dumps(item) + "\n" for item in items)
        done = subprocess.run(self.command + [mode], input=text, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]
