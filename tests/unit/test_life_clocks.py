"""What holds of the clocks and parts of a case in every life, whatever people do, and when."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, takewhile

from hypothesis import given
from hypothesis import strategies as st

from domain.case.closing.facts import Closed, Withdrawn
from domain.case.commands import Actor
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.merging.acts import Unmerge
from domain.case.part_types import REQUESTS, kinds
from domain.case.parts.facts import PartMoved, PartState
from domain.case.permissions import PERMISSIONS
from domain.case.registration.facts import NotAccepted
from domain.case.state import Case
from domain.case.suspension.acts import Suspend
from domain.case.suspension.facts import Resumed
from domain.policy.part_rules import Default, PartKind
from domain.sla.calendars import Calendar
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.sla.clocks import IN_DAYS, ZERO, Cause, Clock, Measure, cap_now, due, used
from domain.vocabulary import ENDED_STAGES, Role, Stage
from tests.builders import ACTORS, give
from tests.town import CALENDAR, hours
from tests.unit.lives import ANY_LIVES, DILIGENT_LIVES, FEWER, Life
from tests.unit.lives_states import (
    before_and_after,
    ends_with_another,
    fixed_lives,
    left_alone,
    ring,
    running,
    states,
    the,
)

A_SECOND = timedelta(seconds=1)
MUST_END = kinds(lambda row: row.must_end)


@FEWER
@given(DILIGENT_LIVES)
def test_no_clock_ran_past_its_deadline_without_the_fact_being_written(life: Life) -> None:
    """At every command of a person, whatever clocks it stops or replaces."""
    commands = [turn for turn in life.turns if turn.command.actor.role is not Role.ENGINE]
    # While it follows another case nothing fires; unmerged, it takes up what was missed.
    commands = [t for t in commands if t.before is None or t.before.stage is not Stage.MERGED]
    for turn in commands:
        for clock in running(turn.before) if turn.before else ():
            deadline = due(clock, CALENDAR)

            assert clock.missed or deadline is None or deadline.at >= turn.now
            assert clock.missed or used(clock, CALENDAR, turn.now) <= clock.granted


@FEWER
@given(ANY_LIVES)
def test_when_a_case_ends_nothing_of_it_stays_open_but_a_penalty(life: Life) -> None:
    for _, event, after in before_and_after(life):
        if isinstance(event.fact, Closed | NotAccepted | Withdrawn):
            assert after.open_parts() == after.open_parts(PartKind.PENALTY)
            assert {clock.id for clock in running(after)} <= {
                part.id for part in after.open_parts()
            }


@FEWER
@given(ANY_LIVES)
def test_the_promise_to_the_citizen_never_restarts(life: Life) -> None:
    promises = [[clock for clock in case.clocks if clock.id == CITIZEN] for case in states(life)]

    assert {1} == {len(clocks) for clocks in promises}
    assert 1 == len({clock.started_at for clocks in promises for clock in clocks})


@FEWER
@given(ANY_LIVES)
def test_the_promise_stands_still_only_while_suspended_reported_or_closed(life: Life) -> None:
    for case in states(life):
        citizen = the(case, CITIZEN)

        causes = {Cause.SUSPENDED, Cause.REPORTED, Cause.CLOSED}
        assert {pause.cause for pause in citizen.pauses} <= causes
        if citizen.is_running:
            rests = case.suspended_until is not None or case.stage is Stage.REPORTED
            assert citizen.is_paused is rests


def test_clocks_stand_still_for_a_rest_or_a_merging_as_long_as_that_lasts() -> None:
    for case in chain.from_iterable(map(states, fixed_lives())):
        for clock in running(case):
            causes = {pause.cause for pause in clock.pauses if pause.until is None}
            rests = case.suspended_until is not None and clock.id not in _lawful(case)

            assert (Cause.SUSPENDED in causes) is rests
            # Reported up with the case it followed, it waits for the superior's word.
            assert Cause.MERGED not in causes or case.stage in {Stage.MERGED, Stage.REPORTED}


@FEWER
@given(ANY_LIVES)
def test_an_open_case_has_its_promise_and_a_closed_one_only_what_outlives_it(life: Life) -> None:
    """A penalty and a request: no other clock runs after the end."""
    for case in states(life):
        ended = case.stage in ENDED_STAGES
        outlives = {part.id for part in case.open_parts(PartKind.PENALTY, *REQUESTS)}

        assert the(case, CITIZEN).is_running is not ended
        assert (case.closed_at is not None) is ended
        if ended:
            assert {clock.id for clock in running(case)} == outlives


@FEWER
@given(ANY_LIVES)
def test_every_open_part_has_one_clock_and_an_ended_one_none(life: Life) -> None:
    for case in states(life):
        ids = [clock.id for clock in case.clocks]

        assert len(ids) == len(set(ids))
        for part in case.parts:
            ruled = case.plan.part(case.tier, part.kind) is not None
            assert (part.id in ids) is (part.is_open and ruled)
            assert part.id not in ids or the(case, part.id).is_running


@FEWER
@given(DILIGENT_LIVES, st.integers(0, 100))
def test_every_request_that_nobody_answers_ends_by_its_default_when_its_time_is_over(
    life: Life, moment: int
) -> None:
    cases = [turn.decision.case for turn in life.turns if _asks(turn.decision.case)]
    if not cases:
        return
    case = cases[moment % len(cases)]
    for before, event, after in left_alone(case):
        case = after
        part = before.part(event.fact.part) if isinstance(event.fact, PartMoved) else None
        if not isinstance(event.fact, PartMoved) or part is None or part.kind not in REQUESTS:
            continue
        if event.fact.to is not PartState.LAPSED:
            rule = before.plan.part(before.tier, part.kind)
            granted = rule is not None and rule.default is Default.GRANT
            granted &= part.type.granted_by_silence  # some are a person's decision
            clock = the(before, part.id)

            assert event.fact.to is (PartState.GRANTED if granted else PartState.REFUSED)
            assert clock.missed
            assert ZERO <= -_left(clock, before.plan.calendar, event.at) <= A_SECOND

    assert () == case.open_parts(*REQUESTS)


@FEWER
@given(ANY_LIVES, st.integers(0, 100), st.integers(1, 3000))
def test_nothing_fires_while_a_case_rests_but_a_penalty_and_what_a_superior_set(
    life: Life, moment: int, length: int
) -> None:
    """What was due before the rest began is done before; a superior's deadline stands."""
    cases = [(turn.decision.case, turn.now) for turn in life.turns if _may_rest(turn.decision.case)]
    if not cases:
        return
    case, now = cases[moment % len(cases)]
    case, _ = ring(case, now)
    if not _may_rest(case):
        return
    rest = Suspend(reason="Frost.", measures="A fence.", until=now + hours(length))
    case = give(case, rest, now, by=_not_of(case.holder)).case
    resting = [*takewhile(lambda step: step[0].suspended_until is not None, left_alone(case))]

    assert isinstance(resting[-1][1].fact, Resumed)
    for before, event, _ in resting:
        if isinstance(fact := event.fact, RungReached | DeadlineMissed):
            clock = the(before, fact.clock)
            reached = fact.moment if isinstance(fact, RungReached) else fact.due_at

            # A superior's date that waited while others had the turn is later by that.
            set_above = {clock.cap, cap_now(clock, CALENDAR)}
            assert clock.id in _lawful(before) or reached in set_above or reached <= now


@FEWER
@given(ANY_LIVES)
def test_nothing_fires_in_a_case_that_follows_another(life: Life) -> None:
    """Its own promise may break at any time; its holder is late only when the other ends."""
    turns = [turn for turn in life.turns if ends_with_another(turn)]
    ends = {event.seq for turn in turns for event in turn.decision.events}
    for before, event, _ in before_and_after(life):
        if before.stage is Stage.MERGED and isinstance(event.fact, RungReached | DeadlineMissed):
            assert isinstance(event.fact, DeadlineMissed)
            assert event.fact.clock in ({CITIZEN, HOLDER} if event.seq in ends else {CITIZEN})


def _merged(life: Life, moment: int) -> tuple[Case, Case, datetime] | None:
    """Return a case before and after it was merged, and when; None where none may be."""
    cases = [
        (turn.decision.case, turn.now) for turn in life.turns if _may_merge(turn.decision.case)
    ]
    if not cases:
        return None
    before, now = cases[moment % len(cases)]
    merged = give(before, "merge", now).case
    # One that owes an answer of its own is not merged.
    return (before, merged, now) if merged.stage is Stage.MERGED else None


@FEWER
@given(ANY_LIVES, st.integers(0, 100), st.integers(0, 40 * 24 * 60))
def test_unmerging_gives_every_clock_the_time_it_had_left(
    life: Life, moment: int, minutes: int
) -> None:
    found = _merged(life, moment)
    if found is None:
        return
    before, merged, now = found
    later = now + timedelta(minutes=minutes)
    other = ACTORS[Role.SUPERVISOR]  # not the one who merged it
    after = give(merged, Unmerge(reason="Other stalls."), later, by=other).case

    assert Stage.MERGED is merged.stage
    assert before.stage == after.stage
    assert before.holder == after.holder
    assert before.tier == after.tier
    assert the(before, CITIZEN) == the(after, CITIZEN)
    assert [clock.id for clock in before.clocks] == [clock.id for clock in after.clocks]
    for clock in running(before):
        runs_on = before.signed_at is not None and before.part(clock.id) is None  # what it signed
        if clock.id in _lawful(before) or runs_on:
            assert clock == the(after, clock.id)
        elif clock.id != CITIZEN:
            assert _left(clock, before.plan.calendar, now) == _left(
                the(after, clock.id), before.plan.calendar, later
            )
            deadline = due(the(after, clock.id), before.plan.calendar)
            if clock.measure in IN_DAYS:
                continue  # what a pause leaves counts in hours
            assert _due_after(clock, before.plan.calendar, now, later) == (
                deadline.at if deadline else None
            )


@FEWER
@given(ANY_LIVES, st.integers(0, 100), st.integers(0, 40 * 24 * 60))
def test_what_one_person_merges_and_separates_has_stopped_no_clock(
    life: Life, moment: int, minutes: int
) -> None:
    found = _merged(life, moment)
    if found is None:
        return
    before, merged, now = found
    later = now + timedelta(minutes=minutes)
    after = give(merged, Unmerge(reason="Other stalls."), later).case

    for clock in running(before):
        if clock.id not in {part.id for part in before.parts}:
            assert clock == the(after, clock.id)


def _asks(case: Case) -> bool:
    return bool(case.open_parts(*REQUESTS)) and case.stage is not Stage.MERGED


def _not_of(unit: str | None) -> Actor:
    """Return a leader, or one of another unit where the leader's own has the case."""
    leader = ACTORS[Role.LEADER]
    return leader if unit != leader.unit else replace(leader, unit="office")


def _may_rest(case: Case) -> bool:
    return case.stage in PERMISSIONS["suspend"].stages and not case.suspensions


def _lawful(case: Case) -> set[str]:
    """Return the clocks that nothing makes stand still: of what the law sets a time for, and of the
    question if a case that follows goes its own way, whose citizen does not wait for a thaw here.
    """
    return {part.id for part in case.open_parts(PartKind.PENALTY, PartKind.SEPARATION)}


def _may_merge(case: Case) -> bool:
    waits = case.plan.follows(2) and any(not part.optional for part in case.open_parts(*MUST_END))
    return case.stage in PERMISSIONS["merge"].stages and not case.joined and not waits


def _left(clock: Clock, calendar: Calendar, now: datetime) -> timedelta:
    return clock.granted - used(clock, calendar, now)


def _due_after(clock: Clock, calendar: Calendar, now: datetime, later: datetime) -> datetime | None:
    """When a clock will be due that stands still from `now` to `later`."""
    deadline = due(clock, calendar)
    if deadline is None or clock.is_paused or deadline.at < now:
        return deadline.at if deadline else None
    left = _left(clock, calendar, now)  # none at the very deadline: due when it goes on
    at = later + left if clock.measure is Measure.CONTINUOUS else calendar.advance(later, left)
    cap = cap_now(clock, calendar)  # later by what it has waited
    return min(at, cap) if cap else at
