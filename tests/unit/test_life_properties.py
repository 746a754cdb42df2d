"""What holds in every life of a case: its rows, its rungs, its answers, what it foretells.

Its clocks and parts are in test_life_clocks.py.
"""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.case.citizen.acts import Rate, Supplement
from domain.case.cross_case_messages import cross_case_messages
from domain.case.decide import decide
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.events import CommandRefused
from domain.case.evolve import fold
from domain.case.forecasts import forecast
from domain.case.merging.acts import Join, Merge
from domain.case.permissions import OPEN_STAGES, PERMISSIONS
from domain.case.registration.facts import Triaged
from domain.case.task_links.facts import LinkTried
from domain.case.tiers.facts import TierLowered
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import Cause, due
from domain.sla.ladders import next_rung
from domain.vocabulary import RATINGS, Callback, Stage
from schemas.case import CaseInput
from schemas.journal import body_of, event_of
from tests.builders import give
from tests.town import CALENDAR, roster
from tests.unit.lives import ANY_LIVES, DILIGENT_LIVES, FEWER, Life
from tests.unit.lives_states import ENGINES_OWN, before_and_after, left_alone, ring, running, the
from tests.unit.lives_terms import OTHERS


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
            # The holder of a case that ends with another had its time as if it were not merged.
            if before.stage is Stage.MERGED and clock.id == HOLDER:
                clock = clock.without(Cause.MERGED)
            # So has one that loses the case by a return or a ruling that no one answered.
            if any(part.type.contests for part in before.open_parts()):
                clock = clock.without(Cause.RETURNED)
            deadline = due(clock, CALENDAR)

            assert clock.is_running
            assert not clock.missed
            assert deadline is not None
            assert deadline.at == event.fact.due_at < event.at
            # The promise of a case that joined is none of this one's.
            assert the(after, event.fact.clock).missed is (event.fact.of is None)


@FEWER
@given(ANY_LIVES)
def test_the_level_falls_only_with_a_moved_deadline_and_the_tier_by_a_person(life: Life) -> None:
    for before, event, after in before_and_after(life):
        assert before.level <= after.level or isinstance(event.fact, DeadlineMoved)
        assert before.tier.depth <= after.tier.depth or isinstance(
            event.fact, Triaged | TierLowered
        )


@FEWER
@given(ANY_LIVES)
def test_a_command_given_again_has_no_effect_and_the_same_answer(life: Life) -> None:
    for turn in life.turns:
        if turn.command.act.kind in ENGINES_OWN:
            continue
        case = life.case
        again = decide(case, turn.command, life.now + timedelta(days=1))

        assert () == again.events
        assert case == again.case
        assert turn.decision.case.answer(turn.command.id) == case.answer(turn.command.id)


@FEWER
@given(ANY_LIVES)
def test_a_refusal_changes_nothing_but_the_row_count_and_the_answers(life: Life) -> None:
    for turn in life.turns:
        events, after = turn.decision.events, turn.decision.case
        if turn.before is None or not any(isinstance(e.fact, CommandRefused) for e in events):
            continue
        if any(isinstance(e.fact, LinkTried) for e in events):
            continue  # a wrong token is counted as well

        assert 1 == len(events)
        assert turn.before == replace(after, seq=after.seq - 1, answered=turn.before.answered)


@FEWER
@given(ANY_LIVES)
def test_ringing_again_at_the_same_moment_does_nothing(life: Life) -> None:
    case = life.case
    if case.stage.is_final:
        return
    case, _ = ring(case, life.now)

    assert case.stage.is_final or () == ring(case, life.now)[1]


@FEWER
@given(DILIGENT_LIVES, st.integers(0, 100))
def test_the_forecast_at_any_moment_is_what_then_happens(life: Life, moment: int) -> None:
    turn = life.turns[moment % len(life.turns)]
    happened = [(event.at, event.fact) for _, event, _ in left_alone(turn.decision.case)]
    foretold = forecast(turn.decision.case, roster(), most=len(happened) + 1)

    assert happened == [(event.at, event.fact) for event in foretold]


@FEWER
@given(ANY_LIVES)
def test_messages_go_only_to_cases_that_joined_or_that_this_one_merged_into(
    life: Life,
) -> None:
    known: set[str] = set()
    for turn in life.turns:
        case, act = turn.decision.case, turn.command.act
        known |= {act.case} if isinstance(act, Join) else set()
        known |= {act.into} if isinstance(act, Merge) else set()
        for event in turn.decision.events:
            told = [to for to, _ in cross_case_messages(case, event)]
            # A join that is refused is answered to who asked; in these lives, the engine.
            refused = isinstance(event.fact, CommandRefused)
            # A case looks once more at what it has reserved itself.
            told = [to for to in told if to != case.case_id]

            assert {*told} <= known | ({event.actor.id} if refused else set())


@FEWER
@given(ANY_LIVES, st.integers(0, 100))
def test_whoever_follows_a_case_hears_its_end_whenever_it_comes(life: Life, moment: int) -> None:
    # What has its result is not_joined by no case that a person merges.
    not_joined = {Stage.MERGED, Stage.RESOLVED, Stage.VERIFIED}
    stages = PERMISSIONS["withdraw"].stages - not_joined
    turns = [turn for turn in life.turns if turn.decision.case.stage in stages]
    if not turns:
        return
    case, now = turns[moment % len(turns)].decision.case, life.now
    for other in OTHERS:
        case = give(case, Join(case=other), now).case
    ended = give(case, "withdraw", now)
    told = [to for event in ended.events for to, _ in cross_case_messages(ended.case, event)]

    # A late case is withdrawn by two people, and one with an inquiry not at all: it goes on.
    hear = ended.case.stage is Stage.WITHDRAWN
    assert sorted(OTHERS if hear else ()) == sorted(told)


@FEWER
@given(ANY_LIVES, st.integers(0, 100), st.booleans())
def test_what_a_citizen_adds_at_any_moment_moves_no_clock_and_no_stage(
    life: Life, moment: int, reminder: bool
) -> None:
    # What was refused it opens again, and a wish to withdraw or to refuse it ends.
    stages = OPEN_STAGES - {Stage.REFUSED}
    turns = [turn for turn in life.turns if turn.decision.case.stage in stages]
    turn = turns[moment % len(turns)]
    case = turn.decision.case
    after = give(case, Supplement(text="More.", reminder=reminder), turn.now).case
    wishes = {part.id for part in case.open_parts(PartKind.WITHDRAWAL, PartKind.REFUSAL)}

    assert tuple(clock for clock in case.clocks if clock.id not in wishes) == tuple(
        clock for clock in after.clocks if case.clock(clock.id)
    )
    assert case.stage == after.stage
    assert case.level == after.level
    assert case.tier == after.tier
    assert case.holder == after.holder
    assert case.reminders + reminder == after.reminders


@FEWER
@given(ANY_LIVES, st.integers(0, 100), st.sampled_from(RATINGS))
def test_a_rating_is_taken_at_any_moment_and_decides_only_where_a_call_is_due(
    life: Life, moment: int, rating: Callback
) -> None:
    turns = [turn for turn in life.turns if not turn.decision.case.stage.is_final]
    turn = turns[moment % len(turns)]
    case = turn.decision.case
    decision = give(case, Rate(callback=rating), turn.now)

    assert not any(isinstance(event.fact, CommandRefused) for event in decision.events)
    if case.stage is not Stage.VERIFIED:
        assert case.stage == decision.case.stage
        assert case.level == decision.case.level
        assert case.holder == decision.case.holder
