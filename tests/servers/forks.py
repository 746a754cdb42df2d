"""Processes of ours, forked from one that has imported the program: that is most of a start.

A fork has its own process id, session, directory, environment and log, and gets every signal, as
`python -m runtime` does. How a machine starts that is proved where a test needs no more than a
start: tests/smoke/test_power_cut.py, tests/smoke/test_wheel.py and tests/deploy.
"""

import contextlib
import ctypes
import functools
import gc
import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from runtime.embedded.child_server import inherited

ROOT = Path(__file__).parents[2]
PROGRAM = "runtime"
_IMPORTED = ("runtime.services.registry", "runtime.services.serving", "runtime.__main__")
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True)
class Start:
    """What a process is to run, and where."""

    words: Sequence[str]
    environment: Mapping[str, str]
    directory: str
    log: str
    dies_by: int
    """The signal that it gets when the process dies that started it."""


class Forked:
    """One of the processes; what the tests need of `subprocess.Popen`."""

    def __init__(self, nursery: "Nursery", pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._nursery = nursery
        self._descriptor = os.pidfd_open(pid)
        self._reaping = threading.Lock()

    def poll(self) -> int | None:
        return self._reaped(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._reaped(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(PROGRAM, timeout or 0)
        return code

    def send_signal(self, sig: int) -> None:
        """Send a signal, if it has not ended: its id is not reused before it is reaped."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _reaped(self, within: float | None) -> int | None:
        if self.returncode is None:
            ended = select.poll()
            ended.register(self._descriptor, select.POLLIN)
            if not ended.poll(None if within is None else within * 1000):
                return None
            with self._reaping:
                if self.returncode is None:
                    self.returncode = self._nursery.reap(self.pid)
                    os.close(self._descriptor)
        return self.returncode


class Nursery:
    """The process that has imported the program. It forks, reaps, and ends with this one."""

    def __init__(self) -> None:
        ours, its = socket.socketpair()
        with its:
            self.process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(its.fileno())],
                cwd=ROOT,
                env=inherited(),
                stdin=subprocess.DEVNULL,
                pass_fds=(its.fileno(),),
                start_new_session=True,
            )
        self._said = ours.makefile("rw", encoding="utf-8")
        self._speaking = threading.Lock()

    def until_ready(self) -> None:
        """Return when it has imported the program."""
        self._ask({})

    def start(self, start: Start) -> Forked:
        return Forked(self, self._ask({"start": asdict(start)}))

    def reap(self, pid: int) -> int:
        """Return the exit code of a process that has ended, as Popen does: -9 for SIGKILL."""
        return os.waitstatus_to_exitcode(self._ask({"reap": pid}))

    def _ask(self, question: object) -> int:
        with self._speaking:
            self._said.write(f"{json.dumps(question)}\n")
            self._said.flush()
            answer = self._said.readline()
        if not answer:
            raise ChildProcessError(f"the process that forks has ended: {self.process.wait()}")
        return int(answer)


@functools.cache
def nursery() -> Nursery:
    """Return the one of this test session."""
    return Nursery()


def _serve(descriptor: int) -> None:
    for name in _IMPORTED:
        importlib.import_module(name)
    threads = len([*Path("/proc/self/task").iterdir()])
    if threads > 1:
        raise SystemExit(f"to import the program starts {threads - 1} threads: no fork has them")
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=descriptor) as asked, asked.makefile("rw", encoding="utf-8") as said:
        for line in said:
            question = json.loads(line)
            answer = 0
            if "reap" in question:
                answer = os.waitpid(question["reap"], 0)[1]
            elif "start" in question:
                answer = os.fork()
                if answer == 0:
                    os.close(descriptor)  # the file of it is never used again
                    _become(Start(**question["start"]))
            said.write(f"{answer}\n")
            said.flush()


def _become(start: Start) -> None:
    """Be the process, to its end."""
    parent = os.getppid()
    ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, start.dies_by, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    os.setsid()
    os.chdir(start.directory)
    log = os.open(start.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
    os.environ.clear()
    os.environ.update(start.environment)
    time.tzset()
    sys.modules["__main__"] = program = sys.modules[f"{PROGRAM}.__main__"]
    sys.argv = [str(ROOT / PROGRAM / "__main__.py"), *start.words]
    program.main()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
