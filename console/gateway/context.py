"""What every route of the gateway works with, and the checks that all routes share."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.requests import Request

from console.gateway.addresses import TrustedProxies
from console.gateway.answers import HttpRefusal, invalid, unavailable
from console.gateway.attachments import must_be_references
from console.gateway.clients import Client, Clients, client_of, must_be_its_own
from console.gateway.limits import Buckets, UploadLimits, Uploads, body_of
from console.gateway.moments import Moments
from console.gateway.ports import (
    BatchSplitter,
    Broker,
    BrokerPosition,
    CaseFinder,
    CheckedEvent,
    EventMessage,
    EventReader,
    FirstReports,
    Followed,
    Invalid,
    JsonReader,
    MediaStore,
    ReceiptFinder,
)
from console.metrics import EVENTS
from console.task_links import TRIES_PER_MINUTE
from domain.case.actors import NotBelieved, actor_of_source
from domain.case.commands import Actor
from domain.planning.grids import why_other_datum
from domain.policy.model import Policy
from domain.policy.sources import why_not_filed, why_not_heard
from domain.vocabulary import Role
from schemas.intake import RejectReason, Unavailable

ANONYMOUS_PER_MINUTE, ANONYMOUS_BURST = 600, 100
"""Requests of one address without a key, or with a wrong one. A right key is never charged to its
address. Bodies without a known key are counted apart until they came whole: neither questions nor
wrong keys of others there shut a client out that has its key in the form."""

CODES_PER_MINUTE = TRIES_PER_MINUTE
"""Codes and links that one address may try."""


@dataclass(frozen=True, slots=True)
class About:
    """What Open311 discovery answers. `url`: the public address, "" if it is not configured."""

    url: str
    contact: str
    since: datetime


@dataclass(frozen=True)
class GatewayContext:
    """The parts and limits of one gateway. `policies`: by tenant. `new_id`: returns a unique id.

    `same_report_within`: equal reports are one if no more time is between them; 0 makes each its
    own. `media`: None if photos are not stored here; `follow`: if no case is followed by code.
    `decides_first`: intake has decided an event before it is acknowledged, so its case has a code.
    """

    clients: Clients
    policies: Mapping[str, Policy]
    read: EventReader
    split: BatchSplitter
    read_json: JsonReader
    broker: Broker
    cases: CaseFinder
    receipts: ReceiptFinder
    buckets: Buckets  # of clients
    addresses: Buckets
    proxies: TrustedProxies
    moments: Moments
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    about: About
    max_bytes: int
    first_reports: FirstReports
    seconds_for_body: float = 20
    same_report_within: timedelta = timedelta(minutes=10)
    uploads: Uploads = field(default_factory=lambda: Uploads(UploadLimits()))
    media: MediaStore | None = None
    follow: Followed | None = None
    decides_first: bool = False

    def admit_anonymous(self, request: Request) -> None:
        """Charge a request without a token to its address. Raises HttpRefusal 429."""
        self.addresses.take(
            self.proxies.origin_of(request),
            per_minute=ANONYMOUS_PER_MINUTE,
            burst=ANONYMOUS_BURST,
        )

    def admit_code(self, request: Request) -> None:
        """Charge a try of a code or of a link to its address. Raises HttpRefusal 429."""
        address = self.proxies.origin_of(request)
        self.addresses.take(f"code {address}", per_minute=CODES_PER_MINUTE, burst=CODES_PER_MINUTE)

    def admit_body(self, request: Request) -> str:
        """Charge a body whose sender is not known yet to its address; return that.

        Not with questions without a key: these shut out no client that has its key in the body.
        Raises HttpRefusal 429.
        """
        address = self.proxies.origin_of(request)
        self.addresses.take(
            _body_from(address), per_minute=ANONYMOUS_PER_MINUTE, burst=ANONYMOUS_BURST
        )
        return address

    def forgive_body(self, address: str) -> None:
        """Give back what `admit_body` charged: the body came whole, and its key decides."""
        self.addresses.give_back(_body_from(address))

    def admit(self, request: Request, token: str, *, refuse: Callable[[], HttpRefusal]) -> Client:
        """Return the client of a token. Raises `refuse()` for an unknown one, HttpRefusal 429."""
        client = client_of(token, self.clients())
        if client is None:
            self.admit_anonymous(request)
            raise refuse()  # events answer 401, the Open311 standard wants 403
        request.state.client = client.name
        self.charge(client)
        return client

    def charge(self, client: Client, number: int = 1) -> None:
        self.buckets.take(
            client.name, per_minute=client.per_minute, burst=client.burst, number=number
        )

    async def body(self, request: Request) -> bytes:
        """Return the whole body. Raises HttpRefusal 408, 413, and 415 for a compressed one."""
        return await body_of(request, most=self.max_bytes, seconds=self.seconds_for_body)

    def check(self, client: Client, message: EventMessage) -> CheckedEvent:
        """Raises HttpRefusal if intake would reject the event, or this client may not send it."""
        try:
            event = self.read(message)
        except Invalid as error:
            raise invalid(error.reason, error.detail) from None
        must_be_its_own(client, event, self._acting(event))
        if event.tenant not in self.policies:
            detail = f"data.tenant: no policy serves {event.tenant}; ask the operators"
            raise invalid(RejectReason.UNKNOWN_TENANT, detail)
        if why := _why_not_taken(event, self.policies[event.tenant], self.now()):
            raise HttpRefusal(403, RejectReason.SOURCE_NOT_ALLOWED, why)
        if why := why_other_datum(self.policies[event.tenant], event.datum):
            raise invalid(RejectReason.WRONG_DATUM, why)
        must_be_references(event.attachments)
        return event

    def _acting(self, event: CheckedEvent) -> Actor | None:
        """Return the event's actor as the roster has them; as the event says, if it has not."""
        policy = self.policies.get(event.tenant)
        if event.actor is None or policy is None:
            return event.actor
        try:
            return actor_of_source(policy, event.source, event.actor, self.now())
        except NotBelieved:
            return event.actor

    async def must_have_reported(self, event: CheckedEvent) -> None:
        """Raises HttpRefusal 404 if the event is a reporter's act on a case of another source.

        The same of a case that does not exist, so that the answer tells nothing. Without the
        database the event is taken: intake looks at it once more.
        """
        if event.actor is None or event.actor.role is not Role.REPORTER or event.case_id is None:
            return
        try:
            found = await self.cases.find(event.tenant, event.case_id)
        except Unavailable:
            return
        if found is None or found.case.plan.complaint.source != event.source:
            raise HttpRefusal(
                404,
                "not_found",
                "data.case: this source reported no case with this number; a new report is found "
                "once intake has read it",
            )

    async def code_of(self, event: CheckedEvent) -> str | None:
        """Return the follow code of a report; None if it is not known yet: the receipt has it, too.

        A report is acknowledged without the database.
        """
        if self.follow is None or not self.decides_first:
            return None
        if event.channel is None or event.case_id is None:
            return None
        try:
            return await self.follow.code_of(event.tenant, event.case_id)
        except Unavailable:
            return None

    async def send(self, event: CheckedEvent, message: EventMessage) -> BrokerPosition:
        """Return once the broker has the event. Raises HttpRefusal 503 if it does not confirm."""
        try:
            place = await self.broker.send(event, message)
        except Unavailable as error:
            raise unavailable(error.part) from None
        except Invalid as error:
            raise invalid(error.reason, error.detail) from None
        EVENTS.labels(event.topic).inc()
        return place


def _body_from(address: str) -> str:
    return f"body {address}"


def _why_not_taken(event: CheckedEvent, policy: Policy, at: datetime) -> str:
    """Return why intake would reject the event by sources.yaml and roster; empty if not."""
    if event.actor is not None:
        try:
            actor_of_source(policy, event.source, event.actor, at)
        except NotBelieved as error:
            return str(error)
        return ""
    if event.channel is not None:
        return why_not_filed(policy.sources, event.source, event.channel)
    return why_not_heard(policy.sources, event.source)


def bearer(request: Request) -> str:
    """Return the token of the Authorization header, or "". Raises HttpRefusal 400 for two."""
    given = set(request.headers.getlist("authorization"))
    if len(given) > 1:
        detail = "header authorization: is given twice with different values; send it once"
        raise HttpRefusal(400, "invalid_request", detail)
    scheme, _, token = "".join(given).partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
