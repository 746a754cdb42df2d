"""The model of an act on a case: the `data` of a CloudEvent on sanban.case-commands."""

from dataclasses import fields
from datetime import datetime
from hashlib import sha256
from typing import Annotated, get_args

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema

from domain.case.commands import Actor, HumanAct
from domain.vocabulary import OVERSEERS, Role
from schemas.base import Published
from schemas.commands import CommandMessage
from schemas.mistakes import form
from schemas.texts import Code, Name, Tenant, emptied

COMMANDED = "org.sanban.case.command.v1"
"""CloudEvents `type` of an act on a case."""

_LETTERS = "[0-9a-hjkmnp-tv-z]"


def _of_people(role: Role) -> Role:
    if role is Role.ENGINE:
        raise ValueError("is the engine's own; act in the role of a person or of an office")
    if role in OVERSEERS:
        raise ValueError("acts on no case; act in the role of a person or of an office")
    return role


_NEVER = OVERSEERS | {Role.ENGINE}
OutsideRole = Annotated[
    Role,
    AfterValidator(_of_people),
    WithJsonSchema({"enum": [role for role in Role if role not in _NEVER], "type": "string"}),
]
CaseNumber = Annotated[
    str,
    StringConstraints(
        pattern=form(
            rf"^{_LETTERS}{{5}}-{_LETTERS}{{5}}-{_LETTERS}{{5}}$",
            "must be the whole number of a case, such as 7kq2m-9xa4t-bnc2w",
        )
    ),
]


class ActorData(Published):
    """Who acts: the journal keeps it with the act."""

    id: Name = Field(
        description="The person's id in the roster; or, for a person who is in no roster, a name "
        "for which the town lets this source vouch; or the source itself, if no person acts.",
        examples=["lu-fang"],
    )
    role: OutsideRole = Field(
        description="In which role: a person of the roster only in one that the roster gives, or "
        "as deputy of a person who is absent. docs/PERMISSIONS.md says what each may do, and when.",
        examples=["handler"],
    )
    unit: Code | None = Field(
        None,
        description="For which unit. May be left out for people of the roster, who act for "
        "their own.",
        examples=["hetang-village"],
    )


class CaseCommand(Published):
    """An act on a case, version 1."""

    tenant: Tenant = Field(description="Whose case it is.", examples=["youchegang"])
    case: CaseNumber = Field(
        description="The whole number of the case.", examples=["7kq2m-9xa4t-bnc2w"]
    )
    actor: ActorData = Field(
        title="Actor",
        description="Who acts.",
        examples=[{"id": "lu-fang", "role": "handler", "unit": "hetang-village"}],
    )
    act: Annotated[HumanAct, Field(discriminator="kind")] = Field(
        title="Act",
        description="What is done, by its kind; the same acts as those of `sanban cases act`.",
        examples=[{"kind": "sign"}, {"kind": "progress", "note": "已联系物业"}],
    )

    def to_message(self, source: str, event_id: str) -> CommandMessage:
        actor = Actor(self.actor.id, self.actor.role, self.actor.unit)
        act = emptied(self.act)
        return CommandMessage(id=command_id_of(source, event_id), actor=actor, act=act)


LARGEST = 999_999_999
"""The largest whole number in an act: Python has no timedelta of more days."""

_MOMENTS = {
    fields(act)[0].default: tuple(
        each.name for each in fields(act) if datetime in {each.type, *get_args(each.type)}
    )
    for act in get_args(HumanAct)
}
"""Kind of act -> its fields that are moments."""


def moments_in(data: object) -> list[tuple[int | str, ...]]:
    """Return the ways to the moments of an act, in the unchecked data of a command.

    The acts are those of the journal, whose types pydantic reads in spellings that RFC 3339 does
    not have.
    """
    act = data.get("act") if isinstance(data, dict) else None
    kind = act.get("kind") if isinstance(act, dict) else None
    if not isinstance(act, dict) or not isinstance(kind, str):
        return []
    found: list[tuple[int | str, ...]] = [
        ("act", kind, name) for name in _MOMENTS.get(kind, ()) if name in act
    ]
    files = act.get("evidence")
    for place, file in enumerate(files if isinstance(files, list) else ()):
        if isinstance(file, dict) and "taken_at" in file:
            found.append(("act", kind, "evidence", place, "taken_at"))
    return found


def command_id_of(source: str, event_id: str) -> str:
    """Return the id of an event's command, the same for the same event.

    Never change its form: journals and ledgers hold it.
    """
    return "cmd:" + sha256(f"{source}\n{event_id}".encode()).hexdigest()
