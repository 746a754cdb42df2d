"""CHANGELOG.md: what has no release yet becomes that of one."""

import re
from datetime import date

UNRELEASED = "## Unreleased\n"


class NothingToRelease(ValueError):
    """The changelog has no line that is in no release yet."""


def cut(text: str, version: str, day: date) -> str:
    """Return the changelog with a release of that day below an empty «Unreleased».

    Raises NothingToRelease.
    """
    before, heading, after = text.partition(UNRELEASED)
    if not heading or not notes(text, "Unreleased"):
        raise NothingToRelease("CHANGELOG.md: «Unreleased» says nothing; say what changes first")
    return f"{before}{UNRELEASED}\n## {version} - {day.isoformat()}\n{after}"


def notes(text: str, version: str) -> str:
    """Return what the changelog says of a release; "" where it says nothing but headings."""
    found = re.search(rf"^## {re.escape(version)}\b.*\n((?:(?!## ).*\n?)*)", text, re.MULTILINE)
    said = found.group(1).strip() if found else ""
    return said if re.search(r"^(?!#)\S", said, re.MULTILINE) else ""
