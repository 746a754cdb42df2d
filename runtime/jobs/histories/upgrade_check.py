"""`sanban upgrade check`: prove that open cases go on under this build.

Two proofs of each history. The SDK's: the code takes the same steps. And ours, because a replayer
compares steps and not what they carry: the code decides the same rows that the journal has.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from temporalio.worker import WorkflowRunner

from activities.journal import Journal
from runtime.jobs.histories.case_histories import CaseHistories, CaseRun
from runtime.jobs.histories.replayed_rows import replays
from schemas.newer import WrittenByNewerRelease
from schemas.records import Batch
from workflows.actor import CaseActor
from workflows.follow_ons import WORKFLOW_TYPES


class ReplayFault(StrEnum):
    """Why a history does not go on. Programs read these codes: never rename one."""

    UNKNOWN_TYPE = "unknown_type"  # this build has no such workflow
    OTHER_STEPS = "other_steps"  # the code does something else than was recorded
    OTHER_ROWS = "other_rows"  # the same steps, and other rows than the journal has
    MISSING_ROWS = "missing_rows"  # the workflow has written rows that the journal does not have
    NEWER = "newer"  # a newer release opened the case, or continued it: this one leaves it alone


@dataclass(frozen=True, slots=True)
class FailedReplay:
    run: CaseRun
    fault: ReplayFault
    detail: str


@dataclass
class UpgradeReport:
    """`open`: how many open cases there are; `replayed`: how many were tried, by workflow type."""

    open: int = 0
    gone: int = 0
    replayed: dict[str, int] = field(default_factory=dict)
    failed: list[FailedReplay] = field(default_factory=list)
    tell: Callable[[FailedReplay], None] = lambda _failed: None

    def add(self, failed: FailedReplay) -> None:
        self.failed.append(failed)
        self.tell(failed)

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`; its keys are read by programs."""
        return {
            "open": self.open,
            "gone": self.gone,
            "replayed": self.replayed,
            "failed": [
                {
                    "case": each.run.case_id,
                    "workflow": each.run.workflow_id,
                    "run": each.run.run_id,
                    "type": each.run.type,
                    "began": each.run.start.isoformat(),
                    "fault": each.fault.value,
                    "detail": each.detail,
                }
                for each in self.failed
            ],
        }


@dataclass(frozen=True)
class UpgradeCheck:
    """Raises Unavailable if Temporal or PostgreSQL does not answer; changes nothing in either.

    `workflows` are those of this build. Without a `journal` only steps are compared.
    """

    histories: CaseHistories
    workflows: Sequence[type[CaseActor]]
    runner: WorkflowRunner
    journal: Journal | None

    async def run(
        self, limit: int, report: UpgradeReport, moved: Callable[[int, int], None]
    ) -> None:
        """Replay the `limit` oldest open runs of each type; `moved` hears done and total."""

        def listed(number: int) -> None:
            report.open = number

        oldest = await self.histories.oldest_open(limit, listed)
        known = {WORKFLOW_TYPES[each.tier] for each in self.workflows}
        runs = sorted(run for type_, found in oldest.items() if type_ in known for run in found)
        for type_ in sorted(oldest.keys() - known):
            for run in oldest[type_]:
                detail = f"this build has no workflow {type_}: it is older than the running one"
                report.add(FailedReplay(run, ReplayFault.UNKNOWN_TYPE, detail))
        report.replayed = dict.fromkeys(sorted(known), 0)
        tried = 0
        async for run, failure, batches in replays(
            self.histories, runs, self.workflows, self.runner
        ):
            tried += 1
            report.replayed[run.type] += 1
            if failure is not None:
                newer = isinstance(failure, WrittenByNewerRelease)
                fault = ReplayFault.NEWER if newer else ReplayFault.OTHER_STEPS
                report.add(FailedReplay(run, fault, str(failure)))
            elif self.journal is not None and batches:
                first = batches[0]
                kept = await self.journal.bodies_from(first.case_id, first.first_seq)
                if (failed := _difference(run, batches, kept)) is not None:
                    report.add(failed)
            moved(tried, len(runs))
        report.gone = len(runs) - tried


def _difference(run: CaseRun, batches: Sequence[Batch], kept: Sequence[str]) -> FailedReplay | None:
    """Return the first row that this build decides and the journal does not have.

    `kept` are the bodies of the journal from the first row of the first batch on.
    """
    first = batches[0].first_seq
    decided = [body for batch in batches for body in batch.bodies]
    for seq, body in enumerate(decided, first):
        if seq - first >= len(kept):
            last = first + len(decided) - 1
            detail = f"the workflow wrote rows up to {last}, the journal ends at {seq - 1}"
            return FailedReplay(run, ReplayFault.MISSING_ROWS, detail)
        if (had := kept[seq - first]) != body:
            detail = f"row {seq} of the journal is {had}, and this build decides {body}"
            return FailedReplay(run, ReplayFault.OTHER_ROWS, detail)
    return None
