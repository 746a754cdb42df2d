"""What holds in every life of a case, whatever people and the engine do, and when."""

from datetime import datetime, timedelta
from itertools import pairwise

from hypothesis import given

from domain.agenda import next_item
from domain.case import Case
from domain.clocks import Cause, Clock, due, used
from domain.commands import ENGINE, Command, Ring
from domain.decisions import decide
from domain.events import CommandRefused, DeadlineMissed, Event, RungReached, TierLowered, Triaged
from domain.evolution import evolve, fold
from domain.forecasts import TICK, forecast
from domain.ladders import next_rung
from domain.part_rules import REQUESTS, PartKind
from domain.plans import CITIZEN
from domain.words import ENDED_STAGES, Role, Stage
from schemas.case import CaseInput
from schemas.journal import body_of, event_of
from tests.builders import LOOKUP
from tests.town import CALENDAR, roster
from tests.unit.lives import ANY_LIVES, DILIGENT_LIVES, FEWER, Life


def states(life: Life) -> list[Case]:
    """The case after each event."""
    found: list[Case] = []
    for event in life.events:
        found.append(evolve(found[-1] if found else None, event))
    return found


def before_and_after(life: Life) -> list[tuple[Case, Event, Case]]:
    after = states(life)
    return [(a, event, b) for (a, b), event in zip(pairwise(after), life.events[1:], strict=True)]


def the(case: Case, id_: str) -> Clock:
    clock = case.clock(id_)
    assert clock is not None
    return clock


def running(case: Case) -> list[Clock]:
    return [clock for clock in case.clocks if clock.is_running]


def ring(case: Case, now: datetime) -> tuple[Case, tuple[Event, ...]]:
    decision = decide(case, Command("again", ENGINE, Ring(), LOOKUP), now)
    return decision.case, decision.events


@FEWER
@given(ANY_LIVES)
def test_the_journals_bytes_give_the_same_case_and_the_same_bytes(life: Life) -> None:
    bodies = [body_of(life.case.case_id, event) for event in life.events]
    events = [event_of(body) for body in bodies]

    assert life.case == fold(events)
    assert bodies == [body_of(life.case.case_id, event) for event in events]


@FEWER
@given(ANY_LIVES)
def test_a_case_goes_on_as_the_same_case_in_the_next_run_of_its_workflow(life: Life) -> None:
    handed_on = CaseInput(case=life.case).model_dump_json()

    assert life.case == CaseInput.model_validate_json(handed_on).case


@FEWER
@given(ANY_LIVES)
def test_rows_are_numbered_without_a_gap_and_a_decision_is_the_fold_of_its_rows(
    life: Life,
) -> None:
    assert [*range(1, len(life.events) + 1)] == [event.seq for event in life.events]
    assert life.case == fold(life.events)


@FEWER
@given(ANY_LIVES)
def test_every_rung_is_climbed_once_and_in_order(life: Life) -> None:
    for before, event, after in before_and_after(life):
        if isinstance(event.fact, RungReached):
            clock = the(before, event.fact.clock)
            expected = next_rung(before.plan.ladder(clock.ladder), clock)

            assert clock.is_running
            assert expected is not None
            assert event.fact.rung == expected.id
            assert event.fact.moment < event.at
        for clock in running(after):
            rungs = after.plan.ladder(clock.ladder).rungs
            assert clock.fired == tuple(rung.id for rung in rungs[: len(clock.fired)])


@FEWER
@given(ANY_LIVES)
def test_a_deadline_is_missed_once_and_only_after_it_passed(life: Life) -> None:
    for before, event, after in before_and_after(life):
        if isinstance(event.fact, DeadlineMissed):
            clock = the(before, event.fact.clock)
            deadline = due(clock, CALENDAR)

            assert clock.is_running
            assert not clock.missed
            assert deadline is not None
            assert deadline.at == event.fact.due_at < event.at
            assert the(after, event.fact.clock).missed


@FEWER
@given(DILIGENT_LIVES)
def test_no_clock_ran_past_its_deadline_without_the_fact_being_written(life: Life) -> None:
    """At every command of a person, whatever clocks it stops or replaces."""
    commands = [turn for turn in life.turns if turn.command.actor is not ENGINE]
    # While it follows another case nothing fires; unmerged, it takes up what was missed.
    commands = [t for t in commands if t.before is None or t.before.stage is not Stage.MERGED]
    for turn in commands:
        for clock in running(turn.before) if turn.before else ():
            deadline = due(clock, CALENDAR)

            assert clock.missed or deadline is None or deadline.at >= turn.now
            assert clock.missed or used(clock, CALENDAR, turn.now) <= clock.granted


@FEWER
@given(ANY_LIVES)
def test_the_level_never_falls_and_only_a_person_lowers_the_tier(life: Life) -> None:
    for before, event, after in before_and_after(life):
        assert before.level <= after.level
        assert before.tier.depth <= after.tier.depth or isinstance(
            event.fact, Triaged | TierLowered
        )


@FEWER
@given(ANY_LIVES)
def test_a_command_given_again_has_no_effect_and_the_same_answer(life: Life) -> None:
    for turn in life.turns:
        if turn.command.actor.role is Role.ENGINE:
            continue
        case = life.case
        again = decide(case, turn.command, life.now + timedelta(days=1))

        assert () == again.events
        assert case == again.case
        assert turn.decision.case.answer(turn.command.id) == case.answer(turn.command.id)


@FEWER
@given(ANY_LIVES)
def test_the_promise_to_the_citizen_never_restarts(life: Life) -> None:
    starts = {the(case, CITIZEN).started_at for case in states(life)}

    assert 1 == len(starts)


@FEWER
@given(ANY_LIVES)
def test_an_open_case_always_has_a_clock_that_runs_and_a_closed_one_none(life: Life) -> None:
    for turn in life.turns:
        case = turn.decision.case
        citizen = the(case, CITIZEN)

        ended = case.stage in ENDED_STAGES
        penalties = {part.id for part in case.open_parts(PartKind.PENALTY)}
        reviews = {part.id for part in case.open_parts(*REQUESTS)}

        assert citizen.is_running is not ended
        assert (case.closed_at is not None) is ended
        if ended:
            assert {clock.id for clock in running(case)} == penalties | reviews
        else:
            assert citizen.is_paused is (case.suspended_until is not None)


@FEWER
@given(ANY_LIVES)
def test_every_open_part_has_one_clock_and_an_ended_one_none(life: Life) -> None:
    for case in states(life):
        ids = [clock.id for clock in case.clocks]

        assert len(ids) == len(set(ids))
        for part in case.parts:
            ruled = case.plan.part(case.tier, part.kind) is not None
            assert (part.id in ids) is (part.is_open and ruled)


@FEWER
@given(ANY_LIVES)
def test_the_promise_stands_still_only_while_suspended_or_closed(life: Life) -> None:
    for case in states(life):
        causes = {pause.cause for pause in the(case, CITIZEN).pauses}

        assert causes <= {Cause.SUSPENDED, Cause.CLOSED}


@FEWER
@given(ANY_LIVES)
def test_nothing_fires_in_a_case_that_follows_another(life: Life) -> None:
    for before, event, _ in before_and_after(life):
        if before.stage is Stage.MERGED:
            # Its own lateness is written down once, when it ends with the other; nobody is told.
            ends = event.command == "follow" and isinstance(event.fact, DeadlineMissed)
            assert ends or not isinstance(event.fact, RungReached | DeadlineMissed)


@FEWER
@given(ANY_LIVES)
def test_ringing_again_at_the_same_moment_does_nothing(life: Life) -> None:
    case = life.case
    if case.stage.is_final:
        return
    case, _ = ring(case, life.now)

    assert () == ring(case, life.now)[1]


@FEWER
@given(ANY_LIVES)
def test_a_refusal_changes_nothing_but_the_journal(life: Life) -> None:
    for before, event, after in before_and_after(life):
        if isinstance(event.fact, CommandRefused):
            assert (before.clocks, before.stage, before.level, before.holder) == (
                after.clocks,
                after.stage,
                after.level,
                after.holder,
            )


@FEWER
@given(DILIGENT_LIVES)
def test_the_forecast_is_what_then_happens(life: Life) -> None:
    case, happened = life.case, list[Event]()
    foretold = list(forecast(case, roster(), most=200))
    while (item := next_item(case)) is not None:
        case, events = ring(case, item.at + TICK)
        happened += events

    assert [(event.at, event.fact) for event in happened] == [
        (event.at, event.fact) for event in foretold
    ]
