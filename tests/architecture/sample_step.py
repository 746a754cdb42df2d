"""`python -m tests.architecture.sample_step`: what happens to two new steps of the holder, as JSON.

Adds two clocks to the table in memory. `second` is a copy of `first`: it starts on dispatch, and
Progressed stops it. `visit` starts when the unit signs, and Progressed stops it. Then cases live
the stories, and after each command the state of `first` and of both is noted.
"""

# ruff: noqa: PLC0415  # everything that reads the table is imported after the rows are in it
import json
import sys
from dataclasses import replace
from typing import Any

from tests.architecture.sample_clock import add

ROW = (
    "CaseClock(id={!r}, chinese='示例', english='sample', purpose='p', starts='s', stops='e',"
    " with_holder=True, within_holder=True{})"
)
STORIES = {
    "at work": ["sign", "progress", "resolve"],
    "returned": ["return", "answer"],
    "returned once signed": ["sign", "return", "answer"],
    "in another tier": ["sign", "raise_tier"],
    "resolved": ["sign", "resolve"],
    "handled again": ["sign", "resolve", "verify", "unsatisfied", "sign", "resolve"],
    "with another unit": ["sign", "return", "theirs"],
    "suspended": ["sign", "suspend", "resume"],
    "merged": ["sign", "merge", "unmerge"],
    "withdrawn": ["sign", "withdraw", "agreed"],
}


def plug() -> None:
    """Start and stop the new clocks, as a contributor would in domain/case/handling/evolve.py."""
    from domain.case.clocks import start, stop
    from domain.case.events import Event
    from domain.case.handling import evolve
    from domain.case.handling.facts import Progressed, Signed
    from domain.case.state import Case

    def signed(case: Case, fact: Signed, event: Event) -> Case:
        return start(evolve.signed(case, fact, event), "visit", event.at)

    def progressed(case: Case, fact: Progressed, event: Event) -> Case:
        return stop(evolve.progressed(case, fact, event), "second", "visit", at=event.at)

    evolve.STEPS = {**evolve.STEPS, Signed: signed, Progressed: progressed}


def told(names: list[str]) -> list[dict[str, str]]:
    """Return for each command its name, and the state of each clock after it."""
    from domain.case.closing.acts import Close
    from domain.case.events import CommandRefused
    from domain.case.requests.acts import Answer
    from domain.vocabulary import Callback, Role
    from tests.builders import ACTORS, give, opened, plan
    from tests.town import OPENED, hours

    acts: dict[str, Any] = {
        "unsatisfied": Close(callback=Callback.UNSATISFIED, note="Still there."),
        "agreed": Answer(part="withdrawal-1", granted=True, reason="Agreed."),
        "theirs": Answer(part="return-1", granted=True, reason="Theirs.", unit="water"),
    }
    givers = {"agreed": ACTORS[Role.SUPERVISOR]}
    bare = plan()
    levels = tuple(
        replace(level, clocks=(*level.clocks, *(replace(spec, clock=new) for new in NEW)))
        for level in bare.levels
        for spec in level.clocks
        if spec.clock == "first"
    )
    case = opened(replace(bare, levels=levels, rehandle=hours(0.5), rehandle_first=hours(0.5)))
    found = []
    for number, name in enumerate(["dispatched", *names]):
        if number:
            done = give(
                case, acts.get(name, name), OPENED + hours(0.1 * number), by=givers.get(name)
            )
            refused = [e.fact for e in done.events if isinstance(e.fact, CommandRefused)]
            assert not refused, refused
            case = done.case
        clocks = {id_: state(case.clock(id_)) for id_ in ("first", *NEW)}
        found.append({"command": name, **clocks})
    return found


def state(clock: Any) -> str:
    if clock is None:
        return "none"
    if not clock.is_running:
        return "stopped"
    return f"{'paused' if clock.is_paused else 'runs'} {clock.budget.total_seconds() / 3600:g} h"


NEW = ("second", "visit")

if __name__ == "__main__":
    add(",\n    ".join([ROW.format("second", ", on_dispatch=True"), ROW.format("visit", "")]))
    plug()
    sys.stdout.write(json.dumps({story: told(names) for story, names in STORIES.items()}))
