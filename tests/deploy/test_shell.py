"""Scripts of the shell have no fault that shellcheck knows."""

import subprocess
import sysconfig
from pathlib import Path

from tests.limits import COMMAND_S
from tools.pages.source import ROOT

FIRST = (b"#!/usr/bin/env bash", b"#!/bin/bash", b"#!/bin/sh", b"#!/usr/bin/env sh")
PLACES = (".ci", "deploy", "docs", "requirements")


def scripts() -> list[Path]:
    found = (path for place in PLACES for path in (ROOT / place).rglob("*") if path.is_file())
    return sorted(path for path in found if path.read_bytes().startswith(FIRST))


def checked(*paths: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sysconfig.get_path("scripts")) / "shellcheck"
    return subprocess.run(
        [str(program), "--severity=warning", *map(str, paths)],
        check=False,
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
    )


def test_no_script_has_a_fault() -> None:
    found = scripts()
    told = checked(*found)

    assert {"build", "install", "programs"} <= {path.name for path in found}
    assert told.stdout == ""
    assert told.returncode == 0


def test_a_fault_of_a_script_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "script"
    path.write_text("#!/bin/sh\ncd /tmp/$1\nrm -rf $PLACE/*\n")

    assert checked(path).returncode == 1
