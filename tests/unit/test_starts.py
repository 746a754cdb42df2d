"""Followers of a case that another chunk starts wait for it together."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest

from consumers.complaints import starts
from consumers.complaints.filing import Filing
from consumers.complaints.starts import Starts
from domain.matching.clustering import CaseState, ClusterLeader
from tests.builders import plan

FOLLOWERS = 20
LOOKS = 3
LEADER = ClusterLeader("leader", 1, CaseState.OWN, begun=False)
UNREAD: Any = SimpleNamespace()
"""What a filing was read from: starts do not look at it."""


@dataclass
class ElsewhereStarted:
    """The leader runs once it was looked for so often."""

    after: int
    looked: int = 0
    tasks: int = 0

    async def begun(self, case_ids: Collection[str]) -> frozenset[str]:
        self.looked += 1
        self.tasks = max(self.tasks, len(asyncio.all_tasks()))
        return frozenset(case_ids if self.looked >= self.after else ())


def follower() -> Filing:
    return Filing(UNREAD, replace(plan(), into="leader", into_reason="a rule"), LEADER)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starts, "LOOK_S", 0.001)


async def test_twenty_followers_of_one_case_look_for_it_once() -> None:
    similar: Any = ElsewhereStarted(after=LOOKS)
    chunk = Starts.of(similar, [])
    own = len(asyncio.all_tasks())

    filings = await asyncio.gather(*(chunk.after_its_leader(follower()) for _ in range(FOLLOWERS)))

    assert [filing.plan.into for filing in filings] == ["leader"] * FOLLOWERS
    assert similar.looked == LOOKS
    assert similar.tasks - own == FOLLOWERS + 1


async def test_a_follower_that_is_cancelled_does_not_end_the_wait_of_the_others() -> None:
    similar: Any = ElsewhereStarted(after=LOOKS)
    chunk = Starts.of(similar, [])
    first, second = (asyncio.create_task(chunk.after_its_leader(follower())) for _ in range(2))
    await asyncio.sleep(0)

    first.cancel()

    assert (await second).plan.into == "leader"
    assert similar.looked == LOOKS
