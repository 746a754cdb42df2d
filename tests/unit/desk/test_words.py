"""Every text of the pages is in both languages, and every code of the engine has a name."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from console.desk.act_groups import GROUPS
from console.desk.acts import ACTS, fields_of
from console.desk.names import table
from console.desk.navigation import ENTRIES
from console.desk.offers import kinds_for
from console.desk.pages.intake import GROUPS as INTAKE_GROUPS
from console.desk.wording import LOCALE, language_of, wording
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.turns import Turn
from domain.patrols.patrollers import PatrolFault
from domain.patrols.stops import StopState
from domain.people.roster_changes import AbsenceFault
from domain.privacy.readings import Purpose
from domain.vocabulary import Channel, Role, Stage, Supervision, Tier, Urgency
from schemas.intake import Outcome, RejectReason, Wait
from store.cases.filters import Promise
from store.intake.dead_letter_states import LetterState

DESK = LOCALE.parent
TEXT = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"')


def texts() -> set[str]:
    """The texts that templates and modules of the console ask for."""
    found = {
        text
        for page in (DESK / "templates").glob("*.html")
        for text in TEXT.findall(page.read_text(encoding="utf-8"))
    }
    for module in DESK.rglob("*.py"):
        found |= asked_in(module)
    return found | {entry.text for entry in ENTRIES}


def asked_in(module: Path) -> set[str]:
    return {
        call.args[0].value
        for call in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "words"
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_every_text_is_in_the_chinese_catalogue_and_none_is_there_in_vain() -> None:
    assert {*wording("zh").catalogue} == texts()


def test_a_text_is_in_one_catalogue_alone() -> None:
    """A second translation would win or lose by the names of the files."""
    found = Counter(
        text
        for file in (LOCALE / "zh").glob("*.yaml")
        for text in yaml.safe_load(file.read_text(encoding="utf-8"))
    )

    assert [text for text, number in found.items() if number > 1] == []


def test_a_translation_fills_in_what_its_text_does() -> None:
    filled = re.compile(r"%\(\w+\)s")
    differing = {
        text
        for text, chinese in wording("zh").catalogue.items()
        if sorted(filled.findall(text)) != sorted(filled.findall(chinese))
    }

    assert differing == set()


@pytest.mark.parametrize(
    ("of", "codes"),
    [
        ("tier", {*Tier}),
        ("stage", {*Stage}),
        ("urgency", {*Urgency}),
        ("channel", {*Channel}),
        ("role", {*Role}),
        ("supervision", {*Supervision}),
        ("part_state", {*PartState}),
        ("turn", {*Turn}),
        ("refusal", {*Refusal}),
        ("refusal_help", {*Refusal}),
        ("absence_fault", {*AbsenceFault}),
        ("patrol_fault", {*PatrolFault}),
        ("patrol_stop", {state.name.lower() for state in StopState}),
        ("act", {*ACTS}),
        ("act_group", {*GROUPS}),
        ("promise", {*Promise}),
        ("purpose", {*Purpose}),
        ("outcome", {*Outcome}),
        ("intake_group", {*INTAKE_GROUPS}),
        ("letter_state", {*LetterState}),
        ("reject_reason", {*RejectReason}),
        ("wait", {*Wait}),
    ],
)
def test_every_code_has_a_name_in_both_languages(of: str, codes: set[str]) -> None:
    names = table()[of]

    assert codes - {*names} == set()
    assert [code for code, pair in names.items() if not all(pair)] == []


def test_every_field_of_a_form_has_a_name_and_so_has_every_choice() -> None:
    fields = {each for kind in kinds_for({*Role}) for each in fields_of(kind)}

    assert {each.name for each in fields} - {*table()["field"]} == set()
    assert {code for each in fields for code in each.choices} - {*table()["choice"]} == set()


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("zh-CN,zh;q=0.9", "zh"), ("en-GB,en;q=0.9", "en"), ("fr,en;q=0.5", "en"), ("", "zh")],
)
def test_the_language_of_a_browser_is_the_first_that_the_pages_speak(
    accepted: str, language: str
) -> None:
    assert language_of(accepted) == language
