"""Promises 13, 14, 16 and 17 where a case has parts: requests, letters, tasks, rectifications."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError

from domain.case.agenda import next_item
from domain.case.commands import HumanAct
from domain.case.joint_work.acts import GiveTask
from domain.case.parts.facts import PartMoved, PartState
from domain.case.rectification.acts import OrderRectification, Serve
from domain.case.requests.acts import Answer
from domain.people.rosters import Person
from domain.policy.part_rules import Default, PartKind
from domain.sla.clocks import Measure
from domain.sla.ladders import Action, Late
from domain.vocabulary import Role, Tier
from tests.acts import SCAN
from tests.builders import ACTORS, plan
from tests.town import (
    CITIZEN_LADDER,
    FIVE_LEVELS,
    PART_RULES,
    PLATFORM_LADDER,
    TO_OFFICE,
    ladder,
    part_rule,
    roster,
    rung,
)
from tests.workflow.cases import OpenCase, Town
from tests.workflow.looks import EVERY_WEEK_ALIKE, facts, nothing_happens, rungs, who_hears_what

PROMPTLY = timedelta(minutes=5)
"""How much later than its moment the server may be; it skips hours but not its own work."""
TO_DECIDERS = (
    CITIZEN_LADDER,
    PLATFORM_LADDER,
    FIVE_LEVELS,
    ladder("part", rung("asked", 0, Action.WARN, share=0, tell=TO_OFFICE, late=Late.FIRE)),
)
"""Whoever decides hears of a request at once."""
EVERY_HOUR = tuple(replace(rule, measure=Measure.CONTINUOUS) for rule in PART_RULES)


PARTS_OPEN: tuple[HumanAct | str, ...] = (
    "sign",
    "progress",
    "ask_extension",
    "issue_letter",
    # Eleven hours: at no moment that the handing up after the letter (at eight) makes for others.
    GiveTask(unit="water", what="Mend the drain.", hours=11),
    OrderRectification(whom="the owner", items=("Clear it",), days=2),
    Serve(part="rectification-1", evidence=(SCAN,)),
)
"""In progress; a request, a letter, a task and a rectification wait for somebody."""


async def comes_at_once(case: OpenCase) -> bool:
    item = next_item(await case.state())
    return item is not None and item.at < await case.town.now() + timedelta(minutes=1)


async def test_with_parts_open_what_is_foretold_is_what_happens(town: Town) -> None:
    case = await town.open(plan(hours_of=EVERY_WEEK_ALIKE))
    for act in PARTS_OPEN:
        await case.give(act)
    # Each turn of a part tells whom it asks a moment later: that has happened, not to come.
    while await comes_at_once(case):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    known = len(case.rows)
    foretold = await nothing_happens(case)
    happened = case.events(after=known)

    assert [*map(who_hears_what, foretold)] == [*map(who_hears_what, happened)]
    late = [after.at - before.at for before, after in zip(foretold, happened, strict=True)]
    assert timedelta(0) <= min(late)
    assert max(late) < PROMPTLY
    # The story has what it was made for: a default, a letter that failed, a time that ran out.
    moved = {(fact.part, fact.to) for fact in facts(case, "part_moved", known)}
    assert {
        ("extension-1", PartState.REFUSED),
        ("letter-1", PartState.FAILED),
        ("rectification-1", PartState.INSPECTION),
    } <= moved
    assert "interview-1" in [fact.part for fact in facts(case, "part_opened", known)]
    assert Tier.SUPERVISE is (await case.state()).tier


async def test_where_nobody_decides_the_last_resort_is_told_of_a_request_and_the_gap_is_journaled(
    town: Town,
) -> None:
    mayor = Person("wu", "吴镇长", "town", (Role.LEADER,))
    town.desk.people = roster(people=(mayor,), last_resort=("wu",))
    case = await town.open(plan(hours_of=EVERY_WEEK_ALIKE, ladders=TO_DECIDERS))
    await case.give("ask_extension")
    await case.has_happened("rung_reached")
    await nothing_happens(case)
    [asked] = [each for each in rungs(case) if each.clock == "extension-1"]
    [moved] = [fact for fact in facts(case, "part_moved") if fact.part == "extension-1"]

    assert ["wu"] == [person.person for person in asked.told]
    assert asked.gaps[0].startswith("nobody home: ")
    assert "last resort told" == asked.gaps[-1]
    assert PartState.REFUSED is moved.to


async def test_three_days_of_outage_with_parts_open_make_no_storm(town: Town) -> None:
    """Nobody rang for three days. Who was asked is told so all the same, as the ladder says; of the
    warnings since then, one rung of each clock speaks for the rest."""
    pinned = plan(measure=Measure.CONTINUOUS, parts=EVERY_HOUR)
    three_days_ago = await town.now() - timedelta(days=3)
    case = await town.begin_again(pinned, three_days_ago, then=PARTS_OPEN)
    known = len(case.rows)
    await case.has_happened("deadline_missed")
    climbed = [fact for fact in facts(case, "rung_reached", known) if fact.late]
    heard = Counter(
        fact.clock for fact in climbed if fact.outcome is Late.FIRE and fact.rung != "asked"
    )
    asked = [fact.clock for fact in climbed if fact.rung == "asked"]
    ends = Counter(
        (fact.part, fact.to) for fact in facts(case, "part_moved", known) if fact.to.is_final
    )

    assert {"extension-1", "letter-1", "task-1", "rectification-1"} == {*asked}
    assert {1} == set(heard.values()) == set(Counter(asked).values())
    assert {1} == set(ends.values())
    assert {("extension-1", PartState.REFUSED), ("letter-1", PartState.FAILED)} <= set(ends)


SOON = timedelta(seconds=10)
AT_ONCE = part_rule(
    PartKind.EXTENSION,
    1,
    SOON / timedelta(hours=1),
    measure=Measure.CONTINUOUS,
    decider=Role.SUPERVISOR,
    default=Default.REFUSE,
)


@pytest.mark.parametrize("first", ["the person", "the timer"])
async def test_an_answer_and_the_deadline_of_a_request_have_one_outcome(
    real_town: Town, first: str
) -> None:
    """No worker is there when both come, so the next one finds both, in either order."""
    silent = (CITIZEN_LADDER, PLATFORM_LADDER, FIVE_LEVELS, ladder("part"))
    parts = tuple(AT_ONCE if r.kind is PartKind.EXTENSION else r for r in PART_RULES)
    case = await real_town.open(plan(ladders=silent, parts=parts))
    await case.give("ask_extension")
    await case.has_history(EventType.EVENT_TYPE_TIMER_STARTED)
    fired = await case.history(EventType.EVENT_TYPE_TIMER_FIRED)
    await real_town.stop_worker()
    granted = Answer(part="extension-1", granted=True, reason="Rain.")
    by = ACTORS[Role.SUPERVISOR]
    answering = asyncio.create_task(case.give(granted, by=by)) if first == "the person" else None
    await case.has_history(EventType.EVENT_TYPE_TIMER_FIRED, fired + 1)
    answering = answering or asyncio.create_task(case.give(granted, by=by))
    await real_town.start_worker()
    with pytest.raises(WorkflowUpdateFailedError):
        await answering
    moved = [event.fact for event in case.events() if isinstance(event.fact, PartMoved)]

    assert [(PartState.REFUSED, None)] == [(fact.to, fact.by) for fact in moved]
    assert ["deadline_missed", "part_moved", "command_refused"] == case.kinds(after=4)
