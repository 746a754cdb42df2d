"""A request that is taken back before it is answered, and no time that is gained by it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.closing.acts import Withdraw
from domain.case.commands import Act, Actor
from domain.case.handling.acts import Sign
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskExtension, AskReopening
from domain.case.retractions.acts import Retract
from domain.case.suspension.acts import AskSuspension
from domain.case.tiers.acts import AskTier
from domain.planning.planner import plan as planned
from domain.planning.plans import RULES
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import ACCEPT, FIRST, HOLDER, SAFE, SIGN
from domain.vocabulary import Role, Stage, Tier
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.rows.test_requests_that_lapsed import ONCE
from tests.unit.triages import NINE, TOWN, complaint, crew

TEN, ELEVEN = at("2026-07-01 10:00"), at("2026-07-01 11:00")
BACK = Retract(part="return-1", reason="It is ours after all.")
REST = AskSuspension(reason="Frost.", measures="A fence.", until=at("2026-07-20 08:00"))
DISPATCHER = ACTORS[Role.DISPATCHER]


@pytest.mark.parametrize("rules", [None, 2, RULES])
def test_a_return_that_is_taken_back_gains_no_time(rules: int | None) -> None:
    story = Story(replace(plan(), rules=rules))
    before = {clock: story.due(clock) for clock in (SIGN, FIRST, HOLDER)}
    story.do("return", TEN, by=crew(story))
    story.do(BACK, ELEVEN, by=crew(story))

    assert story.part("return-1").state is PartState.LAPSED
    assert {clock: story.due(clock) for clock in before} == before


def test_the_unit_goes_on_with_the_work() -> None:
    story = Story()
    story.do("return", TEN, by=crew(story))
    code, words = story.refused(Sign(), TEN, by=crew(story))
    story.do(BACK, TEN, by=crew(story))
    story.do("sign", TEN, by=crew(story))

    assert code is Refusal.ALREADY_ASKED
    assert "or retract it" in words
    assert story.case.stage is Stage.SIGNED


def test_the_next_return_of_the_unit_is_its_second() -> None:
    story = Story()
    story.do("return", TEN, by=crew(story))
    story.do(BACK, TEN, by=crew(story))
    story.do("return", TEN, by=crew(story))

    assert [part.kind for part in story.case.open_parts()] == [PartKind.RULING]


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        (DISPATCHER, Refusal.NOT_YOUR_PART),
        (Actor("qin", Role.HANDLER, "water"), Refusal.NOT_READABLE),
    ],
    ids=["who answers it", "another unit"],
)
def test_no_other_takes_it_back(by: Actor, refusal: Refusal) -> None:
    story = Story()
    story.do("return", TEN, by=crew(story))

    assert story.refused(BACK, TEN, by=by)[0] is refusal


@pytest.mark.parametrize(
    ("ask", "part"),
    [
        (AskExtension(hours=8, reason="Rain."), "extension"),
        (REST, "suspension"),
        (AskTier(to=Tier.SUPERVISE, reason="Too large."), "tier_change"),
    ],
    ids=["extension", "suspension", "tier change"],
)
def test_each_request_of_a_unit_is_taken_back_and_may_be_asked_for_again(
    ask: Act, part: str
) -> None:
    story = Story(plan(parts=ONCE))
    story.do("sign", TEN, by=crew(story))
    due = story.due(HOLDER)
    story.do(ask, TEN, by=crew(story))
    story.do(Retract(part=f"{part}-1", reason="Not needed."), TEN, by=crew(story))
    story.do(ask, TEN, by=crew(story))

    assert story.due(HOLDER) == due
    assert story.part(f"{part}-2").is_open


def test_who_asked_for_a_withdrawal_takes_it_back_and_no_colleague_does() -> None:
    story = Story()
    story.do(Withdraw(reason="He called."), TEN, by=DISPATCHER)
    back = Retract(part="withdrawal-1", reason="Another case was meant.")
    code, _ = story.refused(back, TEN, by=replace(DISPATCHER, id="bo"))
    story.do(back, TEN, by=DISPATCHER)

    assert code is Refusal.NOT_YOUR_PART
    assert story.part("withdrawal-1").state is PartState.LAPSED


def test_what_is_answered_is_not_taken_back() -> None:
    story = Story()
    story.do("return", TEN, by=crew(story))
    story.do(Answer(part="return-1", granted=False, reason="Yours."), TEN, by=DISPATCHER)

    assert story.refused(BACK, TEN, by=crew(story))[0] is Refusal.NO_SUCH_PART


def test_what_a_citizen_has_asked_for_is_not_taken_back_by_the_town() -> None:
    story = Story()
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, TEN)
    story.do(AskReopening(reason="They are back."), TEN, by=DISPATCHER)
    back = Retract(part="reopening-1", reason="He means it not.")

    assert story.refused(back, TEN, by=DISPATCHER)[0] is Refusal.WRONG_STEP


@pytest.mark.parametrize("late", [False, True])
def test_a_danger_is_as_old_for_the_next_unit_unless_its_time_was_missed(late: bool) -> None:
    story = Story(planned(TOWN, complaint()), NINE)
    due = story.due(SAFE)
    assert due is not None
    gone = due + timedelta(minutes=1) if late else NINE + timedelta(minutes=20)
    story.do("return", gone, by=crew(story))
    story.wait(gone)
    given = Answer(part="return-1", granted=True, reason="Not theirs.", unit="enforcement-squad")
    lookup = replace(LOOKUP, units=("enforcement-squad",))
    story.do(given, gone, by=DISPATCHER, lookup=lookup)
    whole = story.clock(SAFE).budget

    assert story.case.holder == "enforcement-squad"
    assert story.due(SAFE) == (gone + whole if late else due)


# --- Taken back, it is as if it had not been asked: also in number.


@pytest.mark.parametrize(("rules", "again"), [(2, False), (RULES, True)])
def test_what_is_taken_back_may_be_asked_for_again(rules: int, again: bool) -> None:
    story = Story(replace(plan(parts=ONCE), rules=rules))
    story.do("sign", TEN)
    story.do("decline_filing", TEN)
    story.do(Retract(part="no_filing-1", reason="The wrong one."), TEN, by=crew(story))
    facts = story.tried("decline_filing", ELEVEN, by=None, lookup=LOOKUP)

    assert (facts[-1].kind == "part_opened") is again


def test_a_refusal_that_no_one_has_read_is_taken_back_by_who_gave_it() -> None:
    story = Story(plan(holder=None, callback=False))
    due = story.due(ACCEPT)
    story.do("refuse", TEN)
    taken = Retract(part="refusal-1", reason="I read the wrong line.")
    code, _ = story.refused(taken, TEN, by=replace(DISPATCHER, id="jin"))
    story.do(taken, ELEVEN, by=DISPATCHER)
    again = story.case.stage

    assert code is Refusal.NOT_YOUR_PART
    assert again is Stage.TRIAGED
    assert due in {story.due(clock.id) for clock in story.case.clocks if clock.is_running}
    assert story.part("refusal-1").state is PartState.LAPSED
    story.do("refuse", ELEVEN)
    assert story.case.stage is Stage.REFUSED


def test_a_refusal_that_waits_is_taken_back_and_the_case_goes_on_where_it_was() -> None:
    story = Story(plan(holder=None))
    due = story.due(ACCEPT)
    story.do("refuse", TEN)
    story.do(Retract(part="refusal-1", reason="I read the wrong line."), TEN, by=DISPATCHER)

    assert story.case.stage is Stage.RECEIVED
    assert story.due(ACCEPT) == due
