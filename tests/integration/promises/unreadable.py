"""Records that cannot become a case, each with the reason that they must get."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from runtime.jobs.publish import STRUCTURED
from schemas.events.complaint import FILED
from schemas.intake import RejectReason
from tests.integration.promises.events import Event, envelope, event

MEGABYTE = 1024 * 1024
BINARY = (
    ("ce_specversion", b"1.0"),
    ("ce_type", FILED.encode()),
    ("ce_source", b"/binary"),
    ("ce_id", b"1"),
)
ORDER = {"number": "省督1号", "issuer": "省厅", "supervised": True}
MIXED = (("photo", b"\xff\xd8\xff\x00"), ("photo", b"again"), ("", b""), ("来源", b"12345"))


def unreadable(source: str) -> Iterator[tuple[RejectReason, Event]]:
    good = event(source, "spoilt")
    document = envelope(source, "spoilt")
    tomorrow = datetime.now(UTC) + timedelta(days=30)

    def spoilt(**data: Any) -> Event:
        return event(source, "spoilt", **data)

    def written(**attributes: Any) -> Event:
        return good.but(value=json.dumps(document | attributes).encode())

    yield RejectReason.EMPTY_RECORD, good.but(value=b"")
    yield RejectReason.EMPTY_RECORD, good.but(value=None)
    yield RejectReason.TOO_LARGE, spoilt(text="x" * 10 * MEGABYTE)
    yield RejectReason.TOO_LARGE, good.but(headers=(*STRUCTURED, ("photo", b"x" * MEGABYTE)))
    yield RejectReason.NOT_UTF8, good.but(value=b'{"specversion": "\xff\xfe"}')
    yield RejectReason.NOT_UTF8, good.but(headers=(*BINARY[:3], ("ce_id", b"\xc3\x28")))
    yield RejectReason.NOT_UTF8, spoilt(text="\ud800 half a pair")
    yield RejectReason.NOT_JSON, good.but(value=b"\x00\x01\x02", headers=(*STRUCTURED, *MIXED))
    yield RejectReason.NOT_JSON, good.but(value=(good.value or b"")[:-20])
    yield RejectReason.NOT_JSON, spoilt(text=float("nan"))
    yield RejectReason.NOT_JSON, good.but(value=b'{"id": 1, "id": 2}')
    yield RejectReason.NOT_JSON, good.but(value=b'{"id": ' + b"9" * 10_000 + b"}")
    yield RejectReason.TOO_DEEP, good.but(value=b"[" * 100_000)
    yield RejectReason.TOO_DEEP, good.but(value=b'{"data":' * 100_000)
    yield RejectReason.NOT_CLOUDEVENT, good.but(headers=())
    yield RejectReason.NOT_CLOUDEVENT, good.but(value=b"[]")
    yield RejectReason.NOT_CLOUDEVENT, written(id="")
    yield RejectReason.NOT_CLOUDEVENT, written(source="two\nlines")
    gbk = (("content-type", b"application/cloudevents+json; charset=GBK"),)
    yield RejectReason.UNSUPPORTED_CONTENT_TYPE, good.but(headers=gbk)
    yield (
        RejectReason.UNSUPPORTED_CONTENT_TYPE,
        good.but(headers=(*BINARY, ("content-type", b"application/xml"))),
    )
    yield RejectReason.UNSUPPORTED_TYPE, written(type="org.sanban.complaint.praised.v1")
    yield RejectReason.UNSUPPORTED_VERSION, written(type=FILED.replace("v1", "v0"))
    yield RejectReason.SCHEMA_VIOLATION, spoilt(channel="carrier pigeon")
    yield RejectReason.SCHEMA_VIOLATION, spoilt(colour="red")
    yield RejectReason.SCHEMA_VIOLATION, spoilt(text="NUL \x00 inside")
    yield RejectReason.SCHEMA_VIOLATION, written(data=[1, 2, 3])
    yield RejectReason.FUTURE_DATE, spoilt(reported_at=tomorrow.isoformat())
    yield RejectReason.PAST_DATE, spoilt(reported_at="2016-11-24T09:12:00+08:00")
    yield RejectReason.PAST_DATE, spoilt(superior=ORDER | {"due_at": "2001-01-01T00:00:00Z"})
    yield RejectReason.FUTURE_DATE, spoilt(superior=ORDER | {"due_at": "2199-12-31T23:59:59+14:00"})
    yield (
        RejectReason.FUTURE_DATE,
        spoilt(suspended={"reason": "久", "until": "2199-01-01T00:00:00Z"}),
    )
    yield RejectReason.SCHEMA_VIOLATION, spoilt(reported_at="9999-12-31T23:59:59+00:00")
    yield RejectReason.SCHEMA_VIOLATION, spoilt(reported_at="1795828320")
    yield RejectReason.SCHEMA_VIOLATION, spoilt(place={"longitude": 120.75})
    yield RejectReason.UNKNOWN_TENANT, spoilt(tenant="atlantis")


def strange(source: str) -> Iterator[Event]:
    """Return records that are unusual and valid."""
    past, far = "2001-01-01T00:00:00+00:00", (datetime.now(UTC) + timedelta(days=3600)).isoformat()
    last_year = (datetime.now(UTC) - timedelta(days=700)).isoformat()
    yield event(source, "old", reported_at=last_year)
    yield event(source, "no-key").but(key=None)
    yield event(source, "empty-key").but(key=b"")
    yield event(source, "no-category", category=None)
    yield event(source, "no-such-category", category="dragons")
    yield event(source, "no-such-grid", category="garbage", place={"grid": "G99"})
    yield event(source, "late", channel="superior", superior=ORDER | {"due_at": last_year})
    yield event(source, "for-ever", superior=ORDER | {"due_at": far})
    yield event(source, "rests", suspended={"reason": "过去", "until": past})
    yield event(source, "rests-long", suspended={"reason": "久", "until": far})
    yield event(
        source,
        "forgotten",
        reported_at=last_year,
        superior=ORDER | {"due_at": far},
        suspended={"reason": "历史遗留", "until": far},
    )
    yield event(source, "long", text="噪" * 4000)
    yield event(source, "🜁" * 200, text="🜁 \u202e ' -- \\ \" [bold] {0} %s <b>")
    yield event(source, "pole", place={"longitude": 180, "latitude": -90})
