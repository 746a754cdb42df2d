"""What the town has to work with (执法装备): vehicles, recorders, and the unit that holds each.

Like the roster it belongs to no version of the policy: a car is in repair today and back tomorrow,
so the newest ledger holds for every case, and a case keeps what it has reserved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class ResourceUse(StrEnum):
    """What the rules of a case know about a kind of resource; of other kinds they know nothing."""

    VEHICLE = "vehicle"  # counted at the roll call of a joint action
    RECORDER = "recorder"  # makes files, which name it


class UnreservedFile(StrEnum):
    """What becomes of a file whose recorder was not reserved for the case when it was taken."""

    REFUSE = "refuse"
    FLAG = "flag"  # it is taken, and a row says so


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """A kind of resource, as the town names it; `use` is what the rules know about it."""

    id: str
    name: str
    name_en: str
    use: ResourceUse | None = None


@dataclass(frozen=True, slots=True)
class Resource:
    """One thing that a unit holds, and that one case at a time may have.

    `use` is that of its kind. `out_until`: out of service; in service again on that day.
    `retired`: from that day on it is not there any more.
    """

    id: str
    name: str
    kind: str
    unit: str
    use: ResourceUse | None = None
    out_until: date | None = None
    retired: date | None = None

    def why_away(self, start: datetime, until: datetime, zone: ZoneInfo) -> str | None:
        """Return why it is not there in all of the span; None if it is."""
        if self.retired is not None and until.astimezone(zone).date() >= self.retired:
            return f"retired on {self.retired}"
        if self.out_until is not None and start.astimezone(zone).date() < self.out_until:
            return f"out of service until {self.out_until}"
        return None


@dataclass(frozen=True, slots=True)
class ResourceLedger:
    """The resources of a town, in the order of their file."""

    kinds: tuple[ResourceKind, ...] = ()
    resources: tuple[Resource, ...] = ()
    unreserved_files: UnreservedFile = UnreservedFile.REFUSE

    def find(self, id_: str) -> Resource | None:
        return next((each for each in self.resources if each.id == id_), None)


def resource_changes(before: ResourceLedger | None, after: ResourceLedger | None) -> Iterator[str]:
    """Yield what is new, gone or changed in the ledger, one sentence for each."""
    old, new = before or ResourceLedger(), after or ResourceLedger()
    if old.unreserved_files is not new.unreserved_files:
        yield f"unreserved_files: {old.unreserved_files} -> {new.unreserved_files}"
    yield from _changes("kind", old.kinds, new.kinds)
    yield from _changes("resource", old.resources, new.resources)


def _changes(
    what: str,
    before: tuple[ResourceKind | Resource, ...],
    after: tuple[ResourceKind | Resource, ...],
) -> Iterator[str]:
    old, new = ({each.id: each for each in some} for some in (before, after))
    for id_, each in new.items():
        if id_ not in old:
            yield f"{what} {id_} added: {_said(each)}"
        elif old[id_] != each:
            yield f"{what} {id_}: {_said(old[id_])} -> {_said(each)}"
    for id_, each in old.items():
        if id_ not in new:
            yield f"{what} {id_} removed: {_said(each)}"


def _said(each: ResourceKind | Resource) -> str:
    if isinstance(each, ResourceKind):
        return ", ".join(filter(None, (each.name, each.name_en, each.use)))
    out = f"out of service until {each.out_until}" if each.out_until else ""
    retired = f"retired on {each.retired}" if each.retired else ""
    return ", ".join(filter(None, (each.name, each.kind, each.unit, out, retired)))
