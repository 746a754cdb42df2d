"""What the bench asks of the process that runs a program, and what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.complaints import Complaint


@dataclass(frozen=True)
class Spec:
    """One round of one program. `run` names its cases: no two rounds share any."""

    program: str
    run: str
    count: int
    warm_up: int
    concurrency: int
    temporal: str
    journal: str  # PostgreSQL, as the application role
    owner: str  # the same database, as superuser: DBOS makes its own tables there
    kafka: str = ""
    few: int = 0
    """Comments that a young case has had before it is measured."""
    many: int = 0
    """The same of an old case."""
    acts: int = 0
    """Comments measured on each case in one block."""
    lead_s: float = 0.0
    """How long after the first start the first deadline is: the cases are opened meanwhile."""
    within_s: float = 0.0
    """The stretch over which the deadlines are spread evenly."""

    @property
    def task_queue(self) -> str:
        return f"bench-{self.run}"


@dataclass(frozen=True)
class Report:
    """`latencies`: of each act in seconds. `history`: events of the longest history looked at."""

    seconds: float
    latencies: Sequence[float]
    history: int


class Program(Protocol):
    """`prepare` is not measured, `work` is; `check` raises when work was left undone."""

    async def prepare(self, complaints: Sequence[Complaint]) -> None: ...

    async def work(self, complaints: Sequence[Complaint]) -> list[float]:
        """The latency of each act, in seconds."""
        ...

    async def check(self, complaints: Sequence[Complaint]) -> int:
        """The events of the longest history; 0 where there is none."""
        ...


class Staged(Protocol):
    """A program that does one stage at a time, when the bench says so, and tells what came of it.

    `told` goes through JSON. A stage raises when work was left undone.
    """

    async def stage(self, name: str) -> Mapping[str, object]: ...
