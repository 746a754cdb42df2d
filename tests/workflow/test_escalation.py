"""What happens when nobody moves: the clocks climb their ladders, in skipped time."""

import asyncio
from collections import Counter
from datetime import timedelta

from temporalio.api.enums.v1 import EventType

from domain.people.rosters import Person
from domain.sla.clocks import Measure
from domain.sla.ladders import Late
from domain.vocabulary import Tier
from tests.builders import plan
from tests.town import hours, roster
from tests.workflow.cases import Town
from tests.workflow.looks import EVERY_WEEK_ALIKE, nothing_happens, rungs, who_hears_what

PROMPTLY = timedelta(minutes=5)
"""How much later than its moment the server may be; it skips hours but not its own work."""


async def test_nobody_moves_and_the_ladders_are_climbed_as_foretold(town: Town) -> None:
    """From the direct tier up to the last rung of the supervised one, over three runs."""
    case = await town.open(plan(tier=Tier.DIRECT, hours_of=EVERY_WEEK_ALIKE))
    foretold = await nothing_happens(case)
    happened = case.events(after=3)

    assert [who_hears_what(event) for event in foretold] == [
        who_hears_what(event) for event in happened
    ]
    late = [after.at - before.at for before, after in zip(foretold, happened, strict=True)]
    assert timedelta(0) <= min(late)
    assert max(late) < PROMPTLY
    assert Tier.SUPERVISE is (await case.state()).tier


async def test_a_case_at_the_end_of_its_ladders_rests_and_still_listens(town: Town) -> None:
    """There is nothing left to wake for, so it must not wake: it once span there for ever."""
    case = await town.open(plan(tier=Tier.SUPERVISE, hours_of=EVERY_WEEK_ALIKE))
    await nothing_happens(case)
    events = (await case.handle.describe()).history_length
    await town.until(await town.now() + timedelta(days=30))

    assert events == (await case.handle.describe()).history_length

    await case.give("sign")

    assert "signed" == case.kinds()[-1]


async def test_where_nobody_is_home_the_last_resort_is_told_and_the_gap_is_journaled(
    town: Town,
) -> None:
    only = Person("hu", "胡书记", "town", roles=())
    town.desk.people = roster(people=(only,), last_resort=("hu",))
    case = await town.open(plan(hours_of=EVERY_WEEK_ALIKE))
    await nothing_happens(case)
    fired = [rung for rung in rungs(case) if rung.outcome is Late.FIRE]

    assert {("hu",)} == {tuple(person.person for person in rung.told) for rung in fired}
    assert {"last resort told"} == {rung.gaps[-1] for rung in fired}
    assert all(rung.gaps[0].startswith("nobody home: ") for rung in fired)


async def test_after_three_days_of_outage_the_rungs_catch_up_without_a_storm(town: Town) -> None:
    """Nobody hears each missed warning now: of every clock, one rung speaks for the rest."""
    three_days_ago = await town.now() - timedelta(days=3)
    pinned = plan(tier=Tier.SUPERVISE, measure=Measure.CONTINUOUS)
    case = await town.begin_again(pinned, three_days_ago)
    await case.has_rows(4)
    climbed = rungs(case)
    heard = Counter(rung.clock for rung in climbed if rung.outcome is Late.FIRE)

    assert {"sign": 1, "first": 1} == heard
    for clock in ("sign", "first"):
        assert ["amber", "red", "order", "up", "raise"] == [
            rung.rung for rung in climbed if rung.clock == clock
        ]
    assert all(rung.late for rung in climbed)


async def test_who_comes_while_somebody_is_looked_up_has_come_after_the_clock_rang(
    town: Town,
) -> None:
    """Looking up may take as long as whatever is away; what happens meanwhile is not backdated."""
    pinned = plan(tier=Tier.SUPERVISE, measure=Measure.CONTINUOUS)
    town.desk.away = True
    case = await town.begin_again(pinned, await town.now() - hours(5))
    await case.has_history(EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED)
    signing = asyncio.create_task(case.give("sign"))
    await case.has_history(EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED)
    town.desk.away = False
    await signing
    [*rung, signed] = case.events(after=3)

    assert ["rung_reached", "deadline_missed", "rung_reached", "signed"] == case.kinds(after=3)
    assert max(event.at for event in rung) < signed.at
