"""Cases that go the way of another: promise 21, by Signals between real workflows."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.closing.acts import Close
from domain.case.commands import OtherCase
from domain.case.escalation.facts import RungReached
from domain.case.events import Event
from domain.case.merging.acts import Merge, Unmerge
from domain.case.parts.facts import PartState
from domain.sla.case_clocks import CITIZEN
from domain.sla.clocks import Measure, due
from domain.vocabulary import Callback, Role, Stage
from tests.builders import ACTORS, complaint, plan
from tests.town import CALENDAR, OPENED, PART_RULES, hours
from tests.workflow.cases import OpenCase, Town
from tests.workflow.fakes import TownDesk
from tests.workflow.looks import deadlines, facts

WEEKS = timedelta(days=21)
EVERY_HOUR = tuple(replace(rule, measure=Measure.CONTINUOUS) for rule in PART_RULES)


def merge(into: OpenCase) -> Merge:
    return Merge(into=into.plan.case_id, reason="The same stalls.")


async def promised(case: OpenCase) -> datetime:
    clock = (await case.state()).clock(CITIZEN)
    assert clock is not None
    deadline = due(clock, CALENDAR)
    assert deadline is not None
    return deadline.at


async def test_the_end_of_a_case_is_the_end_of_those_that_follow_it(town: Town) -> None:
    """Every reporter hears it, each in the journal of their own case."""
    main, *others = [await town.open(plan()) for _ in range(3)]
    for other in others:
        await other.give(merge(main))
    await main.has_rows(3 + len(others))
    for kind in ("sign", "resolve", "verify"):
        await main.give(kind)
    await main.give(Close(callback=Callback.SATISFIED, note="The stalls are gone."))
    ends = [await case.handle.result() for case in (main, *others)]

    assert [Stage.ARCHIVED] * 3 == [end.stage for end in ends]
    for other in others:
        assert ["merged", "closed", "archived"] == other.kinds(after=3)
        closed = other.events(after=4)[0].fact
        assert f"with {main.plan.case_id}: The stalls are gone." == getattr(closed, "note", "")


async def test_a_merged_case_never_escalates_and_keeps_its_promise_when_it_goes_its_own_way(
    town: Town,
) -> None:
    main, other = await town.open(plan()), await town.open(plan())
    before = await promised(other)
    await other.give(merge(main))
    await main.has_rows(4)
    await town.until(await town.now() + WEEKS)
    silent = other.kinds(after=4)
    urged = [kind for kind in main.kinds() if kind == "rung_reached"]
    await other.give(Unmerge(reason="Another street."))
    await other.has_rows(7)
    state = await other.state()

    assert ["deadline_missed"] == silent  # a fact of its own; the other one escalates
    assert urged
    assert Stage.DISPATCHED == state.stage
    assert state.merged_into is None
    assert before == await promised(other)
    assert "deadline_missed" in other.kinds(after=5)
    # What was missed meanwhile collapses: one rung tells somebody, the rest give way to it.
    facts = [event.fact for event in other.events(after=5)]
    rungs = [fact for fact in facts if isinstance(fact, RungReached) and fact.clock == CITIZEN]
    assert 1 == len([rung for rung in rungs if rung.told])
    await main.has_happened("left")


async def test_a_merged_case_with_a_request_open_owes_nobody_an_answer_until_it_is_parted(
    town: Town,
) -> None:
    """The decider's time stands still like every other; afterwards it is what it was, and ends."""
    pinned = plan(measure=Measure.CONTINUOUS, parts=EVERY_HOUR)
    main, other = await town.open(plan()), await town.open(pinned)
    await other.give("ask_extension")
    before = await deadlines(other)
    await other.give(merge(main))
    known = len(other.rows)
    await town.until(await town.now() + WEEKS)
    silent = other.kinds(known)
    # By another person than who merged it, whose own undoing would let the holder's clock run on.
    await other.give(Unmerge(reason="Another street."), by=ACTORS[Role.SUPERVISOR])
    events: dict[str, Event] = {event.fact.kind: event for event in other.events()}
    stood_still = events["unmerged"].at - events["merged"].at
    after = await deadlines(other)
    await town.until(after["extension-1"] + hours(0.5))

    assert ["deadline_missed"] == silent  # a fact of its own; the other one escalates
    assert before["extension-1"] + stood_still == after["extension-1"]
    assert before["holder"] + stood_still == after["holder"]
    [moved] = [fact for fact in facts(other, "part_moved") if fact.part == "extension-1"]
    assert PartState.REFUSED is moved.to


@pytest.mark.parametrize("end", ["withdraw", "refuse"])
async def test_who_follows_a_case_that_comes_to_nothing_hears_of_it(
    real_town: Town, end: str
) -> None:
    """Withdrawn by one citizen or refused at the desk, the others' matter is still there."""
    pinned = plan(complaint(), holder=None, callback=False, reopen_window=timedelta(days=7))
    main = await real_town.open(pinned)
    others = [await real_town.open(plan(callback=False)) for _ in range(2)]
    for other in others:
        await other.give(merge(main))
    await main.has_rows(1 + len(others))
    await main.give(end)
    for other in others:
        await other.has_happened("unmerged")
    [reason] = {fact.reason for fact in facts(others[0], "unmerged")}

    assert reason in {"Solved by itself.", "The court hears this."}
    for other in others:
        assert Stage.DISPATCHED is (await other.state()).stage


async def test_a_case_takes_over_the_earliest_promise_of_those_that_follow_it(town: Town) -> None:
    earlier = complaint(reported_at=OPENED - hours(80))  # longer than a weekend
    main, other = await town.open(plan()), await town.open(plan(earlier))
    own, theirs = await promised(main), await promised(other)
    await other.give(merge(main))
    await main.has_happened("joined")
    together = await promised(main)
    await other.give(Unmerge(reason="Another street."))
    await main.has_happened("left")

    assert theirs < own
    assert theirs == together
    assert own == await promised(main)


@pytest.fixture
def stale(monkeypatch: pytest.MonkeyPatch) -> None:
    """The read model says of every case that it is open, as it did a moment ago."""

    async def other(self: TownDesk, tenant: str, case_id: str) -> OtherCase:
        return OtherCase(case_id, Stage.DISPATCHED, category="street-stalls")

    monkeypatch.setattr(TownDesk, "other", other)


async def test_of_two_cases_that_are_merged_into_each_other_at_most_one_follows(
    stale: None, town: Town
) -> None:
    """Which one does, or none, is for the order: tests/unit/test_mutual_merges.py."""
    one, two = await town.open(plan()), await town.open(plan())
    await asyncio.gather(one.give(merge(two)), two.give(merge(one)))
    while not await _at_rest(one, two):  # noqa: ASYNC110
        await asyncio.sleep(0.01)

    stages = [(await case.state()).stage for case in (one, two)]
    assert stages.count(Stage.MERGED) <= 1


async def _at_rest(one: OpenCase, two: OpenCase) -> bool:
    """Return whether each that follows the other is known to it, and no other is."""
    states = [await one.state(), await two.state()]
    for case, other in (states, states[::-1]):
        follows = case.stage is Stage.MERGED
        if follows is not (case.case_id in dict(other.joined)):
            return False
    return any(case.stage is not Stage.MERGED for case in states)


async def test_a_case_that_is_gone_cannot_be_followed(stale: None, real_town: Town) -> None:
    main, other = await real_town.open(plan()), await real_town.open(plan())
    await main.give("withdraw")
    await main.handle.result()
    await other.give(merge(main))
    await other.has_happened("unmerged")
    await other.give("sign")

    assert Stage.SIGNED is (await other.state()).stage


async def test_a_closed_case_that_is_not_archived_yet_is_the_end_of_who_comes_late(
    stale: None, town: Town
) -> None:
    main = await town.open(replace(plan(), reopen_window=timedelta(days=7)))
    other = await town.open(plan())
    for kind in ("sign", "resolve", "verify", "close"):
        await main.give(kind)
    await other.give(merge(main))
    end = await other.handle.result()

    assert Stage.ARCHIVED is end.stage
    assert ["merged", "closed", "archived"] == other.kinds(after=3)
