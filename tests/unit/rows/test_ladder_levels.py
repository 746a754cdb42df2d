"""Domain.md 1.3: which level the rungs of the shipped packs stand for, and when it is reached."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.policy.model import Policy
from domain.sla.case_clocks import HOLDER
from domain.sla.ladders import Action, Ladder, Rung
from domain.vocabulary import Tier
from packs import shipped_packs
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack
from tests.town import hours

PACKS = pytest.mark.parametrize("path", shipped_packs(), ids=lambda path: path.name)
WORKING_DAYS = {3: hours(8), 4: hours(24), 5: hours(40)}
"""From which time after the deadline a level may be reached, in hours of the clock's measure."""

_BEYOND_TELLING = {Action.URGE_IN_WRITING, Action.RAISE_TIER, Action.INTERVIEW, Action.CIRCULATE}


def climbed(policy: Policy) -> Iterator[tuple[Tier, str, Ladder]]:
    ladders = {ladder.id: ladder for ladder in policy.ladders}
    for level in policy.levels:
        for limit in level.limits:
            yield level.tier, limit.clock, ladders[limit.ladder]


def packed(path: Path) -> Policy:
    return load_pack(path, HOLIDAYS)


def after(rung: Rung) -> timedelta | None:
    """Return the time past the deadline; None for a warning before it."""
    return rung.after if rung.share is None or rung.share < 100 else timedelta(0)


@PACKS
def test_no_level_above_two_is_reached_within_a_working_day_after_a_deadline(path: Path) -> None:
    """The half as much again, after which a direct case is assigned, is its level 3."""
    early = [
        (tier, clock, rung.id)
        for tier, clock, ladder in climbed(packed(path))
        for rung in ladder.rungs
        if rung.level >= 3 and rung.action is not Action.RAISE_TIER
        if (late := after(rung)) is None or late < WORKING_DAYS[min(rung.level, 5)]
    ]

    assert [] == early


@PACKS
def test_the_work_is_pressed_in_writing_circulated_and_interviewed_on_time(path: Path) -> None:
    found = {
        (rung.level, rung.action): rung.after
        for tier, clock, ladder in climbed(packed(path))
        for rung in ladder.rungs
        if clock == HOLDER and tier is not Tier.DIRECT and rung.level in WORKING_DAYS
    }

    assert {
        (3, Action.URGE_IN_WRITING): hours(8),
        (4, Action.CIRCULATE): hours(24),
        (5, Action.INTERVIEW): hours(40),
    } == found


@PACKS
def test_a_signature_that_is_missing_leads_to_no_letter_and_no_higher_tier(path: Path) -> None:
    pressing = [
        (tier, rung.id)
        for tier, clock, ladder in climbed(packed(path))
        for rung in ladder.rungs
        if clock == "sign" and (rung.level > 2 or rung.action in _BEYOND_TELLING)
    ]

    assert [] == pressing
