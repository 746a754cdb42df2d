"""The result of auditing an export: the first bad places, and what the rest proves."""

from dataclasses import asdict, dataclass, field
from typing import Any

from typing_extensions import override

from domain.audit.checkpoints import Checkpoint
from schemas.audit.exports import Header, words_of

LISTED = 100
"""How many bad places are listed. All are counted."""


@dataclass(frozen=True, slots=True)
class VerificationFinding:
    """A bad place: its line in the file (0: not in a line), and its row if it is one."""

    line: int
    reason: str
    chain: str | None = None
    seq: int | None = None

    @override
    def __str__(self) -> str:
        line = f"line {self.line}: " if self.line else ""
        row = f"{self.chain} row {self.seq}: " if self.chain is not None else ""
        return f"{line}{row}{self.reason}"


@dataclass(slots=True)
class VerificationReport:
    """`findings` are in the order of the file. Nothing is proved about rows not `covered`."""

    header: Header | None = None
    rows: int = 0
    chains: int = 0
    checkpoints: int = 0  # with a valid signature and root
    covered: int = 0  # rows under the newest valid one
    newest: Checkpoint | None = None
    size: int = 0  # rows of the journal, including those left out
    unjudged: int = 0  # checkpoints after an invalid one
    agreeing: int = 0  # checkpoints kept elsewhere with the root of this tree at their size
    passed_by: int = 0  # checkpoints kept elsewhere at a size inside left-out rows
    later: int = 0  # checkpoints kept elsewhere that are newer than the export
    bad: int = 0
    findings: list[VerificationFinding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return self.bad == 0

    def add(self, finding: VerificationFinding) -> None:
        self.bad += 1
        if len(self.findings) < LISTED:
            self.findings.append(finding)

    def as_json(self) -> dict[str, Any]:
        header, newest = self.header, self.newest
        return {
            "intact": self.intact,
            "asked_for": " ".join(words_of(header.scope)) if header else None,
            "made_at": header.at.isoformat() if header else None,
            "rows": self.rows,
            "chains": self.chains,
            "size": self.size,
            "checkpoints": self.checkpoints,
            "covered": self.covered,
            "newest": None if newest is None else _shown(newest),
            "unjudged": self.unjudged,
            "elsewhere": {
                "agreeing": self.agreeing,
                "passed_by": self.passed_by,
                "later": self.later,
            },
            "bad": self.bad,
            "findings": [asdict(each) for each in self.findings],
        }


def _shown(checkpoint: Checkpoint) -> dict[str, Any]:
    return {
        "origin": checkpoint.origin,
        "size": checkpoint.size,
        "root": checkpoint.root.hex(),
        "at": checkpoint.at.isoformat(),
        "through": checkpoint.through,
    }
