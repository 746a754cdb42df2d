"""Reads the files that a person attaches to a command at a terminal."""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from runtime.cli.local_time import town_moment
from runtime.problems import Problem

_ID = re.compile(r"[a-z][a-z0-9-]*")
"""The form of the ids of a pack, which no moment has."""


def evidence_of(value: str, zone: ZoneInfo | None = None) -> dict[str, Any]:
    """Return a file with its digest and kind; of FILE@MOMENT@RECORDER also when and by what it was
    taken. `zone`: where a moment without an offset is.

    Raises Problem for a file that cannot be read, is empty, or is not what its name says.
    """
    path, taken, recorder = Path(value), None, None
    name, at, moment = value.rpartition("@")
    if at and not path.exists():
        before, second, between = name.rpartition("@")
        if second and not Path(name).exists() and _ID.fullmatch(moment):
            name, moment, recorder = before, between, moment
        path = Path(name)
        taken = _taken(moment, zone)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Problem(f"cannot read evidence {path}: {error.strerror}") from error
    if not content:
        raise Problem(f"evidence {path} is empty", do="attach the file that shows it")
    from runtime.cli.file_kinds import kind_of  # noqa: PLC0415 - a picture library: 0.1 s

    digest = hashlib.sha256(content).hexdigest()
    found: dict[str, Any] = {"sha256": digest, "uri": path.resolve().as_uri()}
    return found | {"media_type": kind_of(path, content), "taken_at": taken, "recorder": recorder}


def _taken(moment: str, zone: ZoneInfo | None) -> datetime:
    try:
        return town_moment(moment, zone)
    except ValueError as error:
        do = "write evidence=FILE, or evidence=FILE@2026-11-30T08:00:00+08:00[@RECORDER]"
        raise Problem(f"evidence: {moment!r}, when it was taken, {error}", do=do) from None
