"""Writes commands that a person can paste into a terminal to call this program again."""

import shutil
import sys
from pathlib import Path
from shlex import join, quote


def called(*words: str, home: Path | None = None) -> str:
    """Return the command line `sanban WORDS`, with SANBAN_HOME before it where `home` is given.

    The program is named as it was started, because `.venv/bin` is usually not on the PATH.
    """
    program = "sanban" if shutil.which("sanban") else sys.argv[0]
    before = f"SANBAN_HOME={quote(str(home))} " if home else ""
    return before + join((program, *words))
