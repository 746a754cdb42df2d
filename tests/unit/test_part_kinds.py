"""What every rule of a case says of every kind of part, question by question, in part_kinds.txt.

Random lives come to most of it, but not to all. `python -m tests.unit.test_part_kinds` writes the
table again; the diff is then what changed for which kind. A step that is wrong for a part (refused
with wrong_step) is left out.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from domain.case.agenda import DEADLINE, Item
from domain.case.closing.decide import end
from domain.case.closing.facts import Closed
from domain.case.commands import ENGINE, Act, Actor, Command
from domain.case.dispatch.decide import hand_to, pass_on
from domain.case.draft import Draft
from domain.case.escalation.acts import Ring
from domain.case.escalation.decide import _run_out
from domain.case.events import CommandRefused, Event
from domain.case.evolve import evolve
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Conclude, Hold, Report, ReportAction
from domain.case.part_types import PARTS_TOLD
from domain.case.participants import inbox
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.rectification.acts import Serve
from domain.case.registration.acts import Recheck
from domain.case.requests.acts import Answer
from domain.case.retractions.acts import Retract
from domain.case.state import Case
from domain.case.supervision.acts import NoShow, Urge
from domain.case.tiers.decide import raise_to
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Stage, Tier
from tests.acts import FINDING, MINUTES, RECEIPT
from tests.builders import ACTORS, LOOKUP, PHOTO, case_at, give, plan_for
from tests.town import OPENED, PART_RULES

TABLE = Path(__file__).with_name("part_kinds.txt")
AT = OPENED + timedelta(minutes=30)
WATER = Actor("chen", Role.HANDLER, "water")
STATES = [PartState.OPEN, PartState.SERVED, PartState.REPORTED, PartState.INSPECTION]
STATES += [PartState.DECIDED, PartState.UNDER_WAY]


def with_part(kind: PartKind, case: Case, starts: PartState = PartState.OPEN) -> Case:
    filed = FilePenalty(number="1", officers=("li", "zhao"), basis="x")
    terms = filed if kind is PartKind.PENALTY else Urge(text="x")
    fact = PartOpened(part=f"{kind}-1", what=kind, terms=terms, units=("squad",), starts=starts)
    return evolve(case, Event(case.seq + 1, AT, WATER, "opened", "urge", fact))


def then(case: Case, do: Callable[[Draft], None]) -> Case:
    draft = Draft(case, Command("c", ENGINE, Ring(), LOOKUP), AT)
    do(draft)
    return draft.case


def said(kind: PartKind, case: Case) -> str:
    part = case.part(f"{kind}-1")
    return str(part.state) if part else "gone"


def given(kind: PartKind, case: Case, act: Act | str, by: Actor | None = None) -> str:
    decision = give(case, act, AT, by=by)
    last = decision.events[-1].fact
    if isinstance(last, CommandRefused):
        return f"no: {last.refusal}"
    after = decision.case
    more = ", designated" * after.designated + ", exempt" * after.exempt
    return f"{said(kind, after)}, {after.stage} in {after.tier}{more}"


def clocks(case: Case) -> str:
    paused = [
        f"{clock.id} {pause.cause}"
        for clock in case.clocks
        for pause in clock.pauses
        if pause.until is None
    ]
    return ", ".join(sorted(paused)) or "all run"


def run_out(kind: PartKind, case: Case) -> str:
    after = then(case, lambda draft: _run_out(draft, Item(AT, f"{kind}-1", DEADLINE)))
    return f"{said(kind, after)}, {after.stage} in {after.tier}; {clocks(after)}"


def turned(kind: PartKind, starts: PartState, to: PartState) -> str:
    """The clock of the part after it moved: its budget and measure, and whether it began anew."""
    case = with_part(kind, case_at(Stage.IN_PROGRESS), starts)
    fact = PartMoved(part=f"{kind}-1", to=to)
    later = AT + timedelta(hours=1)
    after = evolve(case, Event(case.seq + 1, later, WATER, "moved", "report", fact))
    clock = after.clock(f"{kind}-1")
    if clock is None:
        return "no clock"
    return f"{clock.budget} {clock.measure}, {'anew' if clock.started_at == later else 'goes on'}"


def acts_on(kind: PartKind) -> Iterator[tuple[str, Act, Actor | None]]:
    part, leader = f"{kind}-1", ACTORS[Role.LEADER]
    yield "report", Report(part=part, text="x", evidence=(PHOTO,)), ACTORS[Role.HANDLER]
    yield "report by another unit", Report(part=part, text="x", evidence=(PHOTO,)), WATER
    yield "check", Check(part=part, passed=True, note="x", evidence=(PHOTO,)), leader
    yield "failed check", Check(part=part, passed=False, note="x", evidence=(PHOTO,)), leader
    yield (
        "hold",
        Hold(part=part, minutes="x", evidence=(MINUTES,), present=("squad",), lead="squad"),
        leader,
    )
    yield (
        "hold without a lead",
        Hold(part=part, minutes="x", evidence=(MINUTES,), present=("squad",)),
        leader,
    )
    yield "conclude", Conclude(part=part, finding="x", evidence=(FINDING,)), leader
    asker = replace(ACTORS[Role.HANDLER], id=WATER.id)
    yield "retract", Retract(part=part, reason="x"), asker
    yield "waive", Waive(part=part, reason="x"), leader
    yield "grant", Answer(part=part, granted=True, reason="x"), leader
    yield "refuse", Answer(part=part, granted=False, reason="x"), leader
    yield "serve", Serve(part=part, evidence=(RECEIPT,)), ACTORS[Role.HANDLER]
    yield "no_show", NoShow(part=part), ACTORS[Role.HANDLER]
    yield "report_action", ReportAction(part=part, text="x", people=0), ACTORS[Role.HANDLER]
    served = AdvancePenalty(part=part, step=PenaltyStep.SERVED)
    yield "advance_penalty", served, ACTORS[Role.HANDLER]


def answers(kind: PartKind) -> Iterator[tuple[str, str]]:
    handled = with_part(kind, case_at(Stage.IN_PROGRESS))
    yield "told outside", str(kind in PARTS_TOLD)
    yield "counts as a return", str(handled.returns)
    yield "resolve", given(kind, handled, "resolve")
    yield "sign", given(kind, with_part(kind, case_at(Stage.DISPATCHED)), "sign")
    yield "return", given(kind, handled, "return").split(",")[0]
    yield "tier raised", said(kind, then(handled, lambda d: raise_to(d, Tier.SUPERVISE, "x")))
    returned = give(handled, "return", AT).case
    asked = Answer(part="return-1", granted=True, reason="x", unit="water")
    if kind is not PartKind.RETURN:
        yield "returned", given(kind, returned, asked).split(",")[0]
    yield "handed to another", said(kind, then(handled, lambda d: hand_to(d, "water")))
    yield "handed to its holder", said(kind, then(handled, lambda d: hand_to(d, "squad")))
    pinned = replace(plan_for(Stage.DISPATCHED, Tier.DIRECT), backups=("squad", "water"))
    waiting = with_part(kind, case_at(Stage.DISPATCHED, pinned=pinned))
    yield "handed on", said(kind, then(waiting, lambda d: pass_on(d, "x")))
    ended = then(handled, lambda d: end(d, Closed(note="x")))
    yield "ended", f"{said(kind, ended)}; {[c.id for c in ended.clocks if c.is_running]}"
    yield "withdrawn", given(kind, replace(handled, signed_once=False), "withdraw")
    yield "triage", given(kind, with_part(kind, case_at(Stage.RECEIVED)), "triage").split(",")[0]
    for stage in (Stage.RECEIVED, Stage.DISPATCHED, Stage.IN_PROGRESS, Stage.RESOLVED):
        waits = with_part(kind, case_at(stage))
        yield f"pauses when {stage}", clocks(waits)
        yield f"in the inbox of when {stage}", ", ".join(inbox(waits))
        yield f"its deadline when {stage}", run_out(kind, waits)
    served = with_part(kind, case_at(Stage.IN_PROGRESS), PartState.SERVED)
    yield "its deadline when served", run_out(kind, served)
    yield "suspended with it", clocks(give(handled, "suspend", AT).case)
    yield (
        "opened in suspension",
        clocks(with_part(kind, give(case_at(Stage.IN_PROGRESS), "suspend", AT).case)),
    )
    yield "merged with it", clocks(give(handled, "merge", AT).case)
    for state in STATES:
        case = with_part(kind, case_at(Stage.IN_PROGRESS), state)
        for name, act, by in acts_on(kind):
            if (answer := given(kind, case, act, by)) != "no: wrong_step":
                yield f"{state}: {name}", answer
        turns = [f"{to} {turned(kind, state, to)}" for to in STATES]
        yield f"clock from {state}", "; ".join(turns)
    for clear in (True, False):
        recheck = Recheck(part=f"{kind}-1", clear=clear, note="x", evidence=(PHOTO,))
        for state in (PartState.SERVED, PartState.INSPECTION):
            case = with_part(kind, case_at(Stage.RECEIVED), state)
            answer = given(kind, case, recheck, ACTORS[Role.DISPATCHER])
            if answer != "no: wrong_step":
                yield f"{state}: recheck, {clear}", answer


def written() -> str:
    return "".join(
        f"{kind} | {question} | {answer}\n"
        for kind in PartKind
        for question, answer in answers(kind)
    )


@pytest.mark.parametrize("kind", PartKind)
def test_every_rule_says_of_this_kind_of_part_what_the_table_says(kind: PartKind) -> None:
    table = [line.split(" | ", 2) for line in TABLE.read_text().splitlines()]
    rows = {question: answer for of, question, answer in table if of == kind}

    assert dict(answers(kind)) == rows, "new or changed? python -m tests.unit.test_part_kinds"


def test_the_town_of_the_tests_has_a_rule_for_every_kind_of_part() -> None:
    assert {rule.kind for rule in PART_RULES} == {*PartKind}, (
        "add it to PART_RULES in tests/town.py"
    )


if __name__ == "__main__":
    TABLE.write_text(written())
    sys.stdout.write(f"{TABLE}\n")
