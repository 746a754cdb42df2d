"""Check roster.yaml: an auditor is nothing else, and who acts on no case is told of none."""

from collections.abc import Collection, Iterator, Sequence

from domain.people.rosters import Person
from domain.policy_checks.drafts import PolicyDraft, Staff
from domain.policy_checks.findings import PolicyFinding
from domain.vocabulary import OVERSEERS, Role

_ALONE = "an auditor stands in for auditors alone, and they for auditors; name another"


def overseers(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """An auditor who also acted, or had a deputy who acts, would audit the own work."""
    if draft.staff is not None:
        auditors = {person.id for person in draft.staff.people if Role.AUDITOR in person.roles}
        yield from _people(draft.staff.people, auditors)
        yield from _told(draft.staff, auditors)


def _people(people: Sequence[Person], auditors: Collection[str]) -> Iterator[PolicyFinding]:
    for index, person in enumerate(people):
        if person.id in auditors and {*person.roles} != {Role.AUDITOR}:
            reason = f"{person.id!r} is an auditor, and has no other role; name two people"
            yield PolicyFinding("roster", ("people", index, "roles"), reason)
        for number, deputy in enumerate(person.deputies):
            if (deputy in auditors) != (person.id in auditors):
                yield PolicyFinding("roster", ("people", index, "deputies", number), _ALONE)


def _told(staff: Staff, auditors: Collection[str]) -> Iterator[PolicyFinding]:
    aloof = {person.id for person in staff.people if {*person.roles} <= OVERSEERS}
    for index, duty in enumerate(staff.duties):
        if duty.role in OVERSEERS:
            reason = f"{duty.role.value!r} acts on no case, so there is no duty in it; remove it"
            yield PolicyFinding("roster", ("duties", index, "role"), reason)
        for number, id_ in enumerate(duty.people):
            if id_ in auditors:
                reason = f"{id_!r} is an auditor, who acts on no case; name another"
                yield PolicyFinding("roster", ("duties", index, "people", number), reason)
    for index, id_ in enumerate(staff.last_resort):
        if id_ in aloof:
            reason = f"{id_!r} acts on no case, so they cannot be told of one; name another"
            yield PolicyFinding("roster", ("last_resort", index), reason)
