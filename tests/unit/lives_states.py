"""Look at a random life: the case after each row, its clocks, what time alone would do."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import pairwise
from random import Random

from domain.case.agenda import next_item
from domain.case.closing.facts import Closed
from domain.case.commands import ENGINE, Command
from domain.case.decide import decide
from domain.case.escalation.acts import Ring
from domain.case.events import Event
from domain.case.evolve import evolve
from domain.case.forecasts import TICK
from domain.case.merging.acts import Follow
from domain.case.state import Case
from domain.case.supervision.facts import ReportedUp
from domain.sla.clocks import Clock
from domain.vocabulary import Stage
from tests.builders import LOOKUP
from tests.unit.lives import KINDS, LATER, NAPS, SOON, Life, Step, Turn, live, plan_by

ENGINES_OWN = frozenset({"open", "ring"})
"""Commands that are not remembered."""
LIVES = 1200
STEPS = 48
"""At most, in a life."""


def states(life: Life) -> list[Case]:
    """Return the case after each event."""
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


def ends_with_another(turn: Turn) -> bool:
    """Return True for the word that the other case has ended, if it ends this one or reports it."""
    ends = any(isinstance(event.fact, Closed | ReportedUp) for event in turn.decision.events)
    return isinstance(turn.command.act, Follow) and ends


def ring(case: Case, now: datetime) -> tuple[Case, tuple[Event, ...]]:
    decision = decide(case, Command("again", ENGINE, Ring(), LOOKUP), now)
    return decision.case, decision.events


def left_alone(case: Case) -> Iterator[tuple[Case, Event, Case]]:
    """Yield what a diligent engine writes, event by event, until nothing will ever be due."""
    while (item := next_item(case)) is not None:
        for event in ring(case, item.at + TICK)[1]:
            before, case = case, evolve(case, event)
            yield before, event, case


@cache
def fixed_lives() -> tuple[Life, ...]:
    """Return the same lives every time, to count what random ones reach.

    Chosen by a seed, not by Hypothesis: what that draws depends on its version, and on the numbers
    in all modules that are imported, so a test alone would see other lives than with its folder.
    """
    random = Random(1)  # noqa: S311 - no secret
    starts = (*Stage, Stage.RECEIVED, Stage.RECEIVED, Stage.DISPATCHED)
    found: list[Life] = []
    for number in range(LIVES):
        steps = [_step(random) for _ in range(random.randint(0, STEPS))]
        # In turn: each stage begins as many lives as another.
        start, diligent = starts[number % len(starts)], bool(number // len(starts) % 2)
        found.append(live(plan_by(random.choice), steps, diligent=diligent, start=start))
    return tuple(found)


def _step(random: Random) -> Step:
    waits: tuple[int | str, int | str] = (random.choice(SOON), random.randint(0, LATER))
    return Step(random.choice(waits), random.choice(KINDS), random.randint(1, NAPS))
