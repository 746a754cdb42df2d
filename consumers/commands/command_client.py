"""Gives commands to cases and returns the result, also when the workflow has ended."""

from dataclasses import dataclass

from consumers.ports import Commands, JournaledCases
from domain.case.closing.acts import Withdraw
from domain.case.final_words import final_words
from domain.case.state import Case
from domain.vocabulary import Stage
from schemas.commands import (
    ID_REUSED,
    CommandAnswer,
    CommandMessage,
    IdReused,
    NotOpen,
    NotTaken,
    SaidNo,
    Unfit,
)
from schemas.intake import CaseSilent, Outcome, RejectReason

REUSED = "an event with this source and id came before with another act; give each act its own id"


@dataclass(frozen=True, slots=True)
class CommandResult:
    """What a case did with a command: done, now or before, when `reason` is None.

    The detail has no personal data. `refusal`: why the case refused it, if it did.
    """

    reason: RejectReason | None = None
    detail: str = ""
    refusal: str | None = None

    def outcome(self, done: Outcome) -> Outcome:
        """Return the outcome of the record; `done` when the case did it."""
        if self.reason is None:
            return done
        conflict = self.reason is RejectReason.IDENTITY_CONFLICT
        return Outcome.CONFLICT if conflict else Outcome.REJECTED


DONE = CommandResult()
WAITS = (
    "the case goes on until a second person of the town agrees to the withdrawal: a unit works on "
    "it, or it is late"
)
"""What the receipt of a withdrawal says that has become a request."""


def no_case(tenant: str) -> CommandResult:
    """Return what is said of a case that is not there, or that the actor may not know of."""
    detail = f"data.case: {tenant} has no case of this number; check both"
    return CommandResult(RejectReason.UNKNOWN_CASE, detail)


@dataclass(frozen=True, slots=True)
class CommandClient:
    """Commands to running workflows, with the journal as the second source of answers."""

    commands: Commands
    cases: JournaledCases

    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandResult:
        """Give a command and return its result. Repeating it is safe.

        The reason is UNKNOWN_CASE when this tenant has no case of this number (yet). Raises
        CaseSilent when this case alone gives no answer, else Unavailable.
        """
        try:
            answer = await self.commands.give(tenant, case_id, message)
        except NotOpen:
            return await self._look_back(tenant, case_id, message)
        except NotTaken as error:
            return _no(error)
        return _done(message, answer)

    async def _look_back(self, tenant: str, case_id: str, message: CommandMessage) -> CommandResult:
        """Return from the journal what the case would have answered, as no workflow runs."""
        case = await self.cases.find(tenant, case_id)
        if case is None:
            return no_case(tenant)
        try:
            earlier = answered_before(case, message)
        except NotTaken as error:
            return _no(error)
        if earlier is not None:
            return _done(message, earlier)
        if not case.stage.is_final:
            raise CaseSilent(
                "temporal", f"no workflow runs for case {case.case_id}, which is {case.stage}"
            )
        return CommandResult(RejectReason.CASE_OVER, final_words(case))


def _done(message: CommandMessage, answer: CommandAnswer) -> CommandResult:
    """Return that it was done; of a withdrawal that a second person decides on, that it waits."""
    if isinstance(message.act, Withdraw) and answer.stage is not Stage.WITHDRAWN:
        return CommandResult(detail=WAITS)
    return DONE


def answered_before(case: Case, message: CommandMessage) -> CommandAnswer | None:
    """Return what the journaled case answered to this command; None if it never got it.

    Raises SaidNo and IdReused as the workflow would.
    """
    earlier = case.answer(message.id)
    if earlier is None:
        return None
    if earlier.command != message.act.kind:
        raise IdReused(ID_REUSED, f"{message.id} was a command {earlier.command}")
    if earlier.refusal is not None:
        raise SaidNo(earlier.refusal, earlier.detail, earlier.seq)
    return CommandAnswer(
        case_id=case.case_id, command_id=message.id, seq=earlier.seq, stage=earlier.stage
    )


def _no(error: NotTaken) -> CommandResult:
    match error:
        case SaidNo():
            detail = f"{error.code}: {error}"
            return CommandResult(RejectReason.COMMAND_REFUSED, detail, error.code)
        case Unfit():
            return CommandResult(RejectReason.COMMAND_UNFIT, str(error))
        case IdReused():
            return CommandResult(RejectReason.IDENTITY_CONFLICT, REUSED)
        case _:
            raise error
