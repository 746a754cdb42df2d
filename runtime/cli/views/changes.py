"""Says what an event changed, from what it was before to what it is now."""

from domain.case.closing.facts import CalledBack, Closed
from domain.case.dispatch.facts import Dispatched
from domain.case.events import Fact
from domain.case.registration.facts import StandardChosen, Triaged
from domain.case.state import Case
from domain.case.tiers.facts import TierLowered, TierRaised
from domain.planning.plans import CasePlan
from domain.vocabulary import Callback

SOLVED = {None: "", True: "solved", False: "not solved"}
"""Closed is not solved: if a person was asked, the line says both."""


def changed(fact: Fact, before: Case | None) -> str | None:
    """Return the text of a fact that replaces something; None for any other fact.

    `before`: the case before the fact; None where only the new value is known.
    """
    match fact:
        case Triaged():
            keeps = _kept(fact)
            return _join(_triaged(fact, before), _shown(fact), keeps, fact.reason)
        case StandardChosen():
            return _join(_filed(before.plan if before else None, fact.plan), fact.reason)
        case Dispatched():
            to = _to(before.holder if before else None, fact.unit)
            return _join(to, "designated" * fact.designated, fact.reason)
        case TierRaised() | TierLowered():
            return f"{_to(before.tier if before else None, fact.to)}: {fact.reason}"
        case CalledBack() | Closed():
            return _called(fact, before)
    return None


def _triaged(fact: Triaged, before: Case | None) -> str:
    """Return the tier where the rules decided, and all that a person decided."""
    plan = fact.plan
    if plan is None:
        return f"tier {fact.tier}"
    tier, was = (before.tier, before.plan) if before else (fact.tier, plan)
    changes = (
        _from_to("tier", tier, fact.tier),
        _from_to("urgency", was.urgency, plan.urgency),
        _from_to("category", was.category, plan.category),
        _from_to("grid", was.grid, plan.grid) if was.grid != plan.grid else "",
        _filed(before.plan if before else None, plan),
    )
    return ", ".join(change for change in changes if change)


def _kept(fact: Triaged) -> str:
    """Return what the triage leaves as it is; a unit that gets the case later begins its time."""
    if fact.held_to is not None:
        return "no unit gets a longer limit by it"
    return "no deadline that runs is later" if fact.keeps else ""


def _shown(fact: Triaged) -> str:
    """Return what the person was shown to choose from."""
    return f"shown were {', '.join(fact.shown)}" if fact.shown else ""


def _filed(old: CasePlan | None, new: CasePlan) -> str:
    """Return under which standard it is filed now; empty if its category has none."""
    before, after = (plan.standard.id if plan and plan.standard else None for plan in (old, new))
    return _from_to("standard", before, after) if after else ""


def _called(fact: CalledBack | Closed, before: Case | None) -> str:
    missed = fact.callback is Callback.NOT_REACHED
    tried = f"try {before.calls + 1}" if before and missed else ""
    number = len(fact.evidence) if isinstance(fact, Closed) else 0
    files = f"{number} file{'s' * (number != 1)}" if number else ""
    return _join(fact.callback, tried, SOLVED[fact.solved], fact.note, files)


def _from_to(name: str, old: str | None, new: str | None) -> str:
    if old == new:
        return f"{name} {new or 'none'}"
    return f"{name} from {old or 'none'} to {new or 'none'}"


def _to(old: str | None, new: str) -> str:
    return f"to {new}" if old in {None, new} else f"from {old} to {new}"


def _join(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)
