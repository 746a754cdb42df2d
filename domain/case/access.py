"""Which cases a person may read: their unit's, or the whole tenant's (docs/adr/0022-reading.md)."""

from dataclasses import dataclass

from domain.people.rosters import Person
from domain.people.unit_successors import current_successor
from domain.policy.model import Policy
from domain.vocabulary import OFFICE, Role

_EVERY_UNIT = OFFICE | {Role.DISPATCHER, Role.HOTLINE, Role.VERIFIER}
_CALLS_BACK = frozenset({Role.DISPATCHER, Role.HOTLINE})


@dataclass(frozen=True, slots=True)
class Reach:
    """`units`: the person's own, with those that it took over; sorted ids. What waits for them is
    theirs. `whole_tenant`: reads the cases of every unit. `calls_back`: reads who reported a case,
    unless in confidence and about one of `units`.
    """

    person: str
    tenant: str
    units: tuple[str, ...]
    whole_tenant: bool = False
    calls_back: bool = False


def reach_of(policy: Policy, person: Person) -> Reach:
    """By the person's roles. All of the platform and of the office read the whole tenant."""
    roles = frozenset(person.roles)
    successors = policy.roster.successors
    units = {
        person.unit,
        *(gone for gone, _ in successors if current_successor(successors, gone) == person.unit),
    }
    if roles & OFFICE:
        units.add(policy.office)
    return Reach(
        person=person.id,
        tenant=policy.tenant,
        units=tuple(sorted(units)),
        whole_tenant=bool(roles & _EVERY_UNIT) or person.unit in {policy.platform, policy.office},
        calls_back=bool(roles & _CALLS_BACK),
    )
