"""Examples of events about a case, which the contracts show.

The examples of all other messages are in tools/contracts/examples.py.
"""

from collections.abc import Mapping

from schemas.events.case_events import CASE_EVENT, SOURCE
from tools.contracts.examples import CASE, MINIMAL, Document


def _told(seq: int, kind: str, stage: str, **more: object) -> Document:
    return {
        "schema_version": 1,
        "tenant": MINIMAL["tenant"],
        "case": CASE["case"],
        "seq": seq,
        "at": f"2026-11-24T01:30:{seq:02}.123456Z",
        "kind": kind,
        "stage": stage,
        "tier": "assign",
        **more,
    }


CASE_EVENTS: Mapping[str, Document] = {
    "received": _told(1, "received", "received", urgency="normal", category="garbage"),
    "dispatched": _told(
        3, "dispatched", "dispatched", holder="hetang-village", unit="hetang-village"
    ),
    "late": _told(
        6,
        "deadline_missed",
        "signed",
        holder="hetang-village",
        clock="holder",
        due_at="2026-11-24T01:30:00Z",
    ),
    "task": _told(
        8,
        "part_opened",
        "signed",
        holder="hetang-village",
        part="task-1",
        what="task",
        units=["sanitation"],
    ),
    "closed": _told(
        14, "closed", "closed", holder="hetang-village", callback="satisfied", solved=True
    ),
}
CASE_EVENT_ENVELOPES: Mapping[str, Document] = {
    name: {
        "specversion": "1.0",
        "type": CASE_EVENT,
        "source": SOURCE,
        "id": f"{data['case']}/{data['seq']}",
        "subject": data["case"],
        "time": data["at"],
        "datacontenttype": "application/json",
        "data": data,
    }
    for name, data in CASE_EVENTS.items()
}
