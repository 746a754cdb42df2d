"""The gateway without servers: its ports in memory, and a way to send it requests."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette

from console.gateway.addresses import TrustedProxies
from console.gateway.app import gateway_app
from console.gateway.clients import Client, MayActAs, digest_of
from console.gateway.context import About, GatewayContext
from console.gateway.limits import Buckets, UploadLimits, Uploads
from console.gateway.moments import Moments
from console.gateway.ports import CaseFinder, Followed, ReceiptFinder
from domain.policy.model import Policy
from domain.vocabulary import Channel, Role
from packs import pack_of
from runtime.services.gateway.event_reader import EventReader, read_json, split
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack
from tests.fakes.gateway_ports import (
    FakeBroker,
    FakeCases,
    FakeFirstReports,
    FakeMedia,
    FakeReceipts,
)

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
TOWN = "youchegang"
OTHER_TOWN = "hotline12345"
SOURCE = "https://citizen.example/app"
TOKEN, OTHER, UNIT = "sbn_citizens-app", "sbn_another-app", "sbn_village-office"
POLICIES = {tenant: load_pack(pack_of(tenant), HOLIDAYS) for tenant in (TOWN, OTHER_TOWN)}

CLIENTS = (
    Client(
        name="app",
        tenant=TOWN,
        source=SOURCE,
        channel=Channel.CITIZEN,
        sha256=digest_of(TOKEN),
        burst=20,
    ),
    Client(
        name="other",
        tenant=TOWN,
        source="https://12345.example/hotline",
        channel=Channel.HOTLINE,
        sha256=digest_of(OTHER),
    ),
    Client(
        name="village",
        tenant=TOWN,
        source="https://hetang.example/office",
        channel=Channel.DEPARTMENT,
        sha256=digest_of(UNIT),
        may_act_as=(MayActAs(role=Role.HANDLER, unit="hetang-village"),),
    ),
)


@dataclass
class Town:
    """A gateway with all its ports in memory; `seconds` is the clock of its rate limits."""

    broker: FakeBroker = field(default_factory=FakeBroker)
    cases: FakeCases = field(default_factory=FakeCases)
    receipts: FakeReceipts = field(default_factory=FakeReceipts)
    clients: tuple[Client, ...] = CLIENTS
    policies: dict[str, Policy] = field(default_factory=lambda: dict(POLICIES))
    now: datetime = NOW
    seconds: float = 0
    max_bytes: int = 64 * 1024
    seconds_for_body: float = 5
    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    made: int = 0
    first_reports: FakeFirstReports = field(default_factory=FakeFirstReports)
    same_report_within: timedelta = timedelta(minutes=10)
    media: FakeMedia | None = field(default_factory=FakeMedia)
    limits: UploadLimits = field(default_factory=UploadLimits)
    follow: Followed | None = None
    decides_first: bool = False

    def app(
        self, cases: CaseFinder | None = None, receipts: ReceiptFinder | None = None
    ) -> Starlette:
        decoder = EventReader(
            "sanban.complaints", "sanban.case-commands", self.max_bytes, lambda: self.now
        )
        context = GatewayContext(
            clients=lambda: self.clients,
            policies=self.policies,
            read=decoder.read,
            split=split,
            read_json=read_json,
            broker=self.broker,
            cases=cases or self.cases,
            receipts=receipts or self.receipts,
            buckets=Buckets(lambda: self.seconds),
            addresses=Buckets(lambda: self.seconds),
            proxies=self.proxies,
            moments=Moments(),
            now=lambda: self.now,
            new_id=self._new_id,
            about=About("", "the office", NOW),
            max_bytes=self.max_bytes,
            first_reports=self.first_reports,
            same_report_within=self.same_report_within,
            media=self.media,
            uploads=Uploads(self.limits),
            seconds_for_body=self.seconds_for_body,
            follow=self.follow,
            decides_first=self.decides_first,
        )
        return gateway_app(context)

    def _new_id(self) -> str:
        self.made += 1
        return f"made-{self.made}"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


async def ask(
    app: Starlette,
    method: str,
    path: str,
    *,
    token: str | None = TOKEN,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes | Sequence[bytes] = b"",
    stalls: bool = False,
    fails: bool = False,
    peer: str = "127.0.0.1",
) -> Answer:
    """Send one request as a server would. The body may come in pieces, or never end.

    `fails`: a defect of ours is raised again behind the answer, for the log of the server.
    """
    path, _, query = path.partition("?")
    pieces = [body] if isinstance(body, bytes) else [*body]
    sent = [*headers, *([("authorization", f"Bearer {token}")] if token is not None else [])]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(errors="surrogatepass"),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [
            (b"host", b"gateway.example"),
            *((name.lower().encode(), value.encode("latin-1")) for name, value in sent),
        ],
        "client": (peer, 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }
    told: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if not pieces:
            await asyncio.sleep(60)
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces) or stalls}

    async def send(message: Any) -> None:
        told.append(dict(message))

    if fails:
        with pytest.raises(ZeroDivisionError):
            await app(scope, receive, send)
    else:
        await app(scope, receive, send)
    start = told[0]
    return Answer(
        start["status"],
        {name.decode(): value.decode("latin-1") for name, value in start["headers"]},
        b"".join(message.get("body", b"") for message in told[1:]),
    )


def structured(event: object) -> dict[str, Any]:
    """Return the arguments of `ask` for one event, or a batch, in JSON."""
    kind = "cloudevents-batch" if isinstance(event, list) else "cloudevents"
    headers = [("content-type", f"application/{kind}+json; charset=UTF-8")]
    return {"headers": headers, "body": json.dumps(event).encode()}


async def post(town: Town, event: object, **changes: Any) -> Answer:
    return await ask(town.app(), "POST", "/events", **structured(event) | changes)


def form(**fields: str) -> dict[str, Any]:
    """Return the arguments of `ask` for a form of Open311."""
    return {
        "headers": [("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
        "body": urlencode(fields).encode(),
    }


def filed(event_id: str = "e-1", /, **changes: object) -> dict[str, Any]:
    """Return a complaint of the citizens' app; a change to None leaves out the field."""
    data: dict[str, object] = {
        "schema_version": 1,
        "tenant": TOWN,
        "complaint_id": "c-1",
        "channel": "citizen",
        "reported_at": "2026-11-24T09:12:00+08:00",
        "text": "路灯不亮",
    } | changes
    return {
        "specversion": "1.0",
        "type": "org.sanban.complaint.filed.v1",
        "source": SOURCE,
        "id": event_id,
        "data": {name: value for name, value in data.items() if value is not None},
    }


def signed(unit: str = "hetang-village", role: str = "handler") -> dict[str, Any]:
    """Return an act of the village office."""
    return {
        "specversion": "1.0",
        "type": "org.sanban.case.command.v1",
        "source": "https://hetang.example/office",
        "id": "0412-sign",
        "data": {
            "tenant": TOWN,
            "case": "7kq2m-9xa4t-bnc2w",
            "actor": {"id": "lu-fang", "role": role, "unit": unit},
            "act": {"kind": "sign"},
        },
    }
