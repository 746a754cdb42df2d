"""Input, look-ups and result of the case workflows."""

from datetime import datetime
from typing import Any, Self

from pydantic import ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator

from domain.case.registration.acts import Triage
from domain.case.state import Case
from domain.planning.plans import CasePlan
from domain.vocabulary import Stage, Tier
from schemas.base import Message
from schemas.newer import refuse_newer_rules, without_empty


class CaseInput(Message):
    """A new case has a plan; one that continues, or is begun again from the journal, is a case.

    What a newer release wrote is refused: an older worker that left it out would journal another
    case than the newer ones have. The workflow task fails, and Temporal gives it to another worker.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    plan: CasePlan | None = None
    case: Case | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _refuse_what_is_newer(cls, written: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            begin = read(written)
        except ValidationError as error:
            begin = read(without_empty(written, error))
        if (plan := begin.case.plan if begin.case else begin.plan) is not None:
            refuse_newer_rules(plan)
        return begin


class CaseEnd(Message):
    """How the workflow ended: `seq` is the last row of the journal, so a cut tail shows."""

    case_id: str
    stage: Stage
    seq: int


class Question(Message):
    """What the engine looks up before it decides a command.

    `units`: look up the people of these units. `units_wanted`: look up the unit that the command
    names. `triage`: a person has classified the case; make its plan again from the pinned policy,
    and where the person names no tier, in no lower one than `tier`.
    `standard` and `tier`: make its plan again under that standard of its category.
    `policy` and `tier`: make its plan again from this policy and tier; with `in_force` only from
    the policy that the worker runs for the tenant. `heir`: look up which units
    this unit has succeeded. `officers`: look up which of these people are regular officers.
    `kinds_of`: look up of what kind these units are.
    `posts_wanted`: look up who has which post of the leading group.
    `other`: look up the state of that case. `campaigns_wanted`: look up the campaign that the
    command names. `cases`: look up which of these cases exist. `speakers`: units, each with a
    person; look up who of them are of that unit.
    `below`: look up the units above this one. `follow_on`: make the plan of the case of this
    category that the case leads to. `files`: look up to which cases these digests were handed in
    first; `case` is the one that asks. `signers_of`: look up in which of these units no one signs.
    `resources`: look up these resources of the town, and who
    has them in the span `reserved`. `erased_wanted`: look up if the texts of `case` are erased.
    """

    tenant: str
    at: datetime
    units: tuple[str, ...] = ()
    units_wanted: bool = False
    triage: Triage | None = None
    plan: CasePlan | None = None
    policy: str | None = None
    tier: Tier | None = None
    heir: str | None = None
    officers: tuple[str, ...] = ()
    other: str | None = None
    campaigns_wanted: bool = False
    cases: tuple[str, ...] = ()
    kinds_of: tuple[str, ...] = ()
    standard: str | None = None
    speakers: tuple[tuple[str, str], ...] = ()
    below: str | None = None
    posts_wanted: bool = False
    follow_on: str | None = None
    files: tuple[str, ...] = ()
    case: str | None = None
    in_force: bool = False
    signers_of: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    reserved: tuple[datetime, datetime] | None = None
    erased_wanted: bool = False
