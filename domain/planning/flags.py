"""Find out if a new complaint is a stability risk (群体性风险), or one of history (历史遗留).

The words are looked for when the complaint comes in: later its text is sealed. So the plan keeps
what was found, with the reason.
"""

from collections.abc import Iterator

from domain.complaints import Complaint
from domain.planning.words import words_in
from domain.policy.known_by import KnownBy
from domain.policy.model import Policy
from domain.vocabulary import Flag

FoundFlags = tuple[tuple[Flag, str], ...]
"""Each flag of a complaint, with what it was known by."""

_DAY_FORM = "%Y-%m-%d"


def flags_of(policy: Policy, complaint: Complaint, repeats: int) -> FoundFlags | None:
    """Return the flags that the rules of the policy find, the first reason of each; None if none.

    `repeats`: how many earlier cases the rule on repeats counts.
    """
    found: dict[Flag, str] = {}
    for rule in policy.tier_rules:
        if rule.known_by is None or rule.when not in {*Flag}:
            continue
        flag = Flag(rule.when)
        for why in _known_by(flag, rule.known_by, complaint, 1 + repeats):
            found.setdefault(flag, why)
    return (*found.items(),) or None


def _known_by(flag: Flag, by: KnownBy, complaint: Complaint, times: int) -> Iterator[str]:
    if by.source and flag in (complaint.flags or ()):
        yield "its source says so"
    yield from (f"it says {word}" for word in words_in(complaint.text, by.words))
    if by.reporters is not None and (complaint.reporters or 1) >= by.reporters:
        yield f"{complaint.reporters} people report it"
    if by.repeats is not None and times >= by.repeats:
        yield f"report {times} of it"
    since, limit = complaint.since, by.older_than
    if since is not None and limit is not None and complaint.reported_at - since >= limit:
        yield f"it has been so since {since.strftime(_DAY_FORM)}"
