"""A Redis (Debian's redis-server, or valkey-server) of one test's own, on a socket file in a temporary folder. It ends
with the test, also when the test is killed."""
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 20


def end_with_the_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Store:
    def __init__(self, password=""):
        self.program = shutil.which("redis-server") or shutil.which("valkey-server")
        if self.program is None:
            raise RuntimeError("redis-server is not installed: tools/setup.sh test")
        self.folder = tempfile.TemporaryDirectory(prefix="trilogue-redis-")
        self.file = os.path.join(self.folder.name, "s")
        self.password = password
        self.process = None
        self.start()

    @property
    def address(self):
        return f"unix://{':' + self.password + '@' if self.password else ''}{self.file}"

    def start(self):
        words = [self.program, "--port", "0", "--unixsocket", self.file, "--save", "", "--dir", self.folder.name]
        if self.password:
            words += ["--requirepass", self.password]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, preexec_fn=end_with_the_parent)
        until = time.monotonic() + PATIENCE
        while self.say("PING")[:1] not in ("+", "-"):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("redis-server does not start")
            time.sleep(0.01)

    def stop(self):
        """Everything in it is lost."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(PATIENCE)
            self.process = None

    def close(self):
        self.stop()
        self.folder.cleanup()

    def say(self, command):
        """The beginning of its answer, "" when there is nobody."""
        with socket.socket(socket.AF_UNIX) as wire:
            wire.settimeout(PATIENCE)
            try:
                wire.connect(self.file)
                wire.sendall(command.encode() + b"\r\n")
                return wire.recv(4096).decode()
            except OSError:
                return ""
