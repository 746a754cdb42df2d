"""What a channel's rule asks of a complaint before it becomes anybody's work."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from domain.complaints import Complaint
from domain.policy.model import ChannelRule
from domain.vocabulary import Urgency

NEEDS: Mapping[str, Callable[[Complaint], bool]] = {
    "category": lambda c: c.category is not None,
    "grid": lambda c: c.place.grid is not None,
    "place": lambda c: bool(c.place.address.strip() or c.place.grid or _located(c)),
    "photo": lambda c: any(file.media_type.startswith("image/") for file in c.evidence),
    "evidence": lambda c: bool(c.evidence),
    "order": lambda c: bool(c.superior and c.superior.number.strip() and c.superior.issuer.strip()),
    "deadline": lambda c: c.superior is not None and c.superior.due_at is not None,
}
"""Each `needs` of a channel, by name: `order` is a superior's, with its number and its issuer."""


def missing(rule: ChannelRule, complaint: Complaint) -> tuple[str, ...]:
    """The fields that the channel needs and the complaint does not have, in the rule's order."""
    return tuple(need for need in rule.needs if not NEEDS[need](complaint))


def why_looked_at(rule: ChannelRule | None, complaint: Complaint) -> str:
    """Why a person looks before anybody gets the case; empty when nobody needs to.

    Nothing is refused for it: whatever a channel brings becomes a case.
    """
    if rule is None:
        return ""
    lacking = ", ".join(missing(rule, complaint))
    if rule.confirm:
        without = f"; it comes without {lacking}" if lacking else ""
        return f"channel {rule.channel}: a person confirms it first{without}"
    return f"channel {rule.channel} needs {lacking}: the platform triages it" if lacking else ""


def time_to_put_right(
    rule: ChannelRule | None, complaint: Complaint, urgency: Urgency
) -> timedelta | None:
    """How long whoever was told has before somebody looks again; None: a person looks at once.

    A danger to life waits for nobody, and what the channel lacks (a picture) proves no notice.
    """
    if rule is None or urgency is Urgency.CRITICAL or missing(rule, complaint):
        return None
    listed = not rule.recheck_only or complaint.category in rule.recheck_only
    return rule.recheck if listed else None


def category_of(rule: ChannelRule, complaint: Complaint) -> str | None:
    """As the complaint says; where it is silent, what such a channel is about."""
    return complaint.category or rule.category


def _located(complaint: Complaint) -> bool:
    return complaint.place.longitude_e6 is not None and complaint.place.latitude_e6 is not None
