"""What the rule of a channel asks of a complaint before a unit gets it."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from domain.complaints import Complaint
from domain.planning.grids import Located
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
"""What `needs` of a channel may list. `order`: a superior's, with number and issuer."""


def missing(rule: ChannelRule, complaint: Complaint) -> tuple[str, ...]:
    """Return the fields that the channel needs and the complaint lacks, in the rule's order."""
    return tuple(need for need in rule.needs if not NEEDS[need](complaint))


def why_looked_at(rule: ChannelRule | None, complaint: Complaint) -> str:
    """Return why a person must triage the case before a unit gets it; empty if none must.

    A complaint is never refused for what it lacks: it becomes a case in any event.
    """
    if rule is None:
        return ""
    lacking = ", ".join(missing(rule, complaint))
    if rule.confirm:
        without = f"; it comes without {lacking}" if lacking else ""
        return f"channel {rule.channel}: a person confirms it first{without}"
    return f"channel {rule.channel} needs {lacking}: the platform triages it" if lacking else ""


def why_triaged(rule: ChannelRule | None, complaint: Complaint, located: Located) -> str:
    """Return why a person must triage the case before a unit gets it; empty if none must."""
    whys = []
    if located.uncovered:
        whys.append(f"{located.uncovered}: the platform triages it")
    if located.doubt and rule is not None and "grid" in rule.needs:
        whys.append(f"channel {rule.channel} needs grid, and {located.doubt}: the platform asks")
    return "; ".join((*whys, *filter(None, (why_looked_at(rule, complaint),))))


def time_to_put_right(
    rule: ChannelRule | None, complaint: Complaint, urgency: Urgency, group: str | None = None
) -> timedelta | None:
    """Return how long those who were warned have until the second look; None: no second look.

    None if the urgency is critical, because danger cannot wait, and if the complaint lacks what the
    channel needs (a picture): then nothing proves that there was anything to warn of. `group` is
    that of its category.
    """
    if rule is None or urgency is Urgency.CRITICAL or missing(rule, complaint):
        return None
    listed = not rule.recheck_only or not {complaint.category, group}.isdisjoint(rule.recheck_only)
    return rule.recheck if listed else None


def _located(complaint: Complaint) -> bool:
    return complaint.place.longitude_e6 is not None and complaint.place.latitude_e6 is not None
