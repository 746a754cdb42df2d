"""Remarks on the order of a superior that intake takes, and that no person may end."""

from consumers.decoding.complaint_events import ComplaintEvent
from domain.planning.assignment import issuer_of, names_issuers
from domain.policy.model import Policy
from schemas.events.complaint import ComplaintFiled


def remark_on_issuer(event: ComplaintEvent, policy: Policy) -> tuple[str, str] | None:
    """Return the path of an issuer for which no unit speaks, and what to do; None if one does.

    Names no value of the event.
    """
    if not isinstance(event.said, ComplaintFiled) or event.said.superior is None:
        return None
    complaint = event.said.to_domain(event.source, event.event_id)
    if not names_issuers(policy) or issuer_of(policy, complaint) is not None:
        return None
    return "data.superior.issuer", (
        "is no unit of this tenant with a superior, and none speaks for it: only the system that "
        "sends the order changes, sends back or writes it off; ask the operators to add it to "
        "`speaks_for` of a unit in units.yaml"
    )
