"""Promise 10: pauses survive a new policy, another urgency, hand-off, the next tier, reopening.

Every hour counts here, so that each deadline can be worked out by hand: when the clock began, what
it was given, and how long it stood still according to the journal.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.case.dispatch.acts import Dispatch
from domain.case.escalation.facts import DeadlineMissed
from domain.case.events import Event
from domain.case.registration.acts import Triage
from domain.case.repinning.acts import Repin
from domain.case.requests.acts import Answer
from domain.case.suspension.acts import Suspend
from domain.case.tiers.acts import RaiseTier
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.sla.clocks import Cause, Pause
from domain.vocabulary import Role, Stage, Tier, Urgency
from tests.builders import ACTORS, WATER_HANDLER
from tests.town import hours
from tests.workflow.cases import OpenCase, Town
from tests.workflow.looks import clock_of, deadlines, length
from tests.workflow.policies import planned, policy

RETURN = Answer(part="return-1", granted=True, reason="So it is.")


async def paused_once(town: Town, *, window: timedelta = timedelta(0)) -> OpenCase:
    """A case that stood still for a day, ten hours after it was opened."""
    town.desk.policies = {"sha256:town": policy()}
    case = await town.open(replace(planned(policy()), reopen_window=window))
    opened = (await case.state()).opened_at
    await town.until(opened + hours(2))
    await case.give(Suspend(reason="Frost.", measures="A fence.", until=opened + hours(26)))
    await town.until(opened + hours(26.5))
    return case


def stood(case: OpenCase, began: str, ended: str, cause: Cause) -> Pause:
    """A pause between two rows of the journal, by what happened in them."""
    events: dict[str, Event] = {event.fact.kind: event for event in case.events()}
    return Pause(events[began].at, cause, getattr(events[ended].fact, "at", events[ended].at))


async def is_missed_at(case: OpenCase, id_: str, at: datetime) -> None:
    """And so it happens: not before, and then at once."""
    after = len(case.rows)
    await case.town.until(at - hours(0.5))
    before = [fact.clock for fact in missed(case, after)]
    await case.town.until(at + hours(0.5))

    assert id_ not in before
    assert [at] == [fact.due_at for fact in missed(case, after) if fact.clock == id_]


def missed(case: OpenCase, after: int) -> list[DeadlineMissed]:
    return [e.fact for e in case.events(after) if isinstance(e.fact, DeadlineMissed)]


async def test_pauses_survive_a_change_of_policy(town: Town) -> None:
    case = await paused_once(town)
    await case.give("sign")
    await case.give("progress")
    town.desk.policies = {"sha256:next": policy("sha256:next", holder=60, citizen=90)}
    before = {id_: await clock_of(case, id_) for id_ in (HOLDER, CITIZEN)}
    await case.give(Repin(policy="sha256:next", reason="The council decided."))
    frost = stood(case, "suspended", "resumed", Cause.SUSPENDED)

    assert "sha256:next" == (await case.state()).plan.policy
    for id_, given in ((HOLDER, 60), (CITIZEN, 90)):
        clock = await clock_of(case, id_)
        assert (frost,) == clock.pauses
        assert before[id_].started_at == clock.started_at
        by_hand = clock.started_at + hours(given) + length(frost)
        assert by_hand == (await deadlines(case))[id_]
    await is_missed_at(case, HOLDER, before[HOLDER].started_at + hours(60) + length(frost))


async def test_pauses_survive_a_change_of_urgency(town: Town) -> None:
    """Returned to the platform, triaged as urgent there, and back with whoever had it."""
    case = await paused_once(town)
    begun = (await clock_of(case, HOLDER)).started_at
    await case.give("return")
    await case.give(RETURN)
    await town.until(await town.now() + hours(3))
    await case.give(Triage(category="street-stalls", urgency=Urgency.URGENT))
    frost = stood(case, "suspended", "resumed", Cause.SUSPENDED)
    asked = stood(case, "part_opened", "part_moved", Cause.RETURNED)
    back = stood(case, "returned", "dispatched", Cause.RETURNED)
    holder, citizen = await clock_of(case, HOLDER), await clock_of(case, CITIZEN)
    due = await deadlines(case)

    assert Urgency.URGENT is (await case.state()).plan.urgency
    assert (frost, asked, back) == holder.pauses
    assert begun == holder.started_at
    assert (frost,) == citizen.pauses
    assert begun + hours(20) + length(frost, asked, back) == due[HOLDER]
    assert citizen.started_at + hours(32) + length(frost) == due[CITIZEN]
    await is_missed_at(case, CITIZEN, due[CITIZEN])


async def test_pauses_survive_a_hand_off_and_the_next_tier(town: Town) -> None:
    """The next unit has its own time; what was promised to the citizen stood still all the same."""
    case = await paused_once(town)
    frost = stood(case, "suspended", "resumed", Cause.SUSPENDED)
    promise = await clock_of(case, CITIZEN)
    await case.give("return")
    await case.give(RETURN)
    await case.give(Dispatch(unit="water"))
    handed_on = case.events()[-1].at
    water = await clock_of(case, HOLDER)
    await case.give("sign", by=WATER_HANDLER)
    await case.give(RaiseTier(to=Tier.SUPERVISE, reason="Three bureaus."))
    citizen = await clock_of(case, CITIZEN)

    assert () == water.pauses
    assert handed_on == water.started_at
    assert (frost,) == citizen.pauses
    assert promise.started_at == citizen.started_at
    by_hand = promise.started_at + hours(64) + length(frost)
    assert by_hand == (await deadlines(case))[CITIZEN]
    await is_missed_at(case, CITIZEN, by_hand)


async def test_pauses_survive_a_unit_getting_its_own_return_back(town: Town) -> None:
    case = await paused_once(town)
    begun = (await clock_of(case, HOLDER)).started_at
    await case.give("return")
    await case.give(RETURN)
    await town.until(await town.now() + hours(2))
    await case.give(Dispatch(unit="squad"))
    await case.give("sign")  # or an unanswered letter would take the case from it first
    await case.give("progress")
    frost = stood(case, "suspended", "resumed", Cause.SUSPENDED)
    asked = stood(case, "part_opened", "part_moved", Cause.RETURNED)
    back = stood(case, "returned", "dispatched", Cause.RETURNED)
    holder = await clock_of(case, HOLDER)

    assert (frost, asked, back) == holder.pauses
    assert begun == holder.started_at
    by_hand = begun + hours(40) + length(frost, asked, back)
    assert by_hand == (await deadlines(case))[HOLDER]
    await is_missed_at(case, HOLDER, by_hand)


async def test_pauses_survive_reopening(town: Town) -> None:
    """Nothing was owed while it was closed; otherwise the promise goes on where it stood."""
    case = await paused_once(town, window=timedelta(days=7))
    promise = await clock_of(case, CITIZEN)
    for kind in ("sign", "resolve", "verify", "close"):
        await case.give(kind)
    await town.until(await town.now() + timedelta(days=5))
    await case.give("ask_reopening")
    granted = Answer(part=f"{PartKind.REOPENING}-1", granted=True, reason="They are back.")
    await case.give(granted, by=ACTORS[Role.SUPERVISOR])
    frost = stood(case, "suspended", "resumed", Cause.SUSPENDED)
    closed = stood(case, "closed", "reopened", Cause.CLOSED)
    citizen = await clock_of(case, CITIZEN)
    by_hand = promise.started_at + hours(64) + length(frost, closed)

    assert Stage.DISPATCHED is (await case.state()).stage
    assert (frost, closed) == citizen.pauses
    assert promise.started_at == citizen.started_at
    assert by_hand == (await deadlines(case))[CITIZEN]
    await is_missed_at(case, CITIZEN, by_hand)
