"""The directory of an embedded system: used by one process at a time, read by its owner alone."""

import fcntl
import json
import os
import shlex
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from runtime.clock import utc_now
from runtime.problems import Problem
from runtime.settings import CONNECTIONS

LOCK = "in-use"
"""The file that the process has locked, and that says who it is. It stays when that ends."""

_OURS = {LOCK, CONNECTIONS, "postgres", "broker", "temporal", "checkpoints", "checkpoints.key"} | {
    "gateway-clients.yaml",
    "gateway-tokens",
    "evidence",
}
_PRIVATE = 0o077
_LONGEST = 4096


@contextmanager
def held_home(directory: Path, *, emptied: bool = False) -> Iterator[None]:
    """Hold a directory for this process; `emptied`: delete what is in it, once it is held.

    The lock ends with the process, however that ends, because no child has it. Until then every
    file that this process or a server of it makes is for its owner alone, whatever the umask was.
    Raises Problem, naming the process that holds the directory, before anything is changed.
    """
    umask = os.umask(_PRIVATE)
    try:
        lock = _taken(directory, emptied=emptied)
        try:
            yield
        finally:
            os.ftruncate(lock, 0)
            os.close(lock)
    finally:
        os.umask(umask)


def _taken(directory: Path, *, emptied: bool) -> int:
    """Return the descriptor of the lock, once the directory is as it should be."""
    try:
        _make(directory)
        if emptied:
            _refuse_foreign(directory)
        lock = _locked(directory)
        _say_who(lock)
        if emptied:
            empty(directory)
        _close_to_others(directory)
    except OSError as error:
        raise Problem(
            f"cannot use {directory} as a directory of data: {error.strerror}",
            do="choose another one",
        ) from error
    return lock


def _make(directory: Path) -> None:
    if not directory.parent.exists():
        # PostgreSQL of root runs as another user, who must be able to pass.
        umask = os.umask(0o022 if os.geteuid() == 0 else _PRIVATE)
        try:
            directory.parent.mkdir(parents=True, exist_ok=True)
        finally:
            os.umask(umask)
    directory.mkdir(exist_ok=True)


def _refuse_foreign(directory: Path) -> None:
    """Raise Problem unless it is a directory of this user: a link could lead anywhere."""
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise Problem(
            f"{directory} is a link, or belongs to another user: nothing in it is deleted",
            do="remove it, or choose another one with --home",
        )


def _locked(directory: Path) -> int:
    """Return the descriptor of the locked file. Raises Problem."""
    path = directory / LOCK
    while True:
        # Closed when a server is started: it would keep the lock if it survived this process.
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        lock = os.open(path, flags, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(path, lock):
                return lock
        except BlockingIOError:
            who = _who(os.pread(lock, _LONGEST, 0))
            os.close(lock)
            raise Problem(
                f"{directory} is in use by {who}", do="end that first, or choose another directory"
            ) from None
        os.close(lock)


def _is_still(path: Path, lock: int) -> bool:
    """Return False if a person deleted the file before it was locked."""
    try:
        return os.path.samestat(path.stat(), os.fstat(lock))
    except FileNotFoundError:
        return False


def _say_who(lock: int) -> None:
    who = {
        "pid": os.getpid(),
        "command": shlex.join(["sanban", *sys.argv[1:]]),
        "since": f"{utc_now():%Y-%m-%d %H:%M:%S} UTC",
    }
    os.ftruncate(lock, 0)
    os.pwrite(lock, json.dumps(who).encode(), 0)


def _who(content: bytes) -> str:
    """Return how to name the holder; the file of one that has just begun is empty, or an old one's.

    A process id of another container is not one of ours.
    """
    try:
        said = json.loads(content)
        pid, command, since = int(said["pid"]), str(said["command"]), str(said["since"])
    except (ValueError, KeyError, TypeError):
        return "another process, which has just begun"
    if not psutil.pid_exists(pid):
        return f"another process, which has just begun or runs in another container ({command})"
    return f"process {pid} ({command}), since {since}"


def empty(directory: Path) -> None:
    """Delete what is in a directory that this process holds, but keep it held."""
    for each in directory.iterdir():
        if each.name == LOCK:
            continue
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def _close_to_others(directory: Path) -> None:
    """Close also what an earlier release left open.

    PostgreSQL has closed its own, which belongs to another user when this is root. A directory with
    other things in it was not made for this: its own rights stay as they are.
    """
    found = [*directory.iterdir()]
    if {path.name for path in found} <= _OURS:
        directory.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for path in found:
        state = path.lstat()
        is_mine = state.st_uid == os.geteuid() and not path.is_symlink()
        if path.name in _OURS - {"postgres"} and is_mine:
            path.chmod(state.st_mode & 0o700)
