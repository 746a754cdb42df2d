"""A new policy over an open case: every deadline it moves is told before it is moved."""

from dataclasses import replace

from domain.case.commands import Lookup
from domain.case.repinning.acts import Repin
from domain.case.repinning.preview import is_behind, preview
from domain.case.suspension.acts import Suspend
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.sla.clocks import Cause, due
from domain.vocabulary import Role, Stage
from tests.builders import ACTORS, case_at, give
from tests.town import CALENDAR, at, hours

SUPERVISOR = ACTORS[Role.SUPERVISOR]
LATER = at("2026-07-02 09:00")


def with_budget(pinned: CasePlan, clock: str, given: int) -> CasePlan:
    """The same plan, in which one clock has so many hours in every tier."""
    levels = tuple(
        replace(
            level,
            clocks=tuple(
                replace(spec, budget=hours(given)) if spec.clock == clock else spec
                for spec in level.clocks
            ),
        )
        for level in pinned.levels
    )
    return replace(pinned, levels=levels, policy="sha256:new")


def test_the_preview_is_what_then_happens() -> None:
    case = case_at(Stage.SIGNED)
    new = with_budget(case.plan, HOLDER, 16)
    seen = preview(case, new, SUPERVISOR, LATER)
    act = Repin(policy="sha256:new", reason="The council decided.")
    after = give(case, act, LATER, by=SUPERVISOR, lookup=Lookup(plan=new)).case

    assert {CITIZEN: False, HOLDER: True} == {
        move.clock: move.moves for move in seen.moves if move.clock in {CITIZEN, HOLDER}
    }
    for move in seen.moves:
        clock = after.clock(move.clock)
        assert clock is not None
        deadline = due(clock, CALENDAR)
        assert (deadline.at if deadline else None) == move.after
    assert "sha256:new" == after.plan.policy


def test_a_clock_keeps_its_start_its_pauses_and_what_has_fired_under_a_new_policy() -> None:
    case = case_at(Stage.SIGNED)
    case = give(
        case, Suspend(reason="Frost.", measures="A fence.", until=at("2026-07-06 08:00")), LATER
    ).case
    case = give(case, "resume", at("2026-07-03 09:00")).case
    new = with_budget(case.plan, HOLDER, 16)
    act = Repin(policy="sha256:new", reason="The council decided.")
    after = give(case, act, at("2026-07-03 10:00"), by=SUPERVISOR, lookup=Lookup(plan=new)).case
    before_holder, holder = case.clock(HOLDER), after.clock(HOLDER)

    assert before_holder is not None
    assert holder is not None
    assert before_holder.started_at == holder.started_at
    assert before_holder.pauses == holder.pauses
    assert [Cause.SUSPENDED] == [pause.cause for pause in holder.pauses]
    assert hours(16) == holder.budget


def test_what_cannot_be_moved_says_why() -> None:
    case = case_at(Stage.CLOSED)
    seen = preview(case, with_budget(case.plan, HOLDER, 16), SUPERVISOR, LATER)

    assert not seen.moves
    assert seen.problem.startswith("repin is possible in ")


def test_a_policy_that_nobody_published_is_refused() -> None:
    case = case_at(Stage.SIGNED)
    act = Repin(policy="sha256:none", reason="The council decided.")
    lookup = Lookup(problem="nobody ever published policy sha256:none")
    [event] = give(case, act, LATER, by=SUPERVISOR, lookup=lookup).events

    assert "unknown_policy" == getattr(event.fact, "refusal", None)


def test_a_case_is_repinned_for_another_policy_or_for_newer_rules() -> None:
    today = case_at(Stage.SIGNED).plan

    assert not is_behind(today, today.policy)
    assert is_behind(today, "sha256:new")
    assert is_behind(replace(today, rules=None), today.policy)
