"""What a rule asks to be said in words is said in words, through every command that asks for it."""

from dataclasses import MISSING, fields, replace
from typing import Any

import pytest

from domain.case.closing.acts import Close
from domain.case.commands import Command
from domain.case.draft import Draft, Refused
from domain.case.refusals import Refusal
from domain.case.suspension.acts import Suspend
from domain.case.validation import in_words
from domain.privacy.sealed import is_sealed, says_nothing
from domain.vocabulary import Callback, Role, Stage, Tier
from store.ciphers import new_key, seal
from tests.acts import ACTS
from tests.builders import ACTORS, LOOKUP, case_at, plan
from tests.town import at
from tests.unit.rows.story import Story

NOON, FAR = at("2026-07-01 12:00"), at("2026-07-08 12:00")
NOTHING = (".", "。。。。。。", "----------", "12", "…… ！！", " ")
NAMES = frozenset(
    {
        *("campaign", "category", "into", "lead", "number", "part", "party", "piece", "policy"),
        *("proof", "sha256", "standard", "to", "unit"),
    }
)
"""Fields that name something: they are looked up, and say nothing in words."""
GIVEN = tuple(kind for kind, (_, role) in ACTS.items() if role is not Role.ENGINE)


@pytest.mark.parametrize("text", NOTHING)
def test_what_has_neither_letter_nor_character_says_nothing_and_is_not_sealed(text: str) -> None:
    assert says_nothing(text)
    assert seal(new_key(), "7kq2m-9xa4t-bnc2w", text) == text


@pytest.mark.parametrize("text", ["好", "ok", "13800001111", "No. 7", "Да", "1a"])
def test_what_may_be_of_a_person_is_sealed(text: str) -> None:
    assert not says_nothing(text)
    assert is_sealed(seal(new_key(), "7kq2m-9xa4t-bnc2w", text))


def _texts(kind: str) -> list[str]:
    act, _ = ACTS[kind]
    return [
        field.name
        for field in fields(act)
        if field.default is MISSING
        and field.name not in NAMES
        and (type(getattr(act, field.name)) is str or field.name == "items")
    ]


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, name) for kind in GIVEN for name in _texts(kind)]
)
def test_every_text_that_a_command_requires_is_asked_for_in_words(kind: str, field: str) -> None:
    act, role = ACTS[kind]
    by = ACTORS[Role.DISPATCHER if role is Role.REPORTER else role]
    said: Any = ("Clear the drain.", "。。。。。") if field == "items" else "。。。。。"
    command = Command("one", by, replace(act, **{field: said}), LOOKUP)

    with pytest.raises(Refused, match=f"{kind} needs `{field}` in words"):
        in_words(Draft(case_at(Stage.SIGNED), command, NOON))


@pytest.mark.parametrize("measures", NOTHING)
def test_a_plan_of_marks_is_no_plan_by_whom_a_case_is_suspended(measures: str) -> None:
    story = Story()
    story.do("sign", NOON)
    act = Suspend(reason="Frost.", until=FAR, measures=measures)
    code, _ = story.refused(act, NOON, by=ACTORS[Role.LEADER])

    assert code is Refusal.MISSING_PLAN


@pytest.mark.parametrize("note", ["", "."])
def test_a_wish_to_hear_nothing_is_recorded_with_when_and_how_it_was_said(note: str) -> None:
    story = Story()
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, NOON)
    wish = Close(callback=Callback.NO_REPLY_WANTED, note=note)
    code, words = story.refused(wish, NOON, by=ACTORS[Role.HOTLINE])
    said = replace(wish, note="At noon on the telephone.")
    for role in (Role.HOTLINE, Role.SUPERVISOR):  # one person's word is not enough
        story.do(said, NOON, by=ACTORS[role])

    assert code is Refusal.REASON_NEEDED
    assert "the complaint says that a reply is wanted" in words
    assert story.case.stage is Stage.CLOSED


def test_cases_of_the_first_rules_take_marks_for_words_as_before() -> None:
    story = Story(replace(plan(tier=Tier.ASSIGN), rules=None))
    story.do("sign", NOON)
    act = Suspend(reason=".", until=FAR, measures=".")
    story.do(act, NOON, by=ACTORS[Role.LEADER])

    assert story.case.suspended_until == FAR
