"""The person of a roster who does something to intake itself at a terminal, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.case.access import reach_of
from domain.policy.model import Policy
from runtime.problems import Problem
from schemas.texts import is_invisible


@dataclass(frozen=True, slots=True)
class Operator:
    """A person with a reason. `tenant` is that of the roster, and of the chain that journals it."""

    tenant: str
    person: str
    why: str


def operator(
    policies: Mapping[str, Policy], person: str, why: str, tenant: str | None = None
) -> Operator:
    """Return the operator; `tenant` narrows the search to one roster.

    Raises Problem when no roster, or more than one, has the person, when the person may not read
    the whole tenant, or without a reason. Records are about cases of any unit, hence the whole
    tenant (docs/adr/0022-reading.md).
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
    if is_invisible(why):
        raise Problem("no reason given", do="say why with --reason: it is journaled")
    return Operator(found[0], person, why.strip())


def _all(policies: Mapping[str, Policy]) -> str:
    return ", ".join(sorted(policies))
