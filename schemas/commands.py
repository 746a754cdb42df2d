"""Commands as people and systems send them: the argument of the Update `act`, and its answer."""

from dataclasses import fields, is_dataclass
from typing import Annotated, Any, Self

from pydantic import (
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationError,
    field_serializer,
    model_validator,
)

from domain.case.commands import Actor, BetweenCases, Command, HumanAct, Lookup
from domain.case.notices.acts import KeepNotice
from domain.vocabulary import Stage
from schemas.base import Message, Written
from schemas.newer import WrittenByNewerRelease, without_empty

CommandId = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")
]


class CommandMessage(Written):
    """`id` names the command once and for all: a repetition has no second effect.

    Written, not Message: a field this version does not know must be refused, not ignored, or an
    act would silently mean less than its sender thinks.
    """

    id: CommandId
    actor: Actor
    act: Annotated[HumanAct, Field(discriminator="kind")]

    @field_serializer("actor", "act", mode="wrap")
    def _what_it_says(self, said: Actor | HumanAct, write: SerializerFunctionWrapHandler) -> Any:
        """Leave out what says nothing: a worker of the release before refuses fields it does not
        know, and for the others it has the same defaults.
        """
        return _without_defaults(said, write(said))

    def to_domain(self, lookup: Lookup) -> Command:
        return Command(self.id, self.actor, self.act, lookup)


class CaseMessage(Message):
    """What another case, the case itself, or the notifier says to a case: what `hear` is given.

    Reading what a newer release wrote does not fail, because Temporal's SDK drops a Signal that it
    cannot read; `known` does.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    id: CommandId
    actor: Actor
    act: Annotated[BetweenCases | KeepNotice, Field(discriminator="kind")]
    _newer: WrittenByNewerRelease | None = PrivateAttr(default=None)

    @model_validator(mode="wrap")
    @classmethod
    def _mark_what_is_newer(
        cls, written: Any, read: ModelWrapValidatorHandler["CaseMessage"]
    ) -> "CaseMessage":
        try:
            return read(written)
        except ValidationError as error:
            try:
                return read(without_empty(written, error))
            except WrittenByNewerRelease as newer:
                nothing: Any = None
                message = cls.model_construct(id=written["id"], actor=nothing, act=nothing)
                message._newer = newer  # noqa: SLF001 - of its own class
                return message

    def known(self) -> Self:
        """Return the message. Raises WrittenByNewerRelease if this release would lose a part."""
        if self._newer is not None:
            raise self._newer
        return self

    def to_domain(self, lookup: Lookup) -> Command:
        return Command(self.id, self.actor, self.act, lookup)


class CommandAnswer(Message):
    """What became of it: the last journal row it wrote, and the stage it left the case in."""

    case_id: str
    command_id: str
    seq: int
    stage: Stage


def _without_defaults(said: object, written: Any) -> Any:
    """Return what was written of a dataclass, without its fields that have their defaults.

    `kind` stays: it tells which act it is. What is inside of other fields is treated likewise.
    """
    if is_dataclass(said) and isinstance(written, dict):
        return {
            each.name: _without_defaults(getattr(said, each.name), written[each.name])
            for each in fields(said)
            if each.name == "kind" or getattr(said, each.name) != each.default
        }
    if isinstance(said, tuple) and isinstance(written, list | tuple):
        return [_without_defaults(*pair) for pair in zip(said, written, strict=True)]
    return written


REFUSED = "CommandRefused"
"""Type of the ApplicationError that a refused command raises; details: [code, seq]."""

ID_REUSED = "CommandIdReused"
"""Type of the ApplicationError for an id that another kind of command has used before."""


class NotTaken(Exception):
    """The command had no effect, and repeating it never will. `code` is stable.

    `seq`: the journal row that says so, or None.
    """

    def __init__(self, code: str, detail: str, seq: int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.seq = seq


class SaidNo(NotTaken):
    """The case refused it: `code` is a Refusal, and the refusal is journaled."""


class IdReused(NotTaken):
    """The case has seen a command of another kind with this id."""


class Unfit(NotTaken):
    """The command cannot be stored in a journal, so no case accepts it."""


class NotOpen(NotTaken):
    """No workflow runs for the case: it is over, or never existed."""
