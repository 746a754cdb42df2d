"""`sanban backup drill`: prove that what was restored from a backup is whole.

Four proofs, each of another source: chains and heads of the database, signed checkpoints that were
kept outside, the read model folded again, and the histories of workflows.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.audit.checkpoints import Checkpoint, NotACheckpoint
from runtime.jobs import export, verify_export
from runtime.jobs.rebuild.read_model import ReadModelRebuild
from runtime.jobs.rebuild.report import CHANGES, TROUBLE, RebuildProgress, RebuildReport
from runtime.jobs.restored.lost_rows import LostRowsFinder
from schemas.audit.export_tree import NoteElsewhere
from schemas.audit.exports import Everything
from schemas.audit.keyring import Keyring
from schemas.audit.signed_notes import NoteError, PublicKey
from store.cases.rebuilding import PostgresRebuilding
from store.connection import Database
from store.journal import audit
from store.journal.rows import PostgresJournal


@dataclass(frozen=True, slots=True)
class DrillStep:
    """One proof. `found`: in a few words, what was compared; `faults`: nothing if all is well."""

    name: str
    found: str
    faults: tuple[str, ...]
    took_s: float = 0.0


@dataclass
class DrillFindings:
    """`backup_of`: when the newest restored row was decided; `rows` of the restored journal."""

    backup_of: datetime | None = None
    rows: int = 0
    steps: list[DrillStep] = field(default_factory=list)

    @property
    def verified(self) -> bool:
        return not any(step.faults for step in self.steps)

    @property
    def took_s(self) -> float:
        return sum(step.took_s for step in self.steps)

    @property
    def found(self) -> str:
        return "; ".join(step.found for step in self.steps)

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`; its keys are read by programs."""
        return {
            "verified": self.verified,
            "backup_of": self.backup_of.isoformat() if self.backup_of else None,
            "took_s": round(self.took_s, 3),
            "steps": [
                {
                    "name": each.name,
                    "found": each.found,
                    "faults": list(each.faults),
                    "took_s": round(each.took_s, 3),
                }
                for each in self.steps
            ],
        }


@dataclass(frozen=True)
class RestoreDrill:
    """Raises Unavailable, Problem. Reads the restored `database`, and changes nothing in it.

    `trusted` and `places` are keys and notes from outside. `finder` compares with Temporal; None:
    that is left out. `until`: the moment to which it was restored, if it is known.
    """

    database: Database
    trusted: Sequence[PublicKey]
    places: Sequence[Path]
    finder: LostRowsFinder | None
    until: datetime | None

    async def run(self, tell: Callable[[DrillStep], None]) -> DrillFindings:
        """Run every step, also after one that found a fault; `tell` is called with each."""
        findings = DrillFindings(await PostgresJournal(self.database).newest_at())
        for step in (self._chains, self._checkpoints, self._read_model, self._histories):
            begun = time.monotonic()
            done: DrillStep | None = await step(findings)
            if done is not None:
                took = time.monotonic() - begun
                findings.steps.append(DrillStep(done.name, done.found, done.faults, took))
                tell(findings.steps[-1])
        return findings

    async def _chains(self, findings: DrillFindings) -> DrillStep:
        report = await audit.verify(self.database)
        findings.rows = report.rows
        faults = [f"{each.case_id} row {each.seq}: {each.reason}" for each in report.breaks]
        found = f"{report.rows} rows in {report.cases + report.operations} chains"
        return DrillStep("chains", found, tuple(faults))

    async def _checkpoints(self, findings: DrillFindings) -> DrillStep:
        with tempfile.TemporaryDirectory(prefix="sanban-drill-") as directory:
            file = Path(directory) / "journal.gz"
            with export.new_file(file) as out:
                await export.write(self.database, Everything(), out, lambda _rows: None)
            # What was signed over more rows is of later than the backup, or `_lacking` names it.
            notes = [
                note for note, said in self._signed() if said is None or said.size <= findings.rows
            ]
            report = verify_export.audit(file, self.trusted, notes, lambda _bytes: None)
        faults = [str(each) for each in report.findings]
        if not report.agreeing:
            faults.append("no checkpoint from outside is of so few rows: nothing outside proves it")
        if (lacking := self._lacking(report.rows)) is not None:
            faults.append(lacking)
        found = f"{report.agreeing} checkpoints from outside agree, "
        found += f"{report.covered} of {report.rows} rows are under one"
        return DrillStep("checkpoints", found, tuple(faults))

    def _lacking(self, rows: int) -> str | None:
        """Say if a checkpoint was signed before `until` over more rows than were restored."""
        signed = [said for _, said in self._signed() if said is not None]
        before = [each for each in signed if self.until and each.at <= self.until]
        newest = max(before, key=lambda each: each.size, default=None)
        if newest is None or newest.size <= rows:
            return None
        return (
            f"the checkpoint of {newest.at:%Y-%m-%d %H:%M:%S} UTC signs {newest.size} rows, and "
            f"{rows} were restored: WAL is missing before the target"
        )

    def _signed(self) -> list[tuple[NoteElsewhere, Checkpoint | None]]:
        """Return each note from outside, and what a trusted key has signed in it.

        None for a change of keys, and for what the verification of the export has to judge.
        """
        ring = Keyring(self.trusted)
        found = list[tuple[NoteElsewhere, Checkpoint | None]]()
        for each in verify_export.kept_elsewhere(self.places):
            try:
                found.append((each, ring.open(each.note)))
            except (NoteError, NotACheckpoint):
                found.append((each, None))
        return found

    async def _read_model(self, _findings: DrillFindings) -> DrillStep:
        store = PostgresRebuilding(self.database)
        report = RebuildReport(dry=True)
        progress = RebuildProgress(await store.number(), lambda _line: None)
        await ReadModelRebuild(store, report).rebuild(progress)
        faults = [
            f"{each.case_id}: {each.detail}"
            for each in report.listed
            if each.what in CHANGES | TROUBLE
        ]
        return DrillStep("read model", f"{progress.done} cases folded again", tuple(faults))

    async def _histories(self, _findings: DrillFindings) -> DrillStep | None:
        if self.finder is None:
            return None
        lost = await self.finder.find(lambda _number: None)
        faults = [f"{each.case_id}: {each.detail}" for each in lost.broken]
        faults += [
            f"{each.case_id}: {each.gap} rows after row {each.head} are in no history"
            for each in lost.cases
            if each.gap
        ]
        found = f"{lost.replayed} histories replayed, {lost.number} rows are younger"
        return DrillStep("histories", found, tuple(faults))
