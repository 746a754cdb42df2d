"""Look at a random life: the case after each row, its clocks, what time alone would do."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import pairwise

from hypothesis import Phase, given, settings

from domain.case.agenda import next_item
from domain.case.commands import ENGINE, Command
from domain.case.decide import decide
from domain.case.escalation.acts import Ring
from domain.case.events import Event
from domain.case.evolve import evolve
from domain.case.forecasts import TICK
from domain.case.state import Case
from domain.planning.plans import CasePlan
from domain.sla.clocks import Clock
from domain.vocabulary import Stage
from tests.builders import LOOKUP
from tests.unit.lives import PLANS, STEPS, Life, Step, live

ENGINES_OWN = frozenset({"open", "ring"})
"""Commands that are not remembered."""


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
    """Return the same lives every time, to count what random ones reach."""
    found: list[Life] = []
    starts = (*Stage, Stage.RECEIVED, Stage.RECEIVED, Stage.DISPATCHED)

    @settings(derandomize=True, max_examples=1200, phases=[Phase.generate], database=None)
    @given(PLANS, STEPS)
    def collect(pinned: CasePlan, steps: list[Step]) -> None:
        # In turn: what is drawn at random comes in heaps.
        start = starts[len(found) % len(starts)]
        diligent = bool(len(found) // len(starts) % 2)
        found.append(live(pinned, steps, diligent=diligent, start=start))

    collect()
    return tuple(found)
