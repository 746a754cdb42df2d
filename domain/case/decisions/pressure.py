"""What a late or failing unit meets beyond being told: a letter, an interview, the next office."""

from domain.case.commands import Opening
from domain.case.decisions.draft import Draft
from domain.case.decisions.parts import barred, open_part
from domain.case.decisions.tiers import supervise
from domain.case.facts.ending import ReportedUp
from domain.case.facts.parts import Circulated
from domain.people.rosters import PARENT
from domain.policy.part_rules import PartKind
from domain.vocabulary import HELD_STAGES


def letter(draft: Draft, terms: Opening) -> str:
    """A supervision letter to the holder; one at a time. Says why there is none, if so."""
    return _one(draft, PartKind.LETTER, terms)


def interview(draft: Draft, terms: Opening, reason: str) -> str:
    """The leading group takes the case over and summons its holder."""
    supervise(draft, reason)
    return _one(draft, PartKind.INTERVIEW, terms)


def report_up(draft: Draft, note: str) -> None:
    """The town's powers are exhausted (L6)."""
    superior = draft.case.plan.complaint.superior
    draft.add(ReportedUp(to=superior.issuer if superior else PARENT, note=note))


def up(draft: Draft, reason: str) -> None:
    """The leading group, where it has not got the case yet; else the office above."""
    if not supervise(draft, reason):
        report_up(draft, reason)


def circulate(draft: Draft, text: str) -> None:
    """Whoever has the turn: the holder, or the platform that has to sort, verify or call back."""
    case = draft.case
    unit = case.holder if case.stage in HELD_STAGES else None
    draft.add(Circulated(unit=unit or case.plan.platform, text=text))


def hindrance(draft: Draft, kind: PartKind) -> str:
    """Why no such part can be opened now; empty when it can."""
    case = draft.case
    if waiting := case.open_parts(kind):
        return f"{waiting[0].id} is open already"
    if case.holder is None or case.stage not in HELD_STAGES:
        return f"no {kind}: the case is {case.stage}, so no unit has the turn"
    if (why := barred(draft, kind)) is not None:
        return f"no {kind}: {why[1]}"
    return ""


def _one(draft: Draft, kind: PartKind, terms: Opening) -> str:
    why = hindrance(draft, kind)
    if not why and draft.case.holder is not None:
        open_part(draft, kind, terms, units=(draft.case.holder,))
    return why
