"""The model of sources.yaml, which is optional: which source may send what."""

from typing import Annotated

from pydantic import AfterValidator, Field
from typing_extensions import override

from domain.characters import quoted
from domain.policy.sources import ANY, ActingRule, SourceRule, is_plain
from domain.vocabulary import OVERSEERS, Channel, Role
from schemas.base import Written
from schemas.packs.ids import Id
from schemas.packs.sections import SectionFile
from schemas.packs.source_names import SourceName
from schemas.texts import Name


def _of_people(role: Role) -> Role:
    if role in {Role.ENGINE, Role.OUTSIDE}:
        who = "Sanban itself" if role is Role.ENGINE else "a party with a one-time link"
        raise ValueError(f"{str(role)!r} is {who}; no source acts as that")
    if role in OVERSEERS:
        raise ValueError(f"{str(role)!r} acts on no case; no source acts as that")
    return role


def _a_name(text: str) -> str:
    beginning = text.removesuffix(ANY)
    if not beginning:
        raise ValueError(
            f"{quoted(text)} would be every name; write how the names begin: seat-{ANY}"
        )
    if ANY in beginning:
        raise ValueError(f"{quoted(text)} has a {ANY} that is not the end; write seat-{ANY}")
    if beginning != text and not is_plain(f"{beginning}1"):
        raise ValueError(f"{quoted(text)} begins with what nobody can see; write seat-{ANY}")
    return text


Some = Field(min_length=1)
OutsideRole = Annotated[Role, AfterValidator(_of_people)]


class ActingEntry(Written):
    roles: Annotated[tuple[OutsideRole, ...], Some]
    units: Annotated[tuple[Id, ...], Some] | None = None
    vouches_for: tuple[Annotated[Name, AfterValidator(_a_name)], ...] = ()

    def to_domain(self) -> ActingRule:
        return ActingRule(self.roles, self.units or (), self.vouches_for)


class SourceEntry(Written):
    source: SourceName
    channels: tuple[Channel, ...] = ()
    commands: ActingEntry | None = None

    def to_domain(self) -> SourceRule:
        commands = self.commands.to_domain() if self.commands else None
        return SourceRule(self.source, self.channels, commands)


class SourcesFile(SectionFile):
    """At least one source: people could take an empty list for «no source may send anything»."""

    sources: Annotated[tuple[SourceEntry, ...], Some]

    @override
    def to_domain(self) -> tuple[SourceRule, ...]:
        return tuple(entry.to_domain() for entry in self.sources)
