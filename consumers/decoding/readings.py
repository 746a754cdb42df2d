"""Read the records of sanban.complaints and check who may send them: the first step of intake."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from consumers.decoding import complaint_events as events
from consumers.decoding.complaint_events import ComplaintEvent
from consumers.decoding.envelopes import MAX_BYTES
from consumers.decoding.given_identity import given_identity, key_of
from consumers.decoding.named_tenant import tenant_of
from consumers.decoding.unreadable import NewerVersion, Unreadable
from consumers.outcomes.queues import Queues, queue_by_key
from consumers.ports import Policies
from domain.complaints import case_id_of
from domain.matching.similarity import features_of
from domain.planning.grids import why_other_datum
from domain.policy.model import Policy
from domain.policy.sources import why_not_filed, why_not_heard
from schemas.events.complaint import ComplaintFiled, ReporterData
from schemas.intake import (
    Claim,
    Outcome,
    Record,
    RecordDecision,
    RejectReason,
    Reporter,
    UnknownTenant,
    Wait,
)


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record with a valid event, and the policy of its tenant."""

    record: Record
    claim: Claim
    policy: Policy
    event: ComplaintEvent

    def ended(
        self,
        outcome: Outcome,
        reason: RejectReason | None = None,
        detail: str = "",
        case_id: str | None = None,
    ) -> RecordDecision:
        claim = self.claim
        return RecordDecision(
            claim.position,
            outcome,
            reason,
            detail,
            tenant=claim.tenant,
            source=claim.source,
            event_id=claim.event_id,
            case_id=case_id,
            claim=claim,
        )


@dataclass(frozen=True, slots=True)
class ComplaintReader:
    """Reads records, and rejects those that no tenant can use."""

    policies: Policies
    now: Callable[[], datetime]
    max_bytes: int = MAX_BYTES

    def read(self, record: Record, queues: Queues) -> ReadRecord | RecordDecision:
        """Return the record with its event, or the decision that ends or parks it."""
        try:
            event = events.read(record, now=self.now(), max_bytes=self.max_bytes)
        except Unreadable as error:
            return unreadable(record, error, queues, self.policies)
        tenant = event.said.tenant
        try:
            policy = self.policies.current(tenant)
        except UnknownTenant:
            return unknown_tenant(record, tenant, self.policies, event.source, event.event_id)
        read = ReadRecord(record, _claim(record, event), policy, event)
        # Before the ledger reserves anything: an event with a false source must not take the
        # identity of the true one.
        if why := why_not_taken(event, policy):
            return read.ended(Outcome.REJECTED, RejectReason.SOURCE_NOT_ALLOWED, why)
        if why := why_not_placed(event, policy):
            return read.ended(Outcome.REJECTED, RejectReason.WRONG_DATUM, why)
        return read


def why_not_placed(event: ComplaintEvent, policy: Policy) -> str:
    """Return why its point cannot be compared with those of the tenant; empty if it can."""
    said = event.said
    return why_other_datum(policy, said.place.datum) if isinstance(said, ComplaintFiled) else ""


def why_not_taken(event: ComplaintEvent, policy: Policy) -> str:
    """Return why its source may not send this to the tenant; empty if it may."""
    if isinstance(event.said, ComplaintFiled):
        return why_not_filed(policy.sources, event.source, event.said.channel)
    return why_not_heard(policy.sources, event.source)


def unreadable(
    record: Record, error: Unreadable, queues: Queues, policies: Policies
) -> RecordDecision:
    """Reject a record, or park it if a later release may read it."""
    given = given_identity(record)
    decision = RecordDecision(
        record.position,
        Outcome.REJECTED,
        error.reason,
        error.detail,
        tenant=tenant_of(record, given.source, policies.served()),
        source=given.source,
        event_id=given.event_id,
    )
    if not isinstance(error, NewerVersion):
        return decision
    return queues.park(decision, Wait.VERSION, queue_by_key(record.position.topic, key_of(record)))


def unknown_tenant(
    record: Record, tenant: str, policies: Policies, source: str, event_id: str
) -> RecordDecision:
    """Reject a record whose tenant has no policy here.

    Its letter is of the town whose sources.yaml has the source, if one town alone has it.
    """
    return RecordDecision(
        record.position,
        Outcome.REJECTED,
        RejectReason.UNKNOWN_TENANT,
        why_unserved(tenant),
        tenant=tenant_of(record, source, policies.served()),
        source=source,
        event_id=event_id,
    )


def why_unserved(tenant: str) -> str:
    """Return what is wrong with a tenant that has no policy here."""
    return f"data.tenant: nobody here serves {tenant}; check its spelling"


def _claim(record: Record, event: ComplaintEvent) -> Claim:
    """Return what the ledger is asked for. Only a new complaint has a case and data to compare."""
    said, filed = event.said, isinstance(event.said, ComplaintFiled)
    told = (
        said.to_domain(event.source, event.event_id) if isinstance(said, ComplaintFiled) else None
    )
    return Claim(
        position=record.position,
        tenant=said.tenant,
        source=event.source,
        event_id=event.event_id,
        digest=event.digest,
        case_id=case_id_of(said.tenant, event.source, event.event_id) if filed else "",
        reporter=_reporter(said.reporter) if isinstance(said, ComplaintFiled) else None,
        kind=event.row.kind,
        complaint_id=said.complaint_id,
        report=features_of(told) if told else None,
        order_number=told.superior.number if told and told.superior else "",
    )


def _reporter(given: ReporterData | None) -> Reporter | None:
    if given is None:
        return None
    return Reporter(given.name, given.phone, confidential=given.confidential)
