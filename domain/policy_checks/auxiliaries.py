"""Check roster.yaml: no auxiliary has the roles of a regular officer as a deputy."""

from collections.abc import Iterator

from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import PolicyFinding


def auxiliaries(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """In the place of a regular officer an auxiliary would decide what auxiliaries do not."""
    helping = draft.staff.auxiliaries if draft.staff else frozenset()
    for index, person in enumerate(draft.staff.people if draft.staff else ()):
        for number, deputy in enumerate(person.deputies):
            if deputy in helping and person.id not in helping:
                reason = (
                    f"{deputy!r} is an auxiliary, and stands in for auxiliaries alone; name another"
                )
                yield PolicyFinding("roster", ("people", index, "deputies", number), reason)
