"""Runs the real server on a free port with one model file, and asks it. Python's standard library only."""
import concurrent.futures
import http.client
import json
import os
import re
import subprocess
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
BINARY = os.environ.get("TRILOGUE_BINARY", os.path.join(HERE, "..", "build", "release", "trilogue"))
MODEL_FILE = os.path.join(HERE, "trilogue-mini.gguf")
PATIENCE = 120  # seconds
LIMIT = 700     # tokens of an answer, thinking included
POOL = "8192"   # cells: enough for what is asked at once; attention walks over all that were ever filled


class Server:
    """A running server; use it as a context."""
    def __init__(self, model_file=MODEL_FILE, binary=BINARY, model="step-3.7-flash"):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TRILOGUE_")}
        self._process = subprocess.Popen([binary, "serve", "--listen", "127.0.0.1:0", "--context", POOL], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                         env=environment | {"TRILOGUE_DATA": "none", "TRILOGUE_BUNDLED_FILE": os.path.abspath(model_file)}, encoding="utf-8")
        self.model, printed = model, []
        for line in self._process.stdout:
            printed.append(line)
            found = re.search(r"address\s+http://\S*?:(\d+)", line)
            if found:
                self._port = int(found.group(1))
                threading.Thread(target=self._process.stdout.read, daemon=True).start()  # so that its log never blocks it
                return
        raise RuntimeError("the server did not start:\n" + "".join(printed))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait(timeout=PATIENCE)

    def ask(self, request):
        """The choice of a greedy Chat Completions request: `message`, `finish_reason`."""
        body = json.dumps({"model": self.model, "temperature": 0, "max_tokens": LIMIT} | request).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request("POST", "/v1/chat/completions", body, {"Content-Type": "application/json"})
            reply = connection.getresponse()
            text = reply.read()
        finally:
            connection.close()
        if reply.status != 200:
            raise RuntimeError(f"{reply.status}: {text.decode()}\n{json.dumps(request)[:2000]}")
        return json.loads(text)["choices"][0]

    def ask_all(self, requests, at_once=4):
        with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(self.ask, requests))
