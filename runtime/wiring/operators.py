"""The person of a roster who does something to intake itself at a terminal, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.case.access import reach_of, units_of
from domain.people.capacities import capacities
from domain.people.rosters import Person
from domain.policy.model import Policy
from domain.vocabulary import Role
from runtime.problems import Problem
from runtime.wiring.packs import must_be_served
from runtime.wiring.people_named import no_such_person, person_id
from schemas.texts import is_invisible


@dataclass(frozen=True, slots=True)
class Operator:
    """A person with a reason. `tenant` is that of the roster, and of the chain that journals it.

    `for_person`: the absent person whose deputy the operator is; None who may do it themselves.
    """

    tenant: str
    person: str
    why: str
    for_person: str | None = None

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """Return what a row says of the operator besides person and reason."""
        return (("for_person", self.for_person),) if self.for_person else ()


def operator(
    policies: Mapping[str, Policy],
    person: str,
    why: str,
    at: datetime,
    tenant: str | None = None,
    *,
    of_intake: bool = False,
) -> Operator:
    """Return the operator; `tenant` narrows the search to one roster.

    Raises Problem when no roster, or more than one, has the person, when at `at` neither the person
    nor one who is absent and has the person as deputy may read the whole tenant, or without a
    reason. An auditor reads it all, and decides nothing. `of_intake`: about records of intake, of
    which an operator of the roster decides, too. Records are about cases of any unit, hence the
    whole tenant (docs/adr/0022-reading.md).
    """
    must_be_served(policies, tenant)
    asked = [each for name, each in policies.items() if tenant in {None, name}]
    person = person_id(asked, person)
    rosters = {
        name: {each.id for each in policy.roster.people}
        for name, policy in policies.items()
        if tenant in {None, name}
    }
    found = [name for name, people in rosters.items() if person in people]
    if not found and person:
        raise no_such_person(asked, person)
    if not found:
        people = sorted(set().union(*rosters.values()))
        raise Problem(
            "nobody acts",
            do=f"give --as; choose from: {', '.join(people[:30])}",
        )
    if len(found) > 1:
        raise Problem(
            f"{person} is in the rosters of {', '.join(sorted(found))}",
            do="say whose with --roster TENANT",
        )
    policy = policies[found[0]]
    allowed = {
        each.id
        for each in policy.roster.people
        if _decides(policy, each) or (of_intake and Role.OPERATOR in each.roles)
    }
    given = capacities(policy.roster, person, at)
    stood_for = [each.for_person for each in given if each.for_person in allowed]
    if person not in allowed and not stood_for:
        raise Problem(
            f"{person} may not: this is for the platform, the office and who verifies",
            do=f"choose from: {', '.join(sorted(allowed)[:30])}",
        )
    if is_invisible(why):
        raise Problem("no reason given", do="say why with --reason: it is journaled")
    stands_for = None if person in allowed else stood_for[0]
    return Operator(found[0], person, why.strip(), stands_for)


def _decides(policy: Policy, person: Person) -> bool:
    return Role.AUDITOR not in person.roles and reach_of(policy, person).whole_tenant


def must_be_of_no_party(
    who: Operator, policy: Policy, at: datetime, parties: Mapping[str, Collection[str]]
) -> None:
    """Raises Problem for a person of a unit that has or had a case, or has a part in it.

    `parties`: case -> its units. What is said of one's own work, others erase.
    """
    own = {
        unit
        for person in policy.roster.people
        if person.id == who.person
        for unit in units_of(policy, person, at)
    }
    of_theirs = {case: sorted(own & {*units}) for case, units in parties.items()}
    if theirs := [f"{case} ({', '.join(units)})" for case, units in of_theirs.items() if units]:
        raise Problem(
            f"{who.person} is of a unit that has a part in {', '.join(theirs)}",
            do="have a person of another unit erase it: of the platform or of the office",
        )


def must_have_stayed_out(who: Operator, acted: Mapping[str, Collection[str]]) -> None:
    """Raises Problem for who did something in a case, also as or by a deputy.

    `acted`: case -> the people who did. Who ends a case would else erase why.
    """
    selves = {who.person, who.for_person} - {None}
    if theirs := [case for case, people in acted.items() if not selves.isdisjoint(people)]:
        raise Problem(
            f"{' for '.join(filter(None, (who.person, who.for_person)))} acted in "
            f"{', '.join(theirs)}, and does not erase what was said there",
            do="have another person of the platform or of the office erase it",
        )


def must_be_of_their_tenant(
    who: Operator, policies: Mapping[str, Policy], letters: Mapping[int, str | None]
) -> None:
    """Raises Problem if a letter (number -> tenant) belongs to another tenant that is served here.

    Letters that name no such tenant belong to all: each operator may decide on them.
    """
    others = {number: of for number, of in letters.items() if of in policies and of != who.tenant}
    if others:
        number, of = next(iter(others.items()))
        raise Problem(
            f"letter {number} is of {of}, and {who.person} is of {who.tenant}",
            do=f"name a person of {of} with --as and --roster, or take only the letters of "
            f"{who.tenant}: --tenant {who.tenant}",
        )
