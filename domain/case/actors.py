"""Who is believed to act, and in which role: one rule for the command line, Kafka and HTTP.

It is decided when the act is given to its case, by the roster of that moment: people change more
often than policies, so the roster is never pinned. The case keeps the actor that this returns.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.case.commands import Actor
from domain.case.permissions import PERMISSIONS
from domain.people.capacities import Capacity, capacities
from domain.people.unit_successors import current_successor
from domain.policy.model import Policy
from domain.policy.sources import vouches_for, why_not_acting
from domain.vocabulary import OVERSEERS, Role

TASK_LINKS = "urn:sanban:task-links"
"""The source of what outside parties report by a one-time link, to the gateway."""


class NotBelieved(Exception):
    """The role, the unit or the name is not given to who claims it. `do`: what helps."""

    def __init__(self, why: str, do: str = "") -> None:
        super().__init__(f"{why}; {do}" if do else why)
        self.why = why
        self.do = do


def actor_of_person(
    policy: Policy,
    person: str,
    at: datetime,
    *,
    kind: str,
    role: Role | None = None,
    for_person: str | None = None,
    given: Sequence[Capacity] | None = None,
) -> Actor:
    """Return a person of the roster as the actor of a command of this kind.

    Without `role`, it is the first that may give the command, own roles before those of a deputy.
    `for_person`: only in the roles of this absent person. `given`: the capacities of the person at
    this moment, if the caller has them already. Raises NotBelieved.
    """
    given = capacities(policy.roster, person, at) if given is None else given
    fitting = [
        each
        for each in given
        if role in {None, each.role} and for_person in {None, each.for_person}
    ]
    if not fitting:
        what = " ".join(
            ([role] if role else []) + ([f"a deputy of {for_person}"] if for_person else [])
        )
        raise NotBelieved(
            f"the roster gives {person} {_listed(given, named=True)} at this moment, not {what}",
            "act in one of these; roles and deputies are in roster.yaml, absences and stand-ins "
            "also in `sanban duty list`",
        )
    fitting = [each for each in fitting if each.role not in OVERSEERS]
    if not fitting:
        raise NotBelieved(
            f"{person} acts on no case: who audits or operates reads, and leaves cases to others",
            "name a person who handles, dispatches or decides",
        )
    usual = [each for each in fitting if each.role in PERMISSIONS[kind].roles]
    chosen = (usual or fitting)[0]
    return _acting(policy, person, chosen)


def actor_of_source(policy: Policy, source: str, said: Actor, at: datetime) -> Actor:
    """Return the actor that an event of a source claims, with unit and absence by the roster.

    The source must be allowed to act in the role for the unit; one that is left out is that of the
    person, by the roster. People of the roster act in the
    roles that it gives them. Other names are the source's own, or those that sources.yaml lets it
    vouch for; a reporter is in no roster and may have any. Raises NotBelieved, with a text for
    the publisher that names no person.
    """
    rules = policy.sources
    if said.role is Role.OUTSIDE:
        if source == TASK_LINKS:
            return said  # what it proves, the case decides
        raise NotBelieved(
            f"data.actor.role: no source acts as {said.role}; only the gateway hands on what comes "
            "by a one-time link",
            "send the report to the address of the link",
        )
    given = capacities(policy.roster, said.id, at)
    own = [each for each in given if each.role is said.role] if said.unit is None else []
    units: list[str | None] = [each.unit for each in own] or [said.unit]
    refusals = [why_not_acting(rules, source, said.role, unit) for unit in units]
    if all(refusals):
        raise NotBelieved(refusals[0])  # it says what helps
    if own:
        return _acting(policy, said.id, own[refusals.index("")])
    if given:
        return _by_the_roster(policy, given, said)
    if said.role is Role.REPORTER and (said.unit is None or rules):
        return said
    if vouches_for(rules, source, said.id):
        return said
    raise NotBelieved(
        f"data.actor.id: the roster has no such person, and this source may not vouch for this "
        f"name as {said.role}",
        "send the person's id in the roster, or the source itself if no person acts; or ask the "
        "operators for a line in roster.yaml, or in sources.yaml under commands, vouches_for",
    )


def _by_the_roster(policy: Policy, given: Sequence[Capacity], said: Actor) -> Actor:
    now = current_successor(policy.roster.successors, said.unit) if said.unit else None
    for each in given:
        if each.role is said.role and now in {None, each.unit}:
            return _acting(policy, said.id, each)
    in_role = any(each.role is said.role for each in given)
    what = f"{said.role} of this unit" if in_role else said.role
    raise NotBelieved(
        f"data.actor.{'unit' if in_role else 'role'}: the roster gives this person "
        f"{_listed(given)} at this moment, not {what}",
        "send one of these, or ask the operators to correct roster.yaml",
    )


def _acting(policy: Policy, person: str, chosen: Capacity) -> Actor:
    own = next((each.unit for each in policy.roster.people if each.id == person), None)
    elsewhere = None if own == chosen.unit else own
    return Actor(person, chosen.role, chosen.unit, chosen.for_person, elsewhere, chosen.set_by)


def _listed(given: Sequence[Capacity], *, named: bool = False) -> str:
    return ", ".join(_in_words(each, named=named) for each in given) or "no role"


def _in_words(capacity: Capacity, *, named: bool) -> str:
    words = f"{capacity.role} of {capacity.unit}"
    if capacity.for_person is None:
        return words
    return f"{words} as a deputy{f' of {capacity.for_person}' if named else ''}"
