"""What ends a case besides its handling: a source, a camera, a refusal, a ruling, a merge."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from domain.case.closing.acts import Close
from domain.case.closing.facts import Closed
from domain.case.commands import Lookup, OtherCase
from domain.case.dispatch.facts import Dispatched
from domain.case.refusals import Refusal
from domain.case.registration.acts import Refuse
from domain.case.requests.acts import Answer
from domain.complaints import Arrival, Place, SuperiorOrder
from domain.planning.planner import plan as planned
from domain.planning.plans import CasePlan, Similar
from domain.policy.part_rules import PartKind
from domain.vocabulary import (
    Callback,
    Channel,
    OutsideMandate,
    Role,
    Stage,
    Tier,
    Urgency,
)
from tests.acts import OTHER_CASE, SCAN
from tests.builders import ACTORS, LOOKUP, PAIR, PHOTO, case_at, give, plan_for
from tests.town import OPENED, hours
from tests.unit.rows.story import Story, only
from tests.unit.triages import NINE, TOWN, complaint, given_back, unsorted

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
ORDER = SuperiorOrder("2026-13", "city")
ORDERED = replace(ORDER, supervised=True)

# --- What a source calls settled.

SWEPT = Arrival(result="Swept.")


def arrived(**changes: Any) -> Story:
    usual: dict[str, Any] = {
        "channel": Channel.PATROL,
        "category": "garbage",
        "place": Place(grid="G01"),
        "evidence": PAIR,
        "standing": SWEPT,
        "reply_wanted": False,
    }
    return Story(planned(TOWN, complaint(**(usual | changes))), NINE)


def test_a_patrol_settles_a_simple_matter_on_the_spot_with_its_pictures() -> None:
    assert arrived().case.stage is Stage.CLOSED


def test_a_hotline_that_has_answered_a_question_closes_it() -> None:
    story = arrived(channel=Channel.HOTLINE, category="consult", evidence=())

    assert story.case.stage is Stage.CLOSED


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"channel": Channel.HOTLINE}, "what comes by hotline is seen to by a unit"),
        ({"evidence": (PHOTO, SCAN)}, "with 1 of 2 pictures"),
        ({"evidence": (PHOTO, PHOTO)}, "with 1 of 2 pictures"),
        ({"reply_wanted": True}, "and its reporter wants a reply"),
        ({"category": "road-damage"}, "in assign is not enough"),
        ({"category": "railside-hazard"}, "in supervise is not enough"),
        ({"superior": ORDER}, "only the superior writes it off"),
    ],
    ids=["hotline", "a scan", "too few", "a reporter", "assign", "supervise", "superior"],
)
def test_what_a_source_may_not_settle_goes_to_its_unit(
    changes: dict[str, object], words: str
) -> None:
    story = arrived(**changes)
    facts = [event.fact for event in story.events]
    [dispatched] = only(facts, Dispatched)

    assert story.case.stage is Stage.DISPATCHED
    assert words in dispatched.reason
    assert not only(facts, Closed)


# --- A camera's second look.


def test_what_is_supervised_is_not_closed_by_a_cameras_second_look() -> None:
    seen = complaint(channel=Channel.CAMERA, category="road-occupation", evidence=(PHOTO,))

    assert planned(TOWN, seen).recheck is not None
    assert planned(TOWN, seen, before=("a", "b")).tier is Tier.SUPERVISE
    assert planned(TOWN, seen, before=("a", "b")).recheck is None


# --- Refuse.

NOT_OURS = Refuse(because=OutsideMandate.UNLAWFUL, advice="The court.")


def test_what_was_taken_on_after_a_review_is_not_refused_again() -> None:
    """The second refusal was reviewed by nobody."""
    story = unsorted(reply_wanted=False)
    story.do(NOT_OURS, NINE)
    ours = Answer(part="refusal-1", granted=False, reason="It is ours.")
    story.do(ours, NINE, by=SUPERVISOR)
    code, _ = story.refused(NOT_OURS, NINE)

    assert code is Refusal.LIMIT_REACHED


def without_review(plan: CasePlan) -> CasePlan:
    return replace(plan, parts=tuple(p for p in plan.parts if p.kind is not PartKind.REFUSAL))


def test_what_a_unit_has_had_is_not_refused_where_nobody_reviews_it() -> None:
    new = planned(TOWN, complaint(category="road-damage"))
    story = Story(without_review(new), NINE)
    given_back(story)

    assert story.refused(NOT_OURS, NINE)[0] is Refusal.NOT_PROVIDED


def test_a_town_that_reviews_no_refusal_refuses_what_no_unit_has_had() -> None:
    story = Story(without_review(planned(TOWN, complaint(category=None))), NINE)
    story.do(NOT_OURS, NINE)

    assert story.case.stage is Stage.REFUSED


# --- A ruling that the citizen has no cause.


def test_who_handled_the_case_does_not_rule_that_the_citizen_has_no_cause() -> None:
    story = Story(plan_for(Stage.SIGNED, Tier.SUPERVISE))
    story.do("sign", OPENED)
    story.do("resolve", OPENED)
    story.do("verify", OPENED)
    story.do("verify", OPENED, by=LEADER)
    story.do(Close(callback=Callback.UNSATISFIED, note="Still there."), OPENED)
    handled = replace(LEADER, id=ACTORS[Role.HANDLER].id)
    no_cause = Answer(part="dissatisfaction-1", granted=False, reason="It was done.")
    code, _ = story.refused(no_cause, OPENED + hours(1), by=handled)
    signed, words = story.refused(no_cause, OPENED + hours(1), by=LEADER)
    story.do(no_cause, OPENED + hours(1), by=replace(LEADER, id="shao"))

    assert code is Refusal.SAME_PERSON
    assert signed is Refusal.SAME_PERSON
    assert "who verified the case" in words
    assert story.case.stage is Stage.CLOSED


# --- Merge: the end of the other case is the end of this one.


def into(tier: Tier, urgency: Urgency = Urgency.NORMAL) -> Lookup:
    return replace(
        LOOKUP, other=OtherCase(OTHER_CASE, Stage.SIGNED, tier, urgency, "street-stalls")
    )


@pytest.mark.parametrize(("own", "other"), [*product(Tier, Tier)])
def test_a_case_is_merged_into_none_of_a_lower_tier(own: Tier, other: Tier) -> None:
    """A supervised case ended with a direct one, without its two signatures."""
    case = case_at(Stage.SIGNED, tier=own)
    after = give(case, "merge", OPENED, lookup=into(other)).case

    assert (after.stage is Stage.MERGED) is (other.depth >= own.depth)


@pytest.mark.parametrize(("own", "other"), [*product(Urgency, Urgency)])
def test_a_case_is_merged_into_none_that_is_less_urgent(own: Urgency, other: Urgency) -> None:
    case = case_at(Stage.SIGNED, pinned=replace(plan_for(Stage.SIGNED), urgency=own))
    after = give(case, "merge", OPENED, lookup=into(Tier.ASSIGN, other)).case

    assert (after.stage is Stage.MERGED) is (other.rank <= own.rank)


@pytest.mark.parametrize(
    ("changes", "merged"),
    [({}, True), ({"urgency": Urgency.CRITICAL}, False), ({"superior": ORDERED}, False)],
    ids=["nothing said", "critical", "supervised by a superior"],
)
def test_what_is_only_assumed_of_a_case_without_category_stops_no_merge(
    changes: dict[str, Any], merged: bool
) -> None:
    alike = (Similar(OTHER_CASE, 90, "the same place and time"),)
    case = Story(replace(unsorted(**changes).case.plan, similar=alike), NINE).case
    lookup = into(Tier.DIRECT, Urgency.COMPLEX)
    after = give(case, "merge", NINE, lookup=lookup).case

    assert (after.stage is Stage.MERGED) is merged


def test_a_case_from_before_is_merged_as_it_was() -> None:
    case = case_at(Stage.SIGNED, pinned=replace(plan_for(Stage.SIGNED), rules=None))
    after = give(case, "merge", OPENED, lookup=into(Tier.DIRECT)).case

    assert after.stage is Stage.MERGED


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.HOTLINE])
def test_a_supervised_case_is_withdrawn_for_its_citizen_by_two_people(role: Role) -> None:
    story = Story(plan_for(Stage.SIGNED, Tier.SUPERVISE))
    story.do("withdraw", OPENED, by=ACTORS[role])
    asked = story.case.stage
    granted = Answer(part="withdrawal-1", granted=True, reason="The citizen said so.")
    story.do(granted, OPENED, by=SUPERVISOR)

    assert asked is Stage.DISPATCHED
    assert story.case.stage is Stage.WITHDRAWN
