"""From rows of the journal to notices: each rung from the case as it was then, and no other row."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from domain.case.escalation.facts import RungReached
from domain.case.evolve import fold
from domain.case.handling.acts import Comment
from domain.notifications.notices import notices
from runtime.problems import Problem
from runtime.services.notifier.notice_rows import notices_of
from schemas.journal import body_of
from store.journal.journal_feed import Cursor, FeedRow
from tests.builders import plan
from tests.town import at
from tests.unit.rows.story import Story


@dataclass
class Journal:
    """One case, and for how many it was asked."""

    bodies: list[bytes]
    asked: int = 0

    async def earlier(self, before: Mapping[str, int]) -> dict[str, list[bytes]]:
        self.asked += len(before)
        return {case_id: self.bodies[: seq - 1] for case_id, seq in before.items()}


@pytest.fixture
def story() -> Story:
    told = Story(plan())
    told.wait(at("2026-07-20 18:00"))
    return told


def rows(story: Story) -> list[FeedRow]:
    case_id = story.case.case_id
    return [
        FeedRow(Cursor("7", event.seq), case_id, event.seq, body_of(case_id, event))
        for event in story.events
    ]


@pytest.mark.parametrize("batch", [1, 3, 500])
async def test_each_rung_tells_of_the_case_as_it_was_then(story: Story, batch: int) -> None:
    read = rows(story)
    journal = Journal([row.body for row in read])

    found = [
        notice
        for first in range(0, len(read), batch)
        for notice in await notices_of(read[first : first + batch], journal)
    ]

    expected = [
        notice
        for number, event in enumerate(story.events, 1)
        for notice in notices(fold(story.events[:number]), event)
    ]
    assert len({notice.clock for notice in found}) > 1
    assert found == expected


async def test_rows_that_are_no_rungs_cost_no_reading(story: Story) -> None:
    kinds = [event.fact for event in story.events]
    others = [
        row
        for row, fact in zip(rows(story), kinds, strict=True)
        if not isinstance(fact, RungReached)
    ]
    journal = Journal([])

    assert others
    assert await notices_of(others, journal) == []
    assert journal.asked == 0


async def test_what_somebody_says_is_no_rung(story: Story) -> None:
    story.do("sign", at("2026-07-20 18:00"))
    story.do(Comment(text='{"kind":"rung_reached"}'), at("2026-07-20 18:00"))
    journal = Journal([])

    assert await notices_of(rows(story)[-1:], journal) == []
    assert journal.asked == 0


async def test_a_row_that_cannot_be_read_stops_the_notifier(story: Story) -> None:
    read = rows(story)
    rung = next(row for row in read if isinstance(story.events[row.seq - 1].fact, RungReached))
    unknown = [b'{"v":9,"kind":"rung_reached"}' for _ in read]

    with pytest.raises(Problem, match=f"row {rung.case_id}/{rung.seq}, or one before, cannot be"):
        await notices_of([rung], Journal(unknown))
