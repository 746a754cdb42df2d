"""What intake and the ledger exchange about one inbound record.

A record's *position* says where it is in Kafka; its *identity* (tenant, source, event id) says
which event it carries. The first record that carries an identity holds it and becomes the case.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from typing_extensions import override

from domain.matching.similarity import ReportFeatures
from domain.policy.similar_rules import SimilarRule
from schemas.left_out import LeftOut, short_key


class Outcome(StrEnum):
    """How a record ended. Closed list: every record ends in exactly one of these."""

    ACCEPTED = "accepted"  # its case exists; or what it commands was done, now or before
    SUPPLEMENTED = "supplemented"  # its case has it, now or before
    WITHDRAWN = "withdrawn"  # its case ended by it, now or before
    RATED = "rated"  # its case has it, now or before
    DUPLICATE = "duplicate"  # the same event, same content, came before at another position
    CONFLICT = "conflict"  # the same identity came before with other content; dead-lettered
    REJECTED = "rejected"  # cannot become a case, or act on one; dead-lettered with a reason
    PARKED = "parked"  # waits for something, with a limit; then one of the others replaces this


TAKEN = frozenset(Outcome) - {
    Outcome.DUPLICATE,
    Outcome.CONFLICT,
    Outcome.REJECTED,
    Outcome.PARKED,
}
"""The event had its effect, and keeps its identity for good."""


FILED_KIND = "filed"
"""The kind of a new complaint. The ledger's indexes hold it, so it never changes."""


class Wait(StrEnum):
    """What a parked record waits for. Codes are a contract with publishers: never rename one."""

    COMPLAINT = "before_complaint"  # no complaint of its number has come yet
    CASE = "before_case"  # the tenant has no case of its number yet
    SILENT = "case_silent"  # the case gives no answer, while others do
    VERSION = "newer_version"  # written in a version that this release cannot read
    BEHIND = "behind_another"  # of the same complaint or case as one that waits


class RejectReason(StrEnum):
    """Why a record was dead-lettered. Codes are a contract with publishers: never rename one."""

    EMPTY_RECORD = "empty_record"  # value is null or has no bytes
    MISSING_KEY = "missing_key"  # given by earlier releases: records without a key are read now
    TOO_LARGE = "too_large"  # key, value or headers above the limits
    UNREADABLE = "unreadable"  # its compressed batch cannot be unpacked, or only with much memory
    NOT_UTF8 = "not_utf8"  # value or a header this service reads is not UTF-8
    NOT_JSON = "not_json"  # not JSON as in RFC 8259: NaN, Infinity, a name twice, trailing text
    TOO_DEEP = "too_deep"  # nested deeper than anything the schema describes
    UNSUPPORTED_CONTENT_TYPE = "unsupported_content_type"  # data is not JSON in UTF-8
    NOT_CLOUDEVENT = "not_cloudevent"  # neither mode of CloudEvents, or a wrong attribute
    UNSUPPORTED_TYPE = "unsupported_type"  # a CloudEvent `type` this service does not handle
    UNSUPPORTED_VERSION = "unsupported_version"  # a known kind of event in another version
    SCHEMA_VIOLATION = "schema_violation"  # `data` does not follow the schema of its type
    FUTURE_DATE = "future_date"  # reported later than any clock on earth shows
    PAST_DATE = "past_date"  # reported so long ago that the year is a slip
    UNKNOWN_TENANT = "unknown_tenant"  # this installation does not serve the tenant
    IDENTITY_CONFLICT = "identity_conflict"  # the same identity came before, with other content
    UNSTARTABLE = "unstartable"  # valid, yet the workflow engine will never take it
    SOURCE_NOT_ALLOWED = "source_not_allowed"  # by the tenant's list or roster, it may not say this
    WRONG_DATUM = "wrong_datum"  # its point is in another datum than all points of the tenant
    UNKNOWN_COMPLAINT = "unknown_complaint"  # nothing came to which a parked event belongs
    # Of commands, and of what a citizen says later.
    WRONG_KEY = "wrong_key"  # the key is not the number of the case, so nothing keeps the order
    UNKNOWN_CASE = "unknown_case"  # this tenant, or this reporter, has no case of that number
    CASE_OVER = "case_over"  # the case came to its end before; nothing more can happen
    CASE_SILENT = "case_silent"  # the case gave no answer until the limit was over
    COMMAND_UNFIT = "command_unfit"  # its texts are too long for any case to keep
    COMMAND_REFUSED = "command_refused"  # the case refused it: the detail has the refusal's code


class Standing(StrEnum):
    """What the ledger knows about a claimed identity."""

    MINE = "mine"  # this record holds it, now or since an earlier delivery; not yet accepted
    ACCEPTED = "accepted"  # this record holds it and was accepted before: nothing is left to do
    DUPLICATE = "duplicate"  # another record of the same digest had its effect, or is parked
    CONFLICT = "conflict"  # another record holds it with another digest


@dataclass(frozen=True, slots=True)
class Spot:
    """Where to count the cases that came before `case_id`, and since when.

    `categories`: those that count as the same; none: `category` alone.
    """

    tenant: str
    category: str
    spot: str
    since: datetime
    case_id: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Which report to look for similar ones of, among those that came before `case_id`'s."""

    tenant: str
    case_id: str
    report: ReportFeatures
    rule: SimilarRule


@dataclass(frozen=True, slots=True)
class Position:
    """Where a record is.

    `topic_id` tells a topic from its namesake created after it was deleted (or after a memory-only
    broker restarted), which counts offsets from 0 again; "" when the broker does not say.
    """

    cluster: str
    topic: str
    topic_id: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Record:
    """A Kafka record, free of any client library.

    `value` None is a tombstone, if nothing is `left_out`; header names may repeat, and their values
    may be null.
    """

    position: Position
    key: bytes | None = field(repr=False)
    value: bytes | None = field(repr=False)
    headers: tuple[tuple[str, bytes | None], ...] = field(default=(), repr=False)
    timestamp_ms: int = 0
    left_out: LeftOut | None = None

    @property
    def size(self) -> int:
        """The bytes of its key, value and headers together."""
        if self.left_out is not None:
            return self.left_out.size
        headers = sum(
            len(name.encode(errors="replace")) + len(value or b"") for name, value in self.headers
        )
        return len(self.value or b"") + len(self.key or b"") + headers

    @property
    def digest(self) -> str:
        """The hex sha256 of its value; for a tombstone that of no bytes."""
        if self.left_out is not None:
            return self.left_out.digest
        return sha256(self.value or b"").hexdigest()

    @property
    def short_key(self) -> bytes | None:
        """Its key, or the key's digest as `sha256:HEX` if it is longer than any valid one."""
        return short_key(self.key)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Personal data, for the store alone; `repr` keeps it out of logs and tracebacks."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    confidential: bool


@dataclass(frozen=True, slots=True)
class Claim:
    """A readable record asks to hold the identity of its event."""

    position: Position
    tenant: str
    source: str
    event_id: str
    digest: str  # hex sha256 of the content, whatever its spelling
    case_id: str  # that it becomes; "" for what belongs to another's
    reporter: Reporter | None = None
    kind: str = FILED_KIND  # of the event's row in schemas/events/inbound.py
    complaint_id: str = ""  # the source's own number
    report: ReportFeatures | None = None  # of a new complaint: what later ones are compared with
    order_number: str = ""  # of a superior's order, by which its case is found

    @property
    def is_filed(self) -> bool:
        """Return whether the event is a new complaint, which becomes a case."""
        return self.kind == FILED_KIND


@dataclass(frozen=True, slots=True)
class ParkingTerms:
    """Why a record is parked, and where: records of one queue are taken up in their order.

    The name of a queue is a JSON array: tenant, source and complaint; tenant and case; or, for a
    record that could not be read, topic and key.
    """

    wait: Wait
    queue: str
    until: datetime


@dataclass(frozen=True, slots=True)
class DueRecord:
    """A parked record whose time has come: what it waited for is there, or its limit is over."""

    record: Record
    expired: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """Where a dead letter is."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class RecordDecision:
    """How a record ended, and why. A field that could not be read is None."""

    position: Position
    outcome: Outcome
    reason: RejectReason | None = None  # given exactly when the record was dead-lettered
    detail: str = ""  # no personal data
    tenant: str | None = None
    source: str | None = None
    event_id: str | None = None
    case_id: str | None = None  # of the case that exists; None where there is none, or another's
    hold: ParkingTerms | None = None  # given exactly when it is parked
    # What it claimed, where its identity has one case: a second record of the event may win it.
    claim: Claim | None = field(default=None, repr=False, compare=False)
    # The record itself: for its key and digest, and to keep it whole while it is parked.
    record: Record | None = field(default=None, repr=False, compare=False)
    letter: Letter | None = field(default=None, compare=False)  # where its dead letter lies
    # By which its citizen follows the case; for the receipt alone, and kept nowhere.
    follow_code: str | None = field(default=None, repr=False, compare=False)

    @property
    def code(self) -> str | None:
        """The reason of its rejection, or what it waits for."""
        return self.hold.wait if self.hold else self.reason


class Unavailable(Exception):
    """Another system is away: decide nothing, wait, and try the same again, without limit.

    `part` is one word for readiness and metrics: temporal, postgresql, kafka.
    """

    def __init__(self, part: str, detail: str = "") -> None:
        super().__init__(f"{part} is unavailable: {detail}" if detail else f"{part} is unavailable")
        self.part = part
        self.detail = detail


class CaseSilent(Unavailable):
    """One case gives no answer, while the engine serves others."""

    @override
    def __str__(self) -> str:
        return self.detail


class Unstartable(Exception):
    """The workflow engine will never take this case. Waiting cannot help."""


class UnknownTenant(Exception):
    """The process serves no such tenant."""
