"""From rows to what is told: with little memory, from any row on, and never out of order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case.events import Event
from domain.vocabulary import Stage, Tier
from runtime.problems import Problem
from runtime.services.relay.event_projector import EventProjector, waves
from schemas.events.case_events import CaseEvent
from schemas.journal import body_of
from store.journal.journal_feed import Cursor, FeedRow
from tests.builders import give
from tests.town import OPENED


def life() -> list[Event]:
    decision = give(None, "open", OPENED)
    events = [*decision.events]
    for step in ("sign", "progress", "resolve", "verify", "close"):
        decision = give(decision.case, step, OPENED)
        events += decision.events
    return events


EVENTS = life()


def row(case_id: str, seq: int) -> FeedRow:
    return FeedRow(Cursor("1", seq), case_id, seq, body_of(case_id, EVENTS[seq - 1]))


@dataclass
class Kept:
    """The journal of cases that all live the same life; `asked` are those it was asked for."""

    asked: list[str] = field(default_factory=list)

    async def earlier(self, before: Mapping[str, int]) -> dict[str, list[bytes]]:
        self.asked += before
        return {
            case: [row(case, seq).body for seq in range(1, limit)] for case, limit in before.items()
        }


async def test_with_little_memory_the_same_is_told_as_with_much() -> None:
    rows = [row(case, seq) for seq in range(1, len(EVENTS) + 1) for case in ("a", "b", "c")]
    little, much = Kept(), Kept()
    with_much = await EventProjector(much).project(rows)
    projector = EventProjector(little, kept=1)
    with_little = [told for one in rows for told in await projector.project([one])]

    assert with_little == with_much
    assert much.asked == []
    assert {*little.asked} == {"a", "b", "c"}


async def test_from_any_row_on_it_is_told_where_the_case_stands() -> None:
    rows = [row("a", seq) for seq in range(1, len(EVENTS) + 1)]
    whole = await EventProjector(Kept()).project(rows)
    for first in range(len(rows)):
        later = [told for told in whole if told.seq > first]

        assert await EventProjector(Kept()).project(rows[first:]) == later


async def test_rows_that_come_again_are_told_again_once_the_first_time_is_forgotten() -> None:
    rows = [row("a", seq) for seq in range(1, 4)]
    projector = EventProjector(Kept())
    once = await projector.project(rows)
    projector.forget()

    assert await projector.project(rows) == once


async def test_a_row_too_early_is_not_told() -> None:
    with pytest.raises(Problem, match="row a/4 is out of order: after row 2 comes 3, not 4"):
        await EventProjector(Kept()).project([row("a", 1), row("a", 2), row("a", 4)])


@given(st.lists(st.sampled_from("abcd"), max_size=30))
def test_a_wave_has_one_event_of_a_case_and_waves_keep_its_order(cases: list[str]) -> None:
    told = [
        CaseEvent(
            tenant="t", case=case, seq=seq, at=OPENED, kind="signed",
            stage=Stage.SIGNED, tier=Tier.DIRECT,
        )
        for seq, case in enumerate(cases, 1)
    ]  # fmt: skip
    found = list(waves(told))

    assert all(len({each.case for each in wave}) == len(wave) for wave in found)
    for case in set(cases):
        in_waves = [each for wave in found for each in wave if each.case == case]
        assert in_waves == [each for each in told if each.case == case]
    assert len(found) == max(map(cases.count, cases), default=0)
