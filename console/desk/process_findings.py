"""The processes, judged: of each service at least one runs, is heard of, and is ready."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.desk.context import Visit
from schemas.processes import ProcessState

QUIET_S = 90.0
"""A process says every 20 seconds how it is; after so long without a word it may be dead."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`section` is the heading of docs/RUNBOOK.md that says more. `do` is "" while it is well.

    `unused`: it does not run, and need not. `since`: when it became so, None where that is not
    known. `said`: words of a program or of a server, in English.
    """

    name: str
    what: str
    section: str
    do: str = ""
    to: str = ""
    since: datetime | None = None
    said: str = ""
    unused: bool = False

    @property
    def is_well(self) -> bool:
        return not self.do


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """A service that runs. `command`: what starts it; `section`: of the RUNBOOK."""

    id: str
    name: str
    command: str
    section: str


def process_findings(
    services: Sequence[str], processes: Sequence[ProcessState], visit: Visit
) -> Iterator[Finding]:
    """Yield one finding for each service."""
    for id_ in services:
        yield _finding(
            _kind(id_, visit), [each for each in processes if each.service == id_], visit
        )


def _kind(id_: str, visit: Visit) -> ServiceKind:
    names = {
        "gateway": visit.words("Gateway: takes reports over HTTP"),
        "intake": visit.words("Intake: makes cases of complaints"),
        "worker": visit.words("Worker: carries cases on"),
        "console": visit.words("Console: serves these pages"),
        "relay": visit.words("Processes of the relay"),
        "notify": visit.words("Processes of the notifier"),
        "checkpoints": visit.words("Processes of the checkpoints"),
    }
    return ServiceKind(
        id_, names.get(id_, id_), _COMMANDS.get(id_, id_), _SECTIONS.get(id_, "`/readyz` says ...")
    )


_COMMANDS = {"checkpoints": "audit checkpoint run"}
"""Service -> the command that starts it, where that has another name."""
_SECTIONS = {
    "gateway": "The gateway",
    "console": "The console",
    "relay": "The relay",
    "notify": "Notifying people",
    "checkpoints": "Checkpoints",
}
_OPTIONAL = frozenset({"gateway"})
"""A town that takes no reports over HTTP runs none."""


def _finding(kind: ServiceKind, found: Sequence[ProcessState], visit: Visit) -> Finding:
    heard = [each for each in found if each.silent_s <= QUIET_S]
    quiet = [each for each in found if each.silent_s > QUIET_S]
    unready = [each for each in heard if each.reasons]
    finding = Finding(kind.name, "", kind.section)
    if not heard:
        return _none(kind, finding, quiet, visit)
    if unready:
        first = min(unready, key=lambda each: each.since)
        parts = "、" if visit.language == "zh" else ", "
        what = visit.words(
            "%(number)s of %(all)s not ready: %(parts)s",
            number=len(unready),
            all=len(heard),
            parts=parts.join(dict.fromkeys(part for each in unready for part in each.reasons)),
        )
        do = visit.words("Do what it says; the RUNBOOK has each reason of /readyz.")
        return replace(finding, what=what, do=do, since=first.since, said=_said(unready))
    if quiet:
        what = visit.words(
            "%(number)s ready, and not heard of for %(ago)s: %(hosts)s",
            number=len(heard),
            ago=_ago(quiet, visit),
            hosts=_hosts(quiet),
        )
        do = visit.words("Look for its log on that machine; start it again if it is needed.")
        return replace(finding, what=what, do=do, since=_last(quiet, visit))
    what = visit.words("%(number)s ready: %(hosts)s", number=len(heard), hosts=_hosts(heard))
    return replace(finding, what=what, since=min(each.since for each in heard))


def _none(
    kind: ServiceKind, finding: Finding, quiet: Sequence[ProcessState], visit: Visit
) -> Finding:
    do = visit.words("Start `sanban %(process)s`, or read its log.", process=kind.command)
    if not quiet and kind.id in _OPTIONAL:
        return replace(finding, what=visit.words("none has been heard of"), unused=True)
    if not quiet:
        return replace(finding, what=visit.words("none has been heard of for an hour"), do=do)
    what = visit.words(
        "none is heard of; the last one was %(ago)s ago: %(hosts)s",
        ago=_ago(quiet, visit),
        hosts=_hosts(quiet),
    )
    return replace(finding, what=what, do=do, since=_last(quiet, visit))


def servers_since(
    processes: Sequence[ProcessState], servers: Mapping[str, str | None]
) -> Mapping[str, datetime]:
    """Return since when each server is away, or is there, as the processes that use it say."""
    found = dict[str, datetime]()
    for name, why in servers.items():
        part = _PART_OF.get(name, name)
        moments = [
            each.since
            for each in processes
            if each.silent_s <= QUIET_S and (why is None or part in each.reasons)
        ]
        if moments and (why is not None or name != "kafka"):
            found[name] = min(moments)
    return found


_PART_OF = {"kafka": "broker"}
"""Server -> how a gateway calls it at /readyz, where that is another name."""


def _ago(quiet: Sequence[ProcessState], visit: Visit) -> str:
    return visit.moments.amount(timedelta(seconds=min(each.silent_s for each in quiet)))


def _last(quiet: Sequence[ProcessState], visit: Visit) -> datetime:
    return visit.now - timedelta(seconds=min(each.silent_s for each in quiet))


def _hosts(processes: Sequence[ProcessState]) -> str:
    return ", ".join(sorted(each.host for each in processes))


def _said(unready: Sequence[ProcessState]) -> str:
    """Return the reasons, each once: two processes often say the same."""
    reasons = (f"{part}: {why}" for each in unready for part, why in each.reasons.items())
    return "; ".join(dict.fromkeys(reasons))
