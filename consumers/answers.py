"""Gives an act to a case and says what came of it, also where nothing runs any more."""

from dataclasses import dataclass

from consumers.ports import Commands, JournaledCases
from domain.case.state import Case
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
class Answer:
    """`reason` None: it was done, now or before. The detail has no personal data."""

    reason: RejectReason | None = None
    detail: str = ""

    def outcome(self, done: Outcome) -> Outcome:
        if self.reason is None:
            return done
        conflict = self.reason is RejectReason.IDENTITY_CONFLICT
        return Outcome.CONFLICT if conflict else Outcome.REJECTED


DONE = Answer()


@dataclass(frozen=True, slots=True)
class Giver:
    commands: Commands
    cases: JournaledCases

    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> Answer:
        """Repeating it is safe. UNKNOWN_CASE where this tenant has no case of this number (yet).

        Raises Unavailable; CaseSilent when it is this case alone that does not answer.
        """
        try:
            await self.commands.give(tenant, case_id, message)
        except NotOpen:
            return await self._look_back(tenant, case_id, message)
        except NotTaken as error:
            return _no(error)
        return DONE

    async def _look_back(self, tenant: str, case_id: str, message: CommandMessage) -> Answer:
        """Where nothing runs any more, the journal knows what the case would have answered."""
        case = await self.cases.find(tenant, case_id)
        if case is None:
            detail = f"data.case: {tenant} has no case of this number; check both"
            return Answer(RejectReason.UNKNOWN_CASE, detail)
        try:
            earlier = answered_before(case, message)
        except NotTaken as error:
            return _no(error)
        if earlier is not None:
            return DONE
        if not case.stage.is_final:
            raise CaseSilent(
                "temporal", f"no workflow runs for case {case.case_id}, which is {case.stage}"
            )
        detail = f"the case is {case.stage}; nothing more can happen"
        return Answer(RejectReason.CASE_OVER, detail)


def answered_before(case: Case, message: CommandMessage) -> CommandAnswer | None:
    """What the case answered to this command, where nothing runs any more that could say it again.

    None where it never heard it. Raises SaidNo and IdReused as the case would.
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


def _no(error: NotTaken) -> Answer:
    match error:
        case SaidNo():
            return Answer(RejectReason.COMMAND_REFUSED, f"{error.code}: {error}")
        case Unfit():
            return Answer(RejectReason.COMMAND_UNFIT, str(error))
        case IdReused():
            return Answer(RejectReason.IDENTITY_CONFLICT, REUSED)
        case _:
            raise error
