"""The model of powers.yaml: what a unit may do by its kind."""

from typing import Annotated

from pydantic import Field, StrictBool
from typing_extensions import override

from domain.policy.powers import KindPowers, Power, Reads
from domain.vocabulary import Tier
from schemas.base import Written
from schemas.packs.ids import Id
from schemas.packs.sections import SectionFile


class PowersEntry(Written):
    """The powers of one kind of unit. A field that is left out gives no power."""

    kind: Id
    leads: tuple[Tier, ...] = ()
    listed_only: StrictBool = False
    may: tuple[Power, ...] = ()
    listed_tasks: StrictBool | None = None
    reads: Reads | None = None

    def to_domain(self) -> KindPowers:
        return KindPowers(**dict(self))


class PowersFile(SectionFile):
    powers: Annotated[tuple[PowersEntry, ...], Field(min_length=1)]

    @override
    def to_domain(self) -> tuple[KindPowers, ...]:
        return tuple(entry.to_domain() for entry in self.powers)
