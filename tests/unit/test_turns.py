"""Whose turn it is in a case, and which seats of which units have something to do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.dispatch.acts import Return
from domain.case.requests.acts import AskExtension
from domain.case.suspension.acts import Suspend
from domain.case.turns import (
    Turn,
    has_open_lead,
    is_in_the_vacuum,
    seats,
    seats_of,
    turn,
    waits_for,
)
from domain.people.capacities import Capacity
from domain.planning.plans import Choice
from domain.policy.leads import OpenLead
from domain.sla.case_clocks import APPOINT
from domain.sla.clocks import Clock, Measure
from domain.vocabulary import Role, Stage, Tier
from schemas.journal import row_of
from tests.builders import case_at, plan
from tests.town import at
from tests.unit.rows.story import Story

NINE = at("2026-07-01 09:00")


@pytest.mark.parametrize(
    ("stage", "expected", "waiting"),
    [
        (Stage.RECEIVED, Turn.PLATFORM, "platform/dispatcher"),
        (Stage.DISPATCHED, Turn.UNIT, "squad/crew"),
        (Stage.SIGNED, Turn.UNIT, "squad/crew"),
        (Stage.IN_PROGRESS, Turn.UNIT, "squad/crew"),
        (Stage.RESOLVED, Turn.PLATFORM, "platform/verifier"),
        (Stage.VERIFIED, Turn.CITIZEN, "platform/hotline"),
        (Stage.REPORTED, Turn.SUPERIOR, ""),
        (Stage.MERGED, None, ""),
        (Stage.CLOSED, None, ""),
        (Stage.WITHDRAWN, None, ""),
        (Stage.ARCHIVED, None, ""),
    ],
)
def test_each_stage_waits_for_one(stage: Stage, expected: Turn | None, waiting: str) -> None:
    case = case_at(stage)

    assert turn(case) == expected
    assert waiting in {"", *seats(case)}


def test_a_verifier_waits_for_a_result_and_a_dispatcher_does_not() -> None:
    case = case_at(Stage.RESOLVED)

    assert "platform/verifier" in seats(case)
    assert "platform/dispatcher" not in seats(case)


def test_who_has_signed_first_leaves_the_turn_to_the_office() -> None:
    assert turn(case_at(Stage.VERIFIED, tier=Tier.SUPERVISE)) is Turn.OFFICE


def test_a_unit_that_returns_the_case_has_the_turn_no_more() -> None:
    story = Story()
    story.do("sign", NINE)
    story.do(Return(reason="Not ours."), NINE)
    again = Story(replace(plan(), rules=2))
    again.do("sign", NINE)
    again.do(AskExtension(hours=1, reason="Rain."), NINE)

    assert turn(story.case) in {Turn.PLATFORM, Turn.OFFICE}
    assert turn(again.case) is Turn.UNIT
    assert "office/office" in seats(again.case)


def test_what_is_suspended_waits_for_a_date() -> None:
    story = Story()
    story.do("sign", NINE)
    story.do(Suspend(reason="Frost.", measures="Warn.", until=at("2026-07-20 10:00")), NINE)

    assert turn(story.case) is None


def test_a_person_has_the_seats_of_the_roles_and_of_units_that_were_taken_over() -> None:
    given = [Capacity(Role.HANDLER, "squad"), Capacity(Role.AUXILIARY, "squad")]

    assert seats_of(given, ["old-squad"]) == ("old-squad/crew", "squad/crew")
    assert seats_of([Capacity(Role.LEADER, "office")], ["x"]) == ("office/office",)
    assert seats_of([Capacity(Role.VERIFIER, "platform")]) == ("platform/verifier",)


def test_an_open_lead_is_open_until_a_unit_has_the_case() -> None:
    received = case_at(Stage.RECEIVED)
    choosing = replace(received, plan=replace(received.plan, open_lead=OpenLead.CHOICE))

    assert has_open_lead(choosing)
    assert not has_open_lead(replace(choosing, holder="squad"))
    assert not has_open_lead(received)


def test_what_no_unit_owns_is_in_the_vacuum() -> None:
    case = case_at(Stage.SIGNED)
    why = Choice("holder", "office", "nobody owns category street-stalls")

    assert is_in_the_vacuum(replace(case, plan=replace(case.plan, choices=(why,))))
    assert not is_in_the_vacuum(case)


def test_the_row_of_a_list_has_all_of_it() -> None:
    row = row_of(case_at(Stage.RESOLVED))

    assert row.turn == "platform"
    assert row.rests is False
    assert row.vacuum is False
    assert row.open_lead is False
    assert {"platform", "platform/verifier"} <= {*row.inbox}


def test_a_person_waits_for_the_requests_that_their_roles_answer_and_for_no_others() -> None:
    story = Story()
    story.do("sign", NINE)
    story.do(AskExtension(hours=1, reason="Rain."), NINE)
    marks = {*row_of(story.case).inbox}
    head = Capacity(Role.LEADER, "head"), Capacity(Role.SUPERVISOR, "head")

    assert marks & {*waits_for((), head)}
    assert marks & {*waits_for([Role.SUPERVISOR], ())}
    assert not marks & {*waits_for((), [Capacity(Role.HANDLER, "other")])}


def test_what_the_office_has_to_appoint_is_its_turn() -> None:
    case = case_at(Stage.DISPATCHED, tier=Tier.SUPERVISE)
    clock = Clock(APPOINT, "first", NINE, timedelta(hours=4), Measure.WORKING)
    waiting = replace(case, clocks=(*case.clocks, clock))

    assert turn(case) is Turn.UNIT
    assert turn(waiting) is Turn.OFFICE
    assert "office/office" in seats(waiting)
    assert turn(replace(waiting, clocks=(clock.stopped(NINE),))) is Turn.UNIT
