"""Who at a terminal does something to intake itself: a person of a roster, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.case.access import reach_of
from domain.policy.model import Policy
from runtime.problems import Problem


@dataclass(frozen=True, slots=True)
class Operator:
    """`tenant` is whose roster has the person, and in whose chain it is journaled."""

    tenant: str
    person: str
    why: str


def operator(
    policies: Mapping[str, Policy], person: str, why: str, tenant: str | None = None
) -> Operator:
    """Raises Problem when nobody of that name is in the roster, in several, when they have no
    part in it, or no reason is given. Records are about any unit's cases: who does something to
    them reads the whole tenant's (docs/adr/0022-reading.md). `tenant` narrows to one roster.
    """
    if tenant is not None and tenant not in policies:
        raise Problem(f"no policy pack for tenant {tenant}", do=f"choose from: {_all(policies)}")
    rosters = {
        name: {each.id for each in policy.roster.people}
        for name, policy in policies.items()
        if tenant in {None, name}
    }
    found = [name for name, people in rosters.items() if person in people]
    if not found:
        people = sorted(set().union(*rosters.values()))
        raise Problem(
            f"no person {person!r} in the roster" if person else "nobody acts",
            do=f"give --as; choose from: {', '.join(people[:30])}",
        )
    if len(found) > 1:
        raise Problem(
            f"{person} is in the rosters of {', '.join(sorted(found))}",
            do="say whose with --roster TENANT",
        )
    policy = policies[found[0]]
    allowed = {each.id for each in policy.roster.people if reach_of(policy, each).whole_tenant}
    if person not in allowed:
        raise Problem(
            f"{person} may not: this is for the platform, the office and who verifies",
            do=f"choose from: {', '.join(sorted(allowed)[:30])}",
        )
    if not why.strip():
        raise Problem("no reason given", do="say why with --reason: it is journaled")
    return Operator(found[0], person, why.strip())


def _all(policies: Mapping[str, Policy]) -> str:
    return ", ".join(sorted(policies))
