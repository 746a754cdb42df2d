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
    later: int = 0  # notes of more rows than are here, which the auditor allowed
    missing_after: int | None = None  # the rows that are here, if such a note knows of more
    bad: int = 0
    findings: list[VerificationFinding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return self.bad == 0

    @property
    def proved(self) -> bool:
        """Say if every row of the file is under a checkpoint, and no note given knows of more."""
        compared = bool(self.agreeing or not self.passed_by)
        return self.intact and self.covered == self.rows and not self.later and compared

    def add(self, finding: VerificationFinding) -> None:
        self.bad += 1
        if len(self.findings) < LISTED:
            self.findings.append(finding)

    def as_json(self) -> dict[str, Any]:
        header, newest = self.header, self.newest
        return {
            "intact": self.intact,
            "proved": self.proved,
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
                "missing_after": self.missing_after,
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
