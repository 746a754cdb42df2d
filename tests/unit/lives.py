"""Random lives of a case: what people and the engine do to it, in any order and at any time.

README.md of this folder says how choices are made, how to add a command and how to repeat a life.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from typing_extensions import override

from domain.case.agenda import first_due, next_item
from domain.case.commands import ENGINE, Act, Actor, Command
from domain.case.decide import Decision, decide
from domain.case.escalation.acts import Ring
from domain.case.events import Event
from domain.case.forecasts import TICK
from domain.case.part_types import REQUESTS, kinds
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.complaints import Arrival, SuperiorOrder
from domain.planning.plans import CasePlan
from domain.policy.flows import FollowOn
from domain.policy.part_rules import Default, PartRule
from domain.sla.ladders import Action, Ladder, Late
from domain.vocabulary import Stage, Tier
from tests.builders import ACTORS, LOOKUP, USUAL, WAYS, complaint, plan
from tests.town import (
    CITIZEN_LADDER,
    FIVE_LEVELS,
    IN_HOURS,
    OPENED,
    PART_RULES,
    PLATFORM_LADDER,
    at,
    hours,
    ladder,
    rung,
)
from tests.unit.lives_choices import fits, forward, onward, part_for, pick
from tests.unit.lives_people import looked_up, who
from tests.unit.lives_terms import fitted

HAND_ON = rung("hand on", 2, Action.REASSIGN, share=100, late=Late.FIRE)
STEEP = ladder(
    "holder",
    rung("at once", 1, Action.WARN, share=0, late=Late.FIRE),
    rung("red", 2, share=100, late=Late.COLLAPSE),
    HAND_ON,
    rung("raise", 3, Action.RAISE_TIER, after=hours(0), late=Late.COLLAPSE),
    rung("circulate", 4, Action.CIRCULATE, after=hours(1), late=Late.COLLAPSE),
    rung("interview", 5, Action.INTERVIEW, after=hours(2), late=Late.FIRE),
    rung("report", 6, Action.REPORT_UP, after=hours(8), late=Late.FIRE),
    rung("note", 6, Action.CIRCULATE, after=hours(200), late=Late.RECORD),
)
"""A ladder with several rungs at one moment, one of which replaces the clock it belongs to."""
NEXT = "at the next item"
PAST = "just past the next item"
FINAL_COMMANDS = 2
"""How many commands an ended life still hears."""


@dataclass(frozen=True, slots=True)
class Step:
    """After `wait` (minutes, NEXT or PAST) a person gives a command of `kind`.

    A kind is one of `USUAL`, with fields that fit the case, or: onward (what the case waits for),
    forward (what an open part waits for), fitting (any that the case would take), again (the last
    command), unfit (any, by the person who usually gives it, whatever the case). `nap` decides
    where there is a choice, and is the number of hours that a suspension lasts.
    """

    wait: int | str
    kind: str
    nap: int = 1


@dataclass(frozen=True, slots=True)
class Turn:
    """One command, the case before it, and the decision."""

    now: datetime
    before: Case | None
    command: Command
    decision: Decision


class Life:
    """A plan and its turns. No dataclass, so that a failing property shows a story and not pages of
    state.
    """

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


def live(
    pinned: CasePlan, steps: list[Step], *, diligent: bool, start: Stage = Stage.RECEIVED
) -> Life:
    """Live the steps under a plan. A diligent engine rings whenever something is due, as the
    workflow does.

    `start`: the stage that the case is brought to first, if its plan leads there.
    """
    if "refuse" in WAYS[start]:  # only before anybody has it
        about = replace(pinned.complaint, category=None)
        pinned = replace(pinned, complaint=about, category=None, holder=None)
    way = [Step(0, kind) for kind in _way(pinned, start)]
    return Life(pinned, _turns(pinned, [*way, *steps], diligent=diligent))


def _way(pinned: CasePlan, start: Stage) -> Iterator[str]:
    if pinned.holder is None and "refuse" not in WAYS[start] and WAYS[start]:
        yield "triage"
    for kind in WAYS[start]:
        yield kind
        if kind == "verify" and pinned.tier is Tier.SUPERVISE:
            yield kind  # the second signature


def _turns(pinned: CasePlan, steps: list[Step], *, diligent: bool) -> Iterator[Turn]:
    now = OPENED
    turn = _turn(None, Command("open", ENGINE, Open(plan=pinned)), now)
    yield turn
    last, ended = turn.command, 0
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
        ended += case.stage.is_final
        if ended == FINAL_COMMANDS:
            return


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
    lookup = looked_up(case, act, step.nap)
    return Command(f"{act.kind}-{number}", actor, act, lookup)


def act_of(case: Case, step: Step, now: datetime) -> tuple[Act, Actor]:
    """Return the act that the step means for the case as it is, and the person who gives it."""
    number = step.nap
    kind, part = step.kind, None
    match kind:
        case "unfit":
            act, role = pick(list(USUAL.values())[1:], number, "unfit")
            return act, ACTORS[role]
        case "onward":
            kind, part = onward(case, number)
        case "forward":
            kind, part = forward(case, number) or onward(case, number)
        case "fitting":
            kind = pick(fits(case, number), number, "kind")
        case _:
            pass
    part = part or part_for(case, kind, number)
    act = fitted(case, USUAL[kind][0], part, number, now)
    return act, who(case, act, part, number)


# Strategies.

OFTEN = [*["fitting"] * 40, *["onward"] * 22, *["forward"] * 25]
KINDS = [*OFTEN, *["unfit"] * 7, *["ring", "again"] * 3]
MOSTLY_ONWARD = st.sampled_from(KINDS)
# Often at once, or most requests would meet their defaults before anybody answers.
SOON: list[int | str] = [0, 0, 0, 5, 60, NEXT, PAST]
LATER, NAPS = 3 * 24 * 60, 400
WAITS = st.sampled_from(SOON) | st.integers(0, LATER)
SOME = st.lists(st.builds(Step, WAITS, MOSTLY_ONWARD, st.integers(1, NAPS)), max_size=12)
# Several lists, because one of no least length has five elements on average.
STEPS = st.builds(lambda *some: [*chain(*some)], SOME, SOME, SOME, SOME)
LADDERS: list[tuple[Ladder, ...]] = [
    (CITIZEN_LADDER, PLATFORM_LADDER, FIVE_LEVELS),
    (CITIZEN_LADDER, PLATFORM_LADDER, STEEP),
    (ladder("citizen"), ladder("platform"), ladder("holder", rung("early", share=50), HAND_ON)),
]
ORDERS = [
    None,
    None,
    SuperiorOrder("1", "city"),
    SuperiorOrder("2", "city", due_at=at("2026-07-02 23:59"), supervised=True),
    SuperiorOrder("3", "city", due_at=at("2026-06-30 12:00")),  # past when it arrives
]
STANDINGS = [
    *[Arrival()] * 6,
    Arrival(suspended_until=at("2026-07-04 12:00"), reason="Frost."),
]


def _by_default(rule: PartRule) -> PartRule:
    other = Default.REFUSE if rule.default is Default.GRANT else Default.GRANT
    return replace(rule, default=other) if rule.kind in REQUESTS - SEPARATING else rule


SEPARATING = kinds(lambda row: row.separates)  # which no policy may refuse by silence
PARTS = [PART_RULES, PART_RULES, tuple(map(_by_default, PART_RULES))]
"""The town's rules, and those with every default the other way."""
BACKUPS = [("water", "squad", "town"), ("town", "squad", "water"), ()]
Choose = Callable[[Sequence[Any]], Any]
"""Chooses one of a list, by Hypothesis or by a seed."""


def plan_by(choose: Choose) -> CasePlan:
    """Return a plan in which all that plans differ by is chosen."""
    holder = choose(["squad", None])
    about = complaint(
        reported_at=choose([OPENED, OPENED - hours(20), OPENED - hours(400)]),
        category="street-stalls" if holder else None,
        superior=choose(ORDERS),
        standing=choose(STANDINGS),
    )
    pinned = plan(
        about,
        tier=choose([*Tier]),
        holder=holder,
        measure=choose(IN_HOURS),
        ladders=choose(LADDERS),
        callback=choose([True, True, False]),
        parts=choose(PARTS),
        reopen_window=timedelta(days=choose([30, 30, 0])),
    )
    # Where no citizen is called back, a camera has seen it: it gives notice, and looks again.
    return replace(
        pinned,
        backups=choose(BACKUPS),
        recheck=None if pinned.callback else hours(0.5),
        # What comes without a category is a question, unless a camera has seen it.
        consult=True if pinned.callback and pinned.category is None else None,
        follow_on=FollowOn("illegal-building") if pinned.category else None,
    )


@st.composite
def plans(draw: st.DrawFn) -> CasePlan:
    return plan_by(lambda options: draw(st.sampled_from(options)))


PLANS = plans()
STARTS = st.sampled_from([Stage.RECEIVED] * 4 + [stage for stage in Stage if not stage.is_final])


@st.composite
def lives(draw: st.DrawFn, *, diligent: bool) -> Life:
    return live(draw(PLANS), draw(STEPS), diligent=diligent, start=draw(STARTS))


DILIGENT_LIVES = lives(diligent=True)
ANY_LIVES = DILIGENT_LIVES | lives(diligent=False)
FEWER = settings(max_examples=settings().max_examples * 3 // 10)
"""A life is worth several examples."""
