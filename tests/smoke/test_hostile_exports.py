"""Promise 39: neither offline verifier needs more than 256 MB, or ends in a traceback.

Both are run as programs, on files that are made to be large.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.exports import KEY
from tests.hostile_exports import ALTERED, UNREADABLE, covered, saying

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "docs" / "clients" / "python" / "verify_export.py"
MOST_KIB = 256 * 1024
LARGEST = 2 << 20
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""Runs a command and says its peak memory in KiB. A child of pytest itself would count pytest's."""


def line_of_3_gb(export: Path) -> None:
    export.write_bytes(covered().export().partition(b"\n")[0] + b"\nrow\t")
    os.truncate(export, 3 << 30)  # the rest is a hole of zeros, which costs no disk


def first_line_of_3_gb(export: Path) -> None:
    export.touch()
    os.truncate(export, 3 << 30)


def largest_body(export: Path) -> None:
    inside = b"{}," * ((LARGEST - 200) // 3)
    export.write_bytes(saying(b'{"case":"a","in":[%b{}],"seq":1,"x":1.5}' % inside))


def bodies_of_one_field_each(export: Path) -> None:
    inside = b'{"":0},' * ((LARGEST - 200) // 7)
    export.write_bytes(saying(b'{"case":"b","in":[%b{}],"seq":1}' % inside))


def long_lines(export: Path) -> None:
    first, *_ = covered().export().splitlines(keepends=True)
    with export.open("wb") as file:
        file.write(first)
        for _ in range(80):
            file.write(b"key\t" + b"QUFB" * (LARGEST // 4 - 2) + b"\n")
        for _ in range(80):
            file.write(b"from\t" + b"x" * (LARGEST - 80) + b"\t1\t" + b"0" * 64 + b"\n")


@pytest.mark.parametrize(
    "make",
    [
        line_of_3_gb,
        first_line_of_3_gb,
        largest_body,
        bodies_of_one_field_each,
        long_lines,
    ],
)
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["-m", "runtime", "audit", "verify", "EXPORT", "--key"], id="sanban"),
        pytest.param([str(PROGRAM), "EXPORT"], id="verify_export.py"),
    ],
)
def test_a_large_export_needs_little_memory(
    tmp_path: Path, make: Callable[[Path], None], words: list[str]
) -> None:
    export = tmp_path / "export.txt"
    make(export)
    line = [word.replace("EXPORT", str(export)) for word in words]

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, sys.executable, *line, str(KEY.public)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    export.unlink()

    assert "Traceback" not in done.stderr
    assert done.returncode in {ALTERED, UNREADABLE}
    assert int(done.stderr.splitlines()[-1]) < MOST_KIB
