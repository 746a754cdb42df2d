"""Row 39: auxiliaries dissuade and record; they answer for no unit, and penalise nothing."""

from dataclasses import replace

import pytest

from domain.case.joint_work.acts import GiveTask, Report
from domain.case.parts.facts import PartState
from domain.case.permissions import PERMISSIONS
from domain.case.refusals import Refusal
from domain.planning.plans import RULES
from domain.vocabulary import Role
from tests.builders import ACTORS, PHOTO, plan
from tests.town import at
from tests.unit.rows.story import Story

AUXILIARY = ACTORS[Role.AUXILIARY]
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
REPLY = Report(part="letter-1", text="It was the rain.")


def pressed(rules: int | None = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", NINE)
    story.do("issue_letter", NINE)
    return story


def test_row_39_role_limits_an_auxiliary_does_not_answer_a_letter() -> None:
    assert Refusal.WRONG_ROLE is pressed().refused(REPLY, TEN, by=AUXILIARY)[0]


@pytest.mark.parametrize("role", [Role.HANDLER, Role.UNIT_HEAD])
def test_row_39_role_limits_a_regular_officer_answers_a_letter(role: Role) -> None:
    story = pressed()
    story.do(REPLY, TEN, by=ACTORS[role])

    assert PartState.DONE is story.part("letter-1").state


def test_row_39_role_limits_of_a_running_case_are_as_it_began() -> None:
    story = pressed(rules=None)
    story.do(REPLY, TEN, by=AUXILIARY)

    assert PartState.DONE is story.part("letter-1").state


def test_row_39_role_limits_an_auxiliary_acknowledges_and_reports_work() -> None:
    story = pressed()
    story.do("urge", NINE)
    story.do(GiveTask(unit="squad", what="Clear it."), NINE, by=ACTORS[Role.DISPATCHER])
    story.do(Report(part="urge-1", text="Seen."), TEN, by=AUXILIARY)
    story.do(Report(part="task-1", text="Cleared.", evidence=(PHOTO,)), TEN, by=AUXILIARY)

    assert PartState.REPORTED is story.part("task-1").state


def test_row_39_role_limits_leave_an_auxiliary_only_what_is_done_on_the_spot() -> None:
    """What they may do in a case: take it on, record, report, hand over a paper, say it is more."""
    may = {kind for kind, row in PERMISSIONS.items() if Role.AUXILIARY in row.roles}

    records = {"progress", "report", "add_piece", "comment"}
    assert may == records | {"sign", "resolve", "serve", "raise_tier"}
