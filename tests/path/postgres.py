"""A PostgreSQL server for a test run: a cluster of its own in a temporary folder, on a port of its own. It ends with
the process that started it, however that ends.

    postgres.py start FILE     starts one that lives as long as whoever called this, and writes its address to FILE
    postgres.py stop FILE      stops it
"""
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PATIENCE = 60  # seconds


def programs():
    """Where Debian keeps initdb and postgres."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [shutil.which("initdb")]
    if found[-1] is None:
        raise FileNotFoundError("initdb is not there: tools/setup.sh test installs Debian's postgresql")
    return Path(found[-1]).parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent():
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)  # a fast shutdown


class Postgres:
    """Use it as a context, or stop() it. It refuses to run as root, so it runs as its own user then, or as nobody."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="trilogue-pg-")
        self.user = None
        if os.geteuid() == 0:
            names = {user.pw_name for user in pwd.getpwall()}
            self.user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            os.chown(self.folder, self.user.pw_uid, self.user.pw_gid)
        self.data, self.port, self.process = f"{self.folder}/data", free_port(), None
        self.run("initdb", "-D", self.data, "-U", "trilogue", "--auth=trust", "--no-sync", "--encoding=UTF8",
                 "--locale=C.UTF-8", stdout=subprocess.DEVNULL).wait(PATIENCE)
        self.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def run(self, program, *words, **more):
        as_user = {} if self.user is None else {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}
        return subprocess.Popen([programs() / program, *map(str, words)], cwd=self.folder, **as_user, **more)

    def start(self):
        with open(f"{self.folder}/log", "ab") as log:
            self.process = self.run("postgres", "-D", self.data, "-p", self.port, "-k", self.folder,
                                    "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200",
                                    stdout=log, stderr=log, preexec_fn=die_with_parent)
        until = time.monotonic() + PATIENCE
        while self.psql("postgres", "SELECT 1").returncode != 0:
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError("PostgreSQL does not start:\n" + Path(f"{self.folder}/log").read_text())
            time.sleep(0.05)

    def pause(self):
        """Everybody is thrown out, and nobody is let in."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)

    def _everybody(self, signal_number):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        for process in (self.process.pid, *map(int, children.split())):
            os.kill(process, signal_number)

    def hang(self):
        """It neither answers nor hangs up."""
        self._everybody(signal.SIGSTOP)

    def go_on(self):
        self._everybody(signal.SIGCONT)

    def stop(self):
        if self.process.poll() is None:
            self.pause()
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database="postgres"):
        return f"postgresql://trilogue@127.0.0.1:{self.port}/{database}"

    def psql(self, database, statement):
        return subprocess.run(["psql", "-XAtq", self.address(database), "-c", statement], timeout=PATIENCE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)

    def ask(self, database, statement):
        """Its rows as text."""
        done = self.psql(database, statement)
        if done.returncode != 0:
            raise AssertionError(done.stdout)
        return done.stdout.strip()


# ---- for a run of ctest ----

def keep(file, caller):
    """Until it is told to stop, or the caller is gone."""
    asked = []
    signal.signal(signal.SIGTERM, lambda *_: asked.append(True))
    with Postgres() as server:
        Path(file + ".new").write_text(f"{server.address()}\n{os.getpid()}\n", encoding="utf-8")
        os.replace(file + ".new", file)
        while not asked and os.path.exists(f"/proc/{caller}"):
            time.sleep(0.2)


def start(file):
    stop(file)
    caller = os.getppid()
    keeper = os.fork()
    if keeper == 0:
        os.setsid()
        quiet = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(quiet, stream)
        keep(file, caller)
        os._exit(0)
    until = time.monotonic() + PATIENCE
    while not os.path.exists(file):
        if os.waitpid(keeper, os.WNOHANG)[0] != 0 or time.monotonic() > until:
            raise AssertionError("PostgreSQL does not start")
        time.sleep(0.05)


def stop(file):
    if not os.path.exists(file):
        return
    keeper = int(Path(file).read_text(encoding="utf-8").split()[1])
    os.unlink(file)
    command = Path(f"/proc/{keeper}/cmdline")
    until = time.monotonic() + PATIENCE
    while command.exists() and b"postgres.py" in command.read_bytes() and time.monotonic() < until:
        os.kill(keeper, signal.SIGTERM)
        time.sleep(0.1)


if __name__ == "__main__":
    {"start": start, "stop": stop}[sys.argv[1]](sys.argv[2])
