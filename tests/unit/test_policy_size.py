"""Checking a large policy takes time in proportion to its size: measured as a ratio."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from domain.people.rosters import HOLDER, Duty, Person, Recipient
from domain.policy.model import Category, Grid, Unit
from domain.policy.sources import ActingRule, SourceRule
from domain.policy_checks.check import check
from domain.policy_checks.drafts import PolicyDraft, Staff
from domain.sla.ladders import Action, Ladder, Late, Rung
from domain.vocabulary import Role
from schemas.packs.pack import draft_of
from store.packs.loader import PackReading
from tests.fakes.packs import written

FEW, TIMES = 250, 8
MOST = 3 * TIMES
"""Time may grow three times as much as the size: what is quadratic grows TIMES as much."""


def small(directory: Path) -> PolicyDraft:
    return draft_of(PackReading(written(directory, patrols=None)).files())


def large(draft: PolicyDraft, size: int, *, misspelt: str = "") -> PolicyDraft:
    """Return a policy of that many units; with `misspelt`, no reference to them is right."""

    def unit(number: int) -> str:
        return f"u{number % size}{misspelt and f'-{misspelt}{number}'}"

    numbers = range(size)
    # A chain of parents and one of successors, as long as can be.
    units = [Unit(f"u{n}", "单位", "Unit", f"u{n - 1}" if n else None) for n in numbers]
    gone = [Unit(f"g{n}", "单位", "Unit", None, f"g{n + 1}") for n in range(size - 1)]
    last = Unit(f"g{size - 1}", "单位", "Unit", None, "desk")
    roles = (Role.HANDLER, Role.SUPERVISOR)
    people = (Person(f"p{n}", "人", unit(n), roles, (f"p{(n + 1) % size}",)) for n in numbers)
    duties = (Duty(unit(n), Role.HANDLER, (f"p{n}{misspelt}",)) for n in numbers)
    categories = (
        Category(f"c{n}", "类", "Category", unit(n), helpers=(unit(n + 1),))
        for n in range(4 * size)
    )
    holder = (Recipient(HOLDER, Role.HANDLER),)
    rungs = (
        Rung(f"r{n}", 1, Action.WARN, (*holder, *_told(unit(n))), Late.FIRE, 50) for n in numbers
    )
    acting = ActingRule((Role.HANDLER,), (), tuple(f"seat{n}-*" for n in numbers))
    assert draft.units is not None
    assert draft.staff is not None
    return replace(
        draft,
        units=(*draft.units, *units, *gone, last),
        categories=(*(draft.categories or ()), *categories),
        grids=tuple(Grid(f"G{n}", "网格", "Grid", unit(n), (unit(n + 1),)) for n in numbers),
        ladders=(*(draft.ladders or ()), Ladder("long", tuple(rungs))),
        sources=(SourceRule("https://seats.example", (), acting),),
        staff=Staff(
            (*draft.staff.people, *people),
            (*draft.staff.duties, *duties),
            tuple(f"p{n}{misspelt}" for n in numbers),
            draft.staff.last_resort,
        ),
    )


def _told(unit: str) -> Iterator[Recipient]:
    yield Recipient(unit, Role.HANDLER)


def seconds(draft: PolicyDraft) -> float:
    """Return the least of three measurements; `replace` makes what was looked up anew."""
    took = []
    for _ in range(3):
        fresh = replace(draft, staff=draft.staff and replace(draft.staff))
        begins = time.process_time()
        for _each in check(fresh):
            pass
        took.append(time.process_time() - begins)
    return min(took)


def test_a_large_valid_policy_is_checked_in_proportion_to_its_size(tmp_path: Path) -> None:
    draft = small(tmp_path)
    assert not [*check(large(draft, FEW))]

    assert seconds(large(draft, FEW * TIMES)) < MOST * seconds(large(draft, FEW))


def test_a_large_policy_full_of_mistakes_is_checked_in_proportion_too(tmp_path: Path) -> None:
    """Each name is misspelt in its own way; a guess compares it with all, so only some have one."""
    draft = small(tmp_path)
    few, many = (large(draft, size, misspelt="x") for size in (FEW, FEW * TIMES))
    assert len([*check(few)]) > FEW * TIMES

    assert seconds(many) < MOST * seconds(few)
