"""Examples of messages, which the contracts show. A test checks each against its schema."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from schemas.events.case_commands import COMMANDED
from schemas.events.complaint import FILED
from schemas.events.follow_ups import RATED, SUPPLEMENTED, WITHDRAWN
from schemas.events.order_replies import OrderReply, reply_event
from schemas.events.receipts import RECEIPT, SOURCE

Document = dict[str, Any]

MINIMAL: Document = {
    "schema_version": 1,
    "tenant": "youchegang",
    "complaint_id": "2026-000731",
    "channel": "hotline",
    "reported_at": "2026-11-24T09:12:00+08:00",
    "text": "荷塘村三组路口垃圾桶满溢，已有两天无人清运",
}
ROUTED: Document = {
    **MINIMAL,
    "complaint_id": "2026-000732",
    "category": "garbage",
    "urgency": "normal",
    "place": {
        "address": "荷塘村三组路口",
        "grid": "G01",
        "longitude": 120.7506,
        "latitude": 30.8421,
    },
    "reporter": {
        "name": "沈女士",
        "phone": "0573-80000000",
        "confidential": False,
        "reply_wanted": True,
    },
    "attachments": [
        {
            "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "uri": "s3://hotline/2026/11/24/731-1.jpg",
            "media_type": "image/jpeg",
        }
    ],
    "unverified": [{"uri": "https://photos.example/731-2.jpg"}],
}
ORDERED: Document = {
    **MINIMAL,
    "complaint_id": "省督2026-001",
    "channel": "superior",
    "text": "省厅督办一号案件：银杏村擅自改变土地用途建房",
    "category": "illegal-construction",
    "superior": {
        "level": "province",
        "number": "省督2026-001",
        "issuer": "省自然资源厅",
        "due_at": "2026-12-31T18:00:00+08:00",
        "supervised": True,
    },
}
SETTLED: Document = {
    **MINIMAL,
    "complaint_id": "2026-000734",
    "channel": "patrol",
    "text": "新桥社区北门散落纸箱",
    "category": "garbage",
    "settled": {"result": "巡查员当场清理"},
}
COMPLAINTS: Mapping[str, Document] = {
    "minimal": MINIMAL,
    "routed": ROUTED,
    "ordered": ORDERED,
    "settled": SETTLED,
}

ENVELOPE: Document = {
    "specversion": "1.0",
    "id": f"{MINIMAL['complaint_id']}-1",
    "source": "https://12345.example/hotline",
    "type": FILED,
    "time": "2026-11-24T09:30:00+08:00",
}
HEADERS: Document = {
    **{f"ce_{name}": value for name, value in ENVELOPE.items()},
    "content-type": "application/json",
}
EVENTS: Mapping[str, Document] = {
    name: {
        **ENVELOPE,
        "id": f"{complaint['complaint_id']}-1",
        "datacontenttype": "application/json",
        "data": complaint,
    }
    for name, complaint in COMPLAINTS.items()
}
DEAD_LETTER: Document = {
    "sanban-reason": "schema_violation",
    "sanban-detail": "data.tenant: is missing; add it",
    "sanban-origin": "sanban.complaints/3/4711",
    "sanban-at": "2026-11-24T01:30:00.123456+00:00",
    **HEADERS,
}
COMMAND: Document = {
    "id": "7d8f0a53-resolve",
    "actor": {"id": "lu-fang", "role": "handler", "unit": "hetang-village"},
    "act": {
        "kind": "resolve",
        "result": "垃圾已清运，桶已冲洗",
        "evidence": [
            {
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "uri": "s3://evidence/731-after.jpg",
                "media_type": "image/jpeg",
            }
        ],
    },
}
CASE: Document = {
    "tenant": "youchegang",
    "case": "7kq2m-9xa4t-bnc2w",
    "actor": COMMAND["actor"],
}
CASE_COMMANDS: Mapping[str, Document] = {
    "sign": {**CASE, "act": {"kind": "sign"}},
    "progress": {
        **CASE,
        "act": {"kind": "progress", "note": "已联系反映人，今天下午清运", "response": "reached"},
    },
    "extension": {**CASE, "act": {"kind": "ask_extension", "hours": 4, "reason": "清运车故障"}},
    "resolve": {**CASE, "act": COMMAND["act"]},
}
COMMAND_ENVELOPE: Document = {
    "specversion": "1.0",
    "id": "sign-0412",
    "source": "https://hetang.example/office",
    "type": COMMANDED,
    "time": "2026-11-24T10:05:00+08:00",
}
COMMAND_EVENTS: Mapping[str, Document] = {
    name: {
        **COMMAND_ENVELOPE,
        "id": f"{name}-0412",
        "datacontenttype": "application/json",
        "data": command,
    }
    for name, command in CASE_COMMANDS.items()
}
ANSWER: Document = {
    "case_id": "7kq2m-9xa4t-bnc2w",
    "command_id": "7d8f0a53-resolve",
    "seq": 7,
    "stage": "resolved",
}
_ABOUT: Document = {
    "schema_version": 1,
    "tenant": MINIMAL["tenant"],
    "complaint_id": MINIMAL["complaint_id"],
}
_SAID_LATER: Mapping[str, tuple[str, Document]] = {
    "supplemented": (
        SUPPLEMENTED,
        {"text": "今天又多了两袋建筑垃圾", "attachments": ROUTED["attachments"], "reminder": False},
    ),
    "withdrawn": (WITHDRAWN, {"reason": "来电人称已自行解决"}),
    "rated": (RATED, {"satisfaction": "basically_satisfied", "solved": True, "comment": "有点慢"}),
}
LATER: Mapping[str, Document] = {
    kind: {
        **ENVELOPE,
        "id": f"{MINIMAL['complaint_id']}-{kind}",
        "type": event_type,
        "datacontenttype": "application/json",
        "data": {**_ABOUT, **said},
    }
    for kind, (event_type, said) in _SAID_LATER.items()
}
INBOUND_EVENTS: Mapping[str, Mapping[str, Document]] = {
    FILED: EVENTS,
    COMMANDED: COMMAND_EVENTS,
    **{event["type"]: {kind: event} for kind, event in LATER.items()},
}
"""For each inbound type its events by name, the plainest first. Contracts show them all."""


def headers_of(event: Document) -> Document:
    """Return the headers that carry the attributes of an event in binary mode."""
    attributes = {f"ce_{name}": event[name] for name in ENVELOPE}
    return {**attributes, "content-type": event["datacontenttype"]}


_PLACE: Document = {
    "topic": "sanban.complaints",
    "partition": 3,
    "offset": 4711,
    "at": "2026-11-24T01:30:00.123456+00:00",
}
_OF: Document = {
    "tenant": MINIMAL["tenant"],
    "source": ENVELOPE["source"],
    "event_id": ENVELOPE["id"],
}
RECEIPTS: Mapping[str, Document] = {
    "accepted": {
        "schema_version": 1,
        "outcome": "accepted",
        "detail": "",
        **_OF,
        "case_id": CASE["case"],
        "follow_code": f"{CASE['case']}-4h7ps-0cx9d",
        **_PLACE,
    },
    "rejected": {
        "schema_version": 1,
        "outcome": "rejected",
        "reason": DEAD_LETTER["sanban-reason"],
        "detail": DEAD_LETTER["sanban-detail"],
        **_PLACE,
    },
    "parked": {
        "schema_version": 1,
        "outcome": "parked",
        "reason": "before_complaint",
        "detail": "data.complaint_id: this source has filed no complaint of this number; "
        "check number, source and tenant",
        **_OF,
        **_PLACE,
    },
}
ORDER_REPLY: Document = reply_event(
    OrderReply(
        tenant="youchegang",
        case="7kq2m-9xa4t-bnc2w",
        seq=31,
        at=datetime(2026, 12, 24, 1, 30, 0, 123456, tzinfo=UTC),
        source="https://superior.example/orders",
        complaint_id="2026-000731",
        number="省督2026-001",
        issuer="省自然资源厅",
        due_at=datetime(2026, 12, 31, 10, tzinfo=UTC),
        reply="违建已拆除，土地已复耕",
    )
)
RECEIPT_EVENT: Document = {
    "specversion": "1.0",
    "type": RECEIPT,
    "source": SOURCE,
    "id": "5f2b0c6a9d3e4f718293a4b5c6d7e8f9",
    "time": _PLACE["at"],
    "datacontenttype": "application/json",
    "data": RECEIPTS["accepted"],
}
