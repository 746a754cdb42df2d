"""A process that is forked (tests/servers/forks.py) ends and says what a started one does."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.limits import COMMAND_S
from tests.servers.forks import ROOT, Start, nursery

SETTINGS = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize(
    "words",
    [["--version"], ["no-such-command"], ["lint", "nowhere.json"], ["policy", "check", "."]],
    ids=" ".join,
)
def test_it_says_and_ends_as_one_that_is_started(tmp_path: Path, words: list[str]) -> None:
    log = tmp_path / "log"
    started = subprocess.run(
        [sys.executable, "-m", "runtime", *words],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=tmp_path,
        env=SETTINGS,
        timeout=COMMAND_S,
    )

    forked = nursery().start(Start(words, SETTINGS, str(tmp_path), str(log), 15))
    code = forked.wait(COMMAND_S)

    assert code == started.returncode
    assert log.read_bytes() == started.stdout
    assert forked.poll() == code


def test_it_has_the_settings_that_are_given_and_no_others(tmp_path: Path) -> None:
    nowhere = {**SETTINGS, "SANBAN_PACKS": f'["{tmp_path}/none"]'}

    log = tmp_path / "log"
    words = ["cases", "list"]
    forked = nursery().start(Start(words, nowhere, str(tmp_path), str(log), 15))

    assert forked.wait(COMMAND_S) != 0
    assert f"{tmp_path}/none" in log.read_text()
