"""A reconciliation reports nothing that only looked so: cases end, begin and continue meanwhile."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from temporalio.client import WorkflowExecutionStatus
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from runtime.jobs.reconcile.cases import CaseReconciler
from runtime.jobs.reconcile.report import LISTED, Discrepancy, DiscrepancyKind, ReconciliationReport
from store.intake.reconciliation import OpenCase
from workflows.search_attributes import CASE

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
RUNNING, TERMINATED = WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.TERMINATED
COMPLETED = WorkflowExecutionStatus.COMPLETED
GRACE = timedelta(minutes=1)


@dataclass
class Listed:
    """A running workflow as visibility lists it."""

    case_id: str
    start_time: datetime = NOW - 2 * GRACE

    @property
    def id(self) -> str:
        return f"case/town/{self.case_id}"

    @property
    def typed_search_attributes(self) -> TypedSearchAttributes:
        return TypedSearchAttributes([SearchAttributePair(CASE, self.case_id)])


@dataclass
class World:
    """What ledger, journal and Temporal say; `status` is the truth, `listed` visibility's."""

    taken_cases: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    over: set[str] = field(default_factory=set)
    journal: set[str] = field(default_factory=set)
    listed: list[Listed] = field(default_factory=list)
    statuses: dict[str, WorkflowExecutionStatus] = field(default_factory=dict)
    journaled_meanwhile: set[str] = field(default_factory=set)

    async def taken(self) -> AsyncIterator[tuple[int, list[tuple[str, str]]]]:
        for _ in range(2):  # a case may be named by records of several stretches
            missing = [each for each in self.taken_cases if each not in self.journal]
            yield len(self.taken_cases), [("town", each) for each in missing]

    async def open_cases(self) -> AsyncIterator[list[OpenCase]]:
        if self.opened:
            yield [OpenCase(each, "town", "dispatched") for each in self.opened]

    async def is_over(self, case_id: str) -> bool:
        return case_id in self.over

    async def journaled(self, case_ids: Sequence[str]) -> set[str]:
        found = self.journal & set(case_ids)
        self.journal |= self.journaled_meanwhile
        return found

    async def running_among(self, ids: Sequence[str]) -> set[str]:
        return {each.id for each in self.listed} & set(ids)

    async def running(self) -> AsyncIterator[Sequence[Listed]]:
        if self.listed:
            yield self.listed

    async def status(self, workflow_id: str) -> WorkflowExecutionStatus | None:
        return self.statuses.get(workflow_id.rpartition("/")[2])

    async def runs(self, workflow_id: str) -> bool:
        return await self.status(workflow_id) is RUNNING


async def odd(world: World) -> list[tuple[DiscrepancyKind, str]]:
    report = ReconciliationReport()
    anything = cast("Any", world)
    await CaseReconciler(anything, anything, None, lambda: NOW, GRACE).reconcile(report)
    return [(each.kind, each.where) for each in report.listed]


@pytest.mark.parametrize(
    ("world", "found"),
    [
        (World(), []),
        (World(taken_cases=["a"]), [(DiscrepancyKind.NO_CASE, "a")]),
        (World(taken_cases=["a"], statuses={"a": TERMINATED}), [(DiscrepancyKind.NO_CASE, "a")]),
        (World(taken_cases=["a"], statuses={"a": RUNNING}), []),  # not journaled yet
        (World(taken_cases=["a"], journal={"a"}), []),
        (World(opened=["a"]), [(DiscrepancyKind.NO_WORKFLOW, "a")]),
        (World(opened=["a"], statuses={"a": TERMINATED}), [(DiscrepancyKind.NO_WORKFLOW, "a")]),
        (World(opened=["a"], statuses={"a": RUNNING}), []),  # visibility is behind
        (World(opened=["a"], statuses={"a": COMPLETED}, over={"a"}), []),  # ended meanwhile
        (World(listed=[Listed("a")], statuses={"a": RUNNING}), [(DiscrepancyKind.NO_JOURNAL, "a")]),
        (World(listed=[Listed("a", NOW - GRACE / 2)], statuses={"a": RUNNING}), []),  # it is young
        (World(listed=[Listed("a")], statuses={"a": COMPLETED}), []),  # visibility is behind
        (World(listed=[Listed("a")], statuses={"a": RUNNING}, journal={"a"}), []),
        (
            World(listed=[Listed("a")], statuses={"a": RUNNING}, journaled_meanwhile={"a"}),
            [],
        ),
    ],
)
async def test_what_only_looked_odd_is_not_named(
    world: World, found: list[tuple[DiscrepancyKind, str]]
) -> None:
    assert await odd(world) == found


def test_a_report_counts_all_and_lists_the_first_of_each_kind() -> None:
    told: list[Discrepancy] = []
    report = ReconciliationReport(tell=told.append)
    for number in range(LISTED + 3):
        report.add(Discrepancy(DiscrepancyKind.NO_CASE, f"c-{number}", "", ""))
    report.add(Discrepancy(DiscrepancyKind.NO_OUTCOME, "t/0/1", "", "", repaired="decided"))

    assert told == report.listed
    assert len(told) == LISTED + 1
    assert list(report.unlisted()) == [(DiscrepancyKind.NO_CASE, 3)]
    assert report.left == LISTED + 3
    assert report.as_json()["odd"] == {"no_case": LISTED + 3, "no_outcome": 1}
