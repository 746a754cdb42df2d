"""`make test` runs every test there is, and says when one of them fails."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.__main__ import ROOT, TESTS, Suite, parts
from tests.fakes.waiting import until
from tests.limits import COMMAND_S

SOUND = "def test_it(): pass\n"
BROKEN = "def test_it(): assert 1 == 2\n"
EMPTY = "def helper(): pass\n"
WAITING = """
import sys, time
def test_it(capsys):
    with capsys.disabled():
        print("waits", flush=True)
    time.sleep(3600)
"""


def test_every_test_file_is_run_once() -> None:
    run = [file for part in parts() for file in part.files]

    assert sorted(run) == sorted(TESTS.rglob("test_*.py"))


async def test_a_folder_that_fails_stops_no_other_and_is_named_in_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, body in {"a/deep": SOUND, "broken": BROKEN, "empty": EMPTY, "sound": SOUND}.items():
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / "test_it.py").write_text(body)

    suite = Suite(tmp_path / "tests", tmp_path / "logs", jobs=2)
    async with asyncio.timeout(COMMAND_S):
        await suite.run()

    said = capsys.readouterr().out.splitlines()
    assert said[0] == "4 folders of tests, 2 at a time: a/deep, broken, empty, sound"
    assert not suite.passed
    assert {each.name for each in suite.ended if each.passed} == {"a/deep", "sound"}
    assert "assert 1 == 2" in (tmp_path / "logs/broken.log").read_text()
    *_, failed, last = str(suite).splitlines()
    assert failed.startswith("FAILED ")
    assert failed.endswith("broken/test_it.py::test_it - assert 1 == 2")
    [_, named] = last.split(": ")
    assert set(named.split(", ")) == {"tests/broken", "tests/empty"}


async def test_a_suite_told_to_stop_has_not_passed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / "tests" / name).mkdir(parents=True)
        (tmp_path / "tests" / name / "test_it.py").write_text(WAITING)

    suite = Suite(tmp_path / "tests", tmp_path / "logs", jobs=1)
    running = asyncio.create_task(suite.run())
    log = tmp_path / "logs/one.log"
    await until(lambda: log.exists() and "waits" in log.read_text())
    suite.stop()
    async with asyncio.timeout(COMMAND_S):
        await running

    assert not suite.passed
    assert "KeyboardInterrupt" in log.read_text()
    assert str(suite).splitlines()[-1] == "FAILED: tests/one, tests/two (not run)"


def test_two_sessions_side_by_side_never_take_the_same_port() -> None:
    one, other = ports_of("0/2"), ports_of("1/2")

    assert min(len(one), len(other)) > 1000
    assert one & other == set()


def ports_of(share: str) -> set[int]:
    program = (
        "import json, tests.conftest; from runtime.embedded import ports;"
        "print(json.dumps([*ports._PORTS]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        cwd=ROOT,
        env=os.environ | {"TEST_PORTS": share},
        stdout=subprocess.PIPE,
        timeout=COMMAND_S,
    )
    return set(json.loads(done.stdout))
