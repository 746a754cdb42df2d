"""A directory of data is used by one process at a time, and read by its owner alone."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime.embedded.home import LOCK, held_home
from runtime.problems import Problem
from tests.limits import COMMAND_S

ROOT = Path(__file__).parents[2]
HOLD = """
import subprocess, sys, time
from pathlib import Path
from runtime.embedded.home import held_home
with held_home(Path(sys.argv[1])):
    child = subprocess.Popen(["sleep", "600"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    print(child.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture(autouse=True)
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@contextmanager
def another_process(directory: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Let a process hold the directory; yield it and the process id of its child."""
    words = [sys.executable, "-c", HOLD, str(directory)]
    holder = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert holder.stdout is not None
    child = int(holder.stdout.readline())
    try:
        yield holder, child
    finally:
        holder.kill()
        holder.wait(COMMAND_S)
        holder.stdout.close()
        os.kill(child, signal.SIGKILL)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_second_process_is_refused_with_the_first_and_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with another_process(home) as (holder, _):
        (home / "data").write_text("kept")
        for emptied in (False, True):
            with pytest.raises(Problem) as told, held_home(home, emptied=emptied):
                pytest.fail("held twice")

            assert f"{home} is in use by process {holder.pid} (sanban " in str(told.value)
            assert " UTC" in str(told.value)
            assert (home / "data").read_text() == "kept"


def test_the_lock_ends_with_its_process_though_a_child_goes_on(tmp_path: Path) -> None:
    with another_process(tmp_path) as (holder, child):
        holder.kill()
        holder.wait(COMMAND_S)
        os.kill(child, 0)
        assert json.loads((tmp_path / LOCK).read_text())["pid"] == holder.pid  # left over

        with held_home(tmp_path):
            assert json.loads((tmp_path / LOCK).read_text())["pid"] == os.getpid()


def test_it_can_be_held_again_and_leaves_no_name_behind(tmp_path: Path) -> None:
    for _ in range(2):
        with held_home(tmp_path):
            pass
        assert (tmp_path / LOCK).read_text() == ""


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("", "another process, which has just begun"),
        ("[]", "another process, which has just begun"),
        ('{"pid": 4194305, "command": "sanban up", "since": "x"}', "or runs in another container"),
    ],
)
def test_a_holder_that_has_not_said_who_it_is(tmp_path: Path, content: str, named: str) -> None:
    with (tmp_path / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (tmp_path / LOCK).write_text(content)

        with pytest.raises(Problem, match=named), held_home(tmp_path):
            pytest.fail("held twice")


def test_it_is_emptied_but_for_the_lock(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    home = tmp_path / "home"
    (home / "postgres/data").mkdir(parents=True)
    (home / "file").touch()
    (home / "link").symlink_to(outside)

    with held_home(home, emptied=True):
        assert [each.name for each in home.iterdir()] == [LOCK]

    assert (outside / "kept").exists()


def test_nothing_is_deleted_behind_a_link(tmp_path: Path) -> None:
    """A directory of temporary files is open to all: another user may have made the name."""
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/file").touch()
    (tmp_path / "home").symlink_to(tmp_path / "precious")

    with pytest.raises(Problem, match="is a link"), held_home(tmp_path / "home", emptied=True):
        pytest.fail("held")

    assert [each.name for each in (tmp_path / "precious").iterdir()] == ["file"]


def test_what_is_made_meanwhile_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with held_home(home):
        (home / "temporal").mkdir()
        (home / "temporal/temporal.db").touch()
        assert mode(home) == (0o711 if os.geteuid() == 0 else 0o700)
        assert mode(home / "temporal") == 0o700
        assert mode(home / "temporal/temporal.db") == mode(home / LOCK) == 0o600
        subprocess.run(["touch", home / "temporal/of-a-server"], check=True)
        assert mode(home / "temporal/of-a-server") == 0o600

    (tmp_path / "after").touch()
    assert mode(tmp_path / "after") == 0o666


def test_what_an_earlier_release_left_open_is_closed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "broker").mkdir(parents=True)
    for name in ("connections.env", "gateway-tokens", "checkpoints.key"):
        (home / name).touch(0o644)
    home.chmod(0o755)

    with held_home(home):
        assert mode(home / "broker") == 0o700
        assert mode(home / "connections.env") == mode(home / "gateway-tokens") == 0o600
        assert mode(home) & 0o066 == 0


def test_a_directory_that_is_not_for_this_alone_keeps_its_rights(tmp_path: Path) -> None:
    """`--home /tmp` must not close /tmp to others."""
    tmp_path.chmod(0o777)
    (tmp_path / "of-others").touch(0o644)

    with held_home(tmp_path):
        assert mode(tmp_path) == 0o777
        assert mode(tmp_path / "of-others") == 0o644


def test_a_directory_that_cannot_be_made_is_a_problem_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(Problem, match="cannot use"), held_home(tmp_path / "file"):
        pytest.fail("held")
