"""A worker refuses what a newer release wrote into a case, and loses nothing of it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from domain.case.commands import ENGINE
from domain.case.merging.acts import Leave
from domain.planning.plans import RULES
from schemas.case import CaseInput
from schemas.commands import CaseMessage
from schemas.newer import WrittenByNewerRelease
from tests.builders import opened, plan

SAYS_NOTHING: tuple[object, ...] = (None, "", [], {}, False)


def written(begin: CaseInput) -> Any:
    return json.loads(begin.model_dump_json())


def read(document: Any) -> CaseInput:
    return CaseInput.model_validate_json(json.dumps(document))


def of_plan() -> Any:
    return written(CaseInput(plan=plan()))


def test_a_field_of_a_newer_plan_is_refused_and_named() -> None:
    newer = of_plan()
    newer["plan"]["quiet_hours"] = "22:00-06:00"

    with pytest.raises(ValidationError, match=r"plan\.quiet_hours is of a newer release"):
        read(newer)


@pytest.mark.parametrize("place", ["complaint", "calendar", "levels", "ladders"])
def test_a_newer_field_inside_of_the_plan_is_refused_and_named(place: str) -> None:
    newer = of_plan()
    inside = newer["plan"][place]
    (inside[0] if isinstance(inside, list) else inside)["quiet_hours"] = 8

    with pytest.raises(ValidationError, match=rf"plan\.{place}\.(0\.)?quiet_hours is of a newer"):
        read(newer)


@pytest.mark.parametrize("nothing", SAYS_NOTHING)
def test_a_newer_field_that_says_nothing_is_no_matter(nothing: object) -> None:
    """A newer release writes it into the plan of every case, at every depth."""
    newer = of_plan()
    newer["quiet_hours"] = newer["plan"]["quiet_hours"] = nothing
    newer["plan"]["levels"][0]["clocks"][0]["quiet_hours"] = nothing

    assert read(newer) == CaseInput(plan=plan())


def test_rules_of_a_newer_revision_are_refused() -> None:
    newer = of_plan()
    newer["plan"]["rules"] = RULES + 1

    with pytest.raises(ValidationError, match=f"plan.rules {RULES + 1} .* is of a newer release"):
        read(newer)


def test_a_case_that_a_newer_worker_continued_is_refused_as_well() -> None:
    case = opened()
    document = written(CaseInput(case=case))
    newer_state, newer_plan, newer_rules = (json.loads(json.dumps(document)) for _ in range(3))
    newer_state["case"]["quiet_since"] = "2026-06-01T00:00:00Z"
    newer_plan["case"]["plan"]["quiet_hours"] = 8
    newer_rules["case"]["plan"]["rules"] = RULES + 1

    assert read(document).case == case
    for newer in (newer_state, newer_plan, newer_rules):
        with pytest.raises(ValidationError, match="is of a newer release"):
            read(newer)


def test_a_plan_that_is_wrong_in_another_way_is_told_as_that() -> None:
    wrong = of_plan()
    wrong["plan"]["quiet_hours"] = 8
    wrong["plan"]["tier"] = "loud"

    with pytest.raises(ValidationError) as raised:
        read(wrong)
    assert ("plan", "tier") in {each["loc"] for each in raised.value.errors()}


def test_a_message_between_cases_is_read_but_not_known() -> None:
    """Temporal's SDK drops a Signal whose reading fails: it may not."""
    message = CaseMessage(id="m", actor=ENGINE, act=Leave(case="c"))
    document = json.loads(message.model_dump_json())
    newer_field = {**document, "act": {**document["act"], "quiet": True}}
    newer_kind = {**document, "act": {"kind": "hush", "case": "c"}}

    assert CaseMessage.model_validate(document).known() == message
    assert CaseMessage.model_validate({**document, "quiet": None}).known() == message
    for newer in (newer_field, newer_kind):
        unknown = CaseMessage.model_validate_json(json.dumps(newer))
        with pytest.raises(WrittenByNewerRelease, match="act"):
            unknown.known()


def test_a_message_that_is_no_message_cannot_be_read() -> None:
    with pytest.raises(ValidationError):
        CaseMessage.model_validate({"id": "m", "actor": "?", "act": {"kind": "hush"}})


def test_a_plan_with_the_rules_of_this_release_is_read() -> None:
    assert read(written(CaseInput(plan=replace(plan(), rules=RULES)))).plan is not None
