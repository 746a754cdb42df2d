"""The model of resources.yaml, which is optional: vehicles, recorders, and who holds each."""

from typing_extensions import override

from domain.policy.resources import (
    Resource,
    ResourceKind,
    ResourceLedger,
    ResourceUse,
    UnreservedFile,
)
from schemas.base import Written
from schemas.durations import Date
from schemas.packs.ids import Id
from schemas.packs.sections import SectionFile
from schemas.texts import Name


class ResourceKindEntry(Written):
    """A kind; with `use` the rules know it as a vehicle or as a recorder."""

    id: Id
    name: Name
    name_en: Name
    use: ResourceUse | None = None

    def to_domain(self) -> ResourceKind:
        return ResourceKind(**dict(self))


class ResourceEntry(Written):
    """One resource. `out_until`: in service again on that day; `retired`: gone from that day on."""

    id: Id
    name: Name
    kind: Id
    unit: Id
    out_until: Date | None = None
    retired: Date | None = None

    def to_domain(self, use: ResourceUse | None) -> Resource:
        return Resource(**dict(self), use=use)


class ResourcesFile(SectionFile):
    kinds: tuple[ResourceKindEntry, ...] = ()
    resources: tuple[ResourceEntry, ...] = ()
    unreserved_files: UnreservedFile = UnreservedFile.REFUSE

    @override
    def to_domain(self) -> ResourceLedger:
        uses = {kind.id: kind.use for kind in self.kinds}
        return ResourceLedger(
            tuple(kind.to_domain() for kind in self.kinds),
            tuple(each.to_domain(uses.get(each.kind)) for each in self.resources),
            self.unreserved_files,
        )
