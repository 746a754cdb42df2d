"""Random lives of a case: what people and the engine do to it, in any order and at any time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from typing_extensions import override

from domain.acts.merging import Follow
from domain.agenda import first_due, next_item
from domain.case import Case
from domain.clocks import Measure
from domain.commands import (
    ENGINE,
    Act,
    Actor,
    Callback,
    Close,
    Command,
    Dispatch,
    Open,
    Ring,
    Suspend,
    Verify,
)
from domain.complaints import Arrival, SuperiorOrder
from domain.decisions import Decision, decide
from domain.events import Event
from domain.forecasts import TICK
from domain.ladders import Action, Ladder, Late
from domain.permissions import PERMISSIONS
from domain.plans import CasePlan
from domain.words import Role, Stage, Tier
from tests.builders import ACTORS, LOOKUP, USUAL, complaint, plan
from tests.town import (
    CITIZEN_LADDER,
    FIVE_LEVELS,
    OPENED,
    PLATFORM_LADDER,
    at,
    hours,
    ladder,
    rung,
)
from tests.unit.lives_choices import ANY_RULE, ENDS, part_for, varied

ONWARD: Mapping[Stage, str] = {
    Stage.RECEIVED: "triage",
    Stage.TRIAGED: "dispatch",
    Stage.DISPATCHED: "sign",
    Stage.SIGNED: "progress",
    Stage.IN_PROGRESS: "resolve",
    Stage.RESOLVED: "verify",
    Stage.VERIFIED: "close",
    Stage.REPORTED: "write_off",
    Stage.CLOSED: "ask_reopening",
    Stage.REFUSED: "answer",
    Stage.MERGED: "unmerge",
    Stage.ARCHIVED: "comment",
    Stage.WITHDRAWN: "comment",
}
STEEP = ladder(
    "holder",
    rung("at once", 1, Action.WARN, share=0, late=Late.FIRE),
    rung("red", 2, share=100, late=Late.COLLAPSE),
    rung("raise", 3, Action.RAISE_TIER, after=hours(0), late=Late.COLLAPSE),
    rung("circulate", 4, Action.CIRCULATE, after=hours(1), late=Late.COLLAPSE),
    rung("note", 4, Action.CIRCULATE, after=hours(200), late=Late.RECORD),
)
"""A ladder with several rungs at one moment, one of which replaces the clock it belongs to."""
NEXT = "at the next item"
PAST = "just past the next item"


@dataclass(frozen=True, slots=True)
class Step:
    """After `wait` (minutes, NEXT or PAST) somebody gives the command of a kind.

    Kinds are those of `USUAL`, and: onward, fitting (any for the stage), again (the last command),
    unverified, unsatisfied, elsewhere (dispatch to another unit). `nap` is how many hours a
    suspension lasts, and chooses where there is a choice.
    """

    wait: int | str
    kind: str
    nap: int = 1


@dataclass(frozen=True, slots=True)
class Turn:
    """One command, and the case before it."""

    now: datetime
    before: Case | None
    command: Command
    decision: Decision


class Life:
    """No dataclass, so that a failing property shows its story instead of pages of state."""

    def __init__(self, pinned: CasePlan, turns: Iterable[Turn]) -> None:
        self.pinned = pinned
        self.turns = tuple(turns)

    @override
    def __repr__(self) -> str:
        about = self.pinned.complaint
        lines = [f"{self.pinned.tier}, reported {about.reported_at}, {about.superior}"]
        for turn in self.turns:
            kinds = " ".join(event.fact.kind for event in turn.decision.events)
            lines.append(f"{turn.now} {turn.command.act}: {kinds}"[:200])
        return "\n".join(lines)

    @property
    def case(self) -> Case:
        return self.turns[-1].decision.case

    @property
    def now(self) -> datetime:
        return self.turns[-1].now

    @property
    def events(self) -> tuple[Event, ...]:
        return tuple(event for turn in self.turns for event in turn.decision.events)


def live(pinned: CasePlan, steps: list[Step], *, diligent: bool) -> Life:
    """A diligent engine rings whenever it wakes and something is due, as the workflow does."""
    return Life(pinned, _turns(pinned, steps, diligent=diligent))


def _turns(pinned: CasePlan, steps: list[Step], *, diligent: bool) -> Iterator[Turn]:
    now = OPENED
    turn = _turn(None, Command("open", ENGINE, Open(plan=pinned)), now)
    yield turn
    last = turn.command
    for number, step in enumerate(steps):
        now = _later(turn.decision.case, step, now)
        if diligent and first_due(turn.decision.case, now) is not None:
            turn = _turn(turn.decision.case, _ring(number), now)
            yield turn
        case = turn.decision.case
        command = last if step.kind == "again" else _command(case, step, number, now)
        turn = _turn(case, command, now)
        last = command if step.kind != "ring" else last
        yield turn


def _turn(before: Case | None, command: Command, now: datetime) -> Turn:
    return Turn(now, before, command, decide(before, command, now))


def _ring(number: int) -> Command:
    return Command(f"ring-{number}", ENGINE, Ring(), LOOKUP)


def _later(case: Case, step: Step, now: datetime) -> datetime:
    if isinstance(step.wait, int):
        return now + timedelta(minutes=step.wait)
    item = next_item(case)
    moment = item.at if item else now
    return max(now, moment + TICK if step.wait == PAST else moment)


def _command(case: Case, step: Step, number: int, now: datetime) -> Command:
    act, actor = act_of(case, step, now)
    lookup = LOOKUP
    if act.kind == "triage":
        category = replace(case.plan.complaint, category="street-stalls")
        lookup = replace(LOOKUP, plan=replace(case.plan, complaint=category, holder="squad"))
    return Command(f"{act.kind}-{number}", actor, act, lookup)


def act_of(case: Case, step: Step, now: datetime) -> tuple[Act, Actor]:
    """What the step means for a case as it stands, and who does it."""
    if step.kind == "onward":
        return act_of(case, replace(step, kind=ONWARD[case.stage]), now)
    if step.kind == "fitting":
        fits = [kind for kind, may in PERMISSIONS.items() if case.stage in may.stages]
        return act_of(case, replace(step, kind=fits[step.nap % len(fits)]), now)
    special: Mapping[str, Act] = {
        "unverified": Verify(passed=False),
        "unsatisfied": Close(callback=Callback.UNSATISFIED),
        "elsewhere": Dispatch(unit="water"),
        "suspend": Suspend(reason="Frost.", until=now + hours(step.nap)),
    }
    act = special.get(step.kind) or USUAL[step.kind][0]
    role = USUAL[act.kind][1]
    if (part := part_for(case, act.kind, step.nap)) is not None:
        act = replace(act, part=part.id)  # type: ignore[arg-type]
        if act.kind == "answer":
            role = (case.plan.part(case.tier, part.kind) or ANY_RULE).decider or Role.SUPERVISOR
        elif act.kind == "report":
            return act, Actor("chen", Role.HANDLER, part.units[0] if part.units else None)
    if act.kind == "follow" and case.merged_into is not None:
        act = Follow(case=case.merged_into, stage=ENDS[step.nap % len(ENDS)], result="Done.")
    act = varied(act, step.nap, now)
    if role is Role.HANDLER:
        return act, Actor("li", Role.HANDLER, case.holder)
    return act, ACTORS[role]


# Strategies.

KINDS = [*(kind for kind in USUAL if kind != "open"), "unverified", "unsatisfied", "elsewhere"]
# Mostly onward, or few lives would get past their first stages.
MOSTLY_ONWARD = st.sampled_from(
    ["onward"] * 60
    + ["fitting"] * 30
    + ["ring"] * 6
    + ["again"] * 4
    + ["answer", "report", "check"] * 3
    + KINDS
)
WAITS = st.sampled_from([0, NEXT, NEXT, PAST, PAST]) | st.integers(0, 3 * 24 * 60)
STEPS = st.lists(
    st.builds(Step, WAITS, MOSTLY_ONWARD, st.integers(1, 400)), min_size=1, max_size=20
)
LADDERS: list[tuple[Ladder, ...]] = [
    (CITIZEN_LADDER, PLATFORM_LADDER, FIVE_LEVELS),
    (CITIZEN_LADDER, PLATFORM_LADDER, STEEP),
    (ladder("citizen"), ladder("platform"), ladder("holder", rung("early", share=50))),
]
ORDERS = [
    None,
    SuperiorOrder("1", "city"),
    SuperiorOrder("2", "city", due_at=at("2026-07-02 23:59"), supervised=True),
    SuperiorOrder("3", "city", due_at=at("2026-06-30 12:00")),  # past when it arrives
]
STANDINGS = [
    Arrival(),
    Arrival(),
    Arrival(suspended_until=at("2026-07-04 12:00"), reason="Frost."),
]
PLANS = st.builds(
    lambda reported, order, standing, tier, holder, measure, ladders, callback: plan(
        complaint(
            reported_at=reported,
            category="street-stalls" if holder else None,
            superior=order,
            standing=standing,
        ),
        tier=tier,
        holder=holder,
        measure=measure,
        ladders=ladders,
        callback=callback,
    ),
    st.sampled_from([OPENED, OPENED - hours(20), OPENED - hours(400)]),
    st.sampled_from(ORDERS),
    st.sampled_from(STANDINGS),
    st.sampled_from(Tier),
    st.sampled_from(["squad", "squad", None]),
    st.sampled_from(Measure),
    st.sampled_from(LADDERS),
    st.booleans(),
)


@st.composite
def lives(draw: st.DrawFn, *, diligent: bool) -> Life:
    return live(draw(PLANS), draw(STEPS), diligent=diligent)


DILIGENT_LIVES = lives(diligent=True)
ANY_LIVES = DILIGENT_LIVES | lives(diligent=False)
FEWER = settings(max_examples=settings().max_examples // 2)
"""A life is worth several examples."""
