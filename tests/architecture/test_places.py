"""What CONTRIBUTING.md says that a change costs is what it costs.

Each test takes what exists already, looks for its name in every file that people edit, and compares
the files found with those that the page lists.
"""

import re
from pathlib import Path

import pytest

import schemas.events.follow_ups
from schemas.events.inbound import INBOUND, EventFamily, InboundEvent
from tools.pages.source import ROOT

PRODUCT = (
    *("domain", "schemas", "activities", "workflows", "consumers", "store", "gateways"),
    *("console", "runtime", "tools"),
)
GENERATED = "by `make schemas`"
FOLLOW_UPS = [row for row in INBOUND.values() if row.family is EventFamily.FOLLOW_UP]


def edited_by_hand() -> dict[str, str]:
    """The text of every module of the product and of every page, by its path."""
    modules = [path for package in PRODUCT for path in (ROOT / package).rglob("*.py")]
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    texts = {relative(path): path.read_text(encoding="utf-8") for path in (*modules, *pages)}
    return {path: text for path, text in texts.items() if GENERATED not in text[:500]}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def places(section: str) -> set[str]:
    """The paths of files that a section of CONTRIBUTING.md lists by number."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    text = page.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return set(re.findall(r"^[0-9]\. `([^`]+)`", text, re.MULTILINE))


def names_of(row: InboundEvent) -> re.Pattern[str]:
    """Its name in the contracts, its model, and the constant that holds its type."""
    declared = vars(schemas.events.follow_ups)
    constant = next(name for name, value in declared.items() if value == row.type)
    imported = rf"follow_ups import [^#]*\b{constant}\b"
    return re.compile(rf"{re.escape(row.name)}|{row.data.__name__}\b|{imported}")


@pytest.mark.parametrize("row", FOLLOW_UPS, ids=lambda row: row.name)
def test_an_inbound_event_type_is_named_where_contributors_are_sent(row: InboundEvent) -> None:
    named = names_of(row)
    found = {path for path, text in edited_by_hand().items() if named.search(text)}

    assert found == places("A new inbound event type")


@pytest.mark.parametrize("row", FOLLOW_UPS, ids=lambda row: row.name)
def test_the_outcome_of_a_type_is_used_in_its_row_alone(row: InboundEvent) -> None:
    used = re.compile(rf"\bOutcome\.{row.done.name}\b")
    found = {path for path, text in edited_by_hand().items() if used.search(text)}

    assert found == {"schemas/events/inbound.py"}
