"""What CONTRIBUTING.md says that a change costs is what it costs.

Each test takes what exists already, looks for its name in every file that people edit, and compares
the files found with those that the page lists.
"""

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

import schemas.events.follow_ups
from domain.policy.model import Policy
from schemas.events.inbound import INBOUND, EventFamily, InboundEvent
from schemas.packs.pack import PACK_FILES, PackFile
from tools.pages.source import ROOT

PRODUCT = (
    *("domain", "schemas", "activities", "workflows", "consumers", "store", "gateways"),
    *("console", "runtime", "tools"),
)
GENERATED = "by `make schemas`"
FOLLOW_UPS = [row for row in INBOUND.values() if row.family is EventFamily.FOLLOW_UP]

SECTIONS = [file for file in PACK_FILES if file.section]
OPTIONAL = [file for file in SECTIONS if file.optional]


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


def names_of_file(file: PackFile) -> re.Pattern[str]:
    """Its model, and its section as the checks read it from a draft."""
    return re.compile(rf"\b{file.model.__name__}\b|\bdraft\.{file.section}\b")


@pytest.mark.parametrize("file", SECTIONS, ids=lambda file: file.name)
def test_a_file_of_a_pack_is_named_where_contributors_are_sent(file: PackFile) -> None:
    section = "A new file of a policy pack"
    rooms = {*places(section), "domain/policy_checks/"}
    named = names_of_file(file)
    found = {path for path, text in edited_by_hand().items() if named.search(text)}

    assert "schemas/packs/pack.py" in found
    assert [path for path in found if not path.startswith(tuple(rooms))] == []


def test_the_list_for_a_file_of_a_pack_names_no_place_in_vain() -> None:
    for place in places("A new file of a policy pack"):
        assert (ROOT / place).exists(), place


def test_every_file_of_a_pack_becomes_a_section_of_its_own() -> None:
    sections = [file.section for file in SECTIONS]

    assert len(sections) == len(set(sections))
    assert set(sections) <= {field.name for field in fields(Policy)}


@pytest.mark.parametrize("file", OPTIONAL, ids=lambda file: file.name)
def test_a_section_that_a_pack_may_leave_out_has_a_default(file: PackFile) -> None:
    (field,) = [field for field in fields(Policy) if field.name == file.section]

    assert field.default is not MISSING
