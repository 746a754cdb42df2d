"""The complaint event as publishers send it: the `data` of a CloudEvent on sanban.complaints."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.complaints import Complaint, Evidence, Place, Standing, SuperiorOrder
from domain.words import Channel, Urgency

FILED = "org.sanban.complaint.filed.v1"
"""CloudEvents `type` of a new complaint."""


def _no_nul(text: str) -> str:
    # PostgreSQL text cannot hold NUL, and it has no meaning in a report.
    if "\x00" in text:
        raise ValueError("contains a NUL character; remove it")
    return text


Text = Annotated[str, AfterValidator(_no_nul)]
Name = Annotated[Text, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Tenant = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]


class _Part(BaseModel):
    """Publishers' mistakes are told, not guessed: no unknown field, no coercion."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class PlaceData(_Part):
    address: Annotated[Text, StringConstraints(max_length=500)] = ""
    grid: Code | None = Field(None, description="Code of the grid, if the source knows it.")
    longitude: Annotated[Decimal, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[Decimal, Field(ge=-90, le=90)] | None = None

    def to_domain(self) -> Place:
        return Place(
            self.address, self.grid, _millionths(self.longitude), _millionths(self.latitude)
        )


class ReporterData(_Part):
    """Personal data: goes to the store only, never into the journal, a topic or Temporal."""

    name: Annotated[Text, StringConstraints(max_length=100)] = ""
    phone: Annotated[str, StringConstraints(pattern=r"^[0-9+() -]{0,30}$")] = ""
    confidential: bool = False
    reply_wanted: bool = True


class SuperiorData(_Part):
    number: Name
    issuer: Name
    due_at: AwareDatetime | None = None
    supervised: bool = False


class AttachmentData(_Part):
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    uri: Annotated[Text, StringConstraints(min_length=1, max_length=1000)]
    media_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)]


class SettledData(_Part):
    """Dealt with on the spot before it was reported; the attachments are the evidence."""

    result: Annotated[Text, StringConstraints(min_length=1, max_length=2000)]


class SuspendedData(_Part):
    """Already resting at the source, until a stated moment."""

    reason: Name
    until: AwareDatetime


class ComplaintFiled(_Part):
    """A new complaint, version 1."""

    schema_version: Literal[1]
    tenant: Tenant = Field(description="Which town or hotline this deployment serves.")
    complaint_id: Name = Field(description="The source's own number for this complaint.")
    channel: Channel
    reported_at: AwareDatetime = Field(description="When the citizen reported it, with offset.")
    text: Annotated[Text, StringConstraints(min_length=1, max_length=4000, strip_whitespace=True)]
    category: Code | None = Field(None, description="Code from the responsibility list, if known.")
    urgency: Urgency | None = None
    place: PlaceData = PlaceData()
    reporter: ReporterData | None = None
    superior: SuperiorData | None = Field(None, description="Only for channel superior.")
    attachments: Annotated[tuple[AttachmentData, ...], Field(max_length=20)] = ()
    settled: SettledData | None = None
    suspended: SuspendedData | None = None

    def to_domain(self, source: str, event_id: str) -> Complaint:
        return Complaint(
            tenant=self.tenant,
            source=source,
            event_id=event_id,
            complaint_id=self.complaint_id,
            channel=self.channel,
            reported_at=self.reported_at.astimezone(UTC),
            text=self.text,
            category=self.category,
            urgency=self.urgency,
            place=self.place.to_domain(),
            reply_wanted=self.reporter is not None and self.reporter.reply_wanted,
            superior=SuperiorOrder(**dict(self.superior)) if self.superior else None,
            evidence=tuple(Evidence(a.sha256, a.uri, a.media_type) for a in self.attachments),
            standing=Standing(
                result=self.settled.result if self.settled else None,
                suspended_until=self.suspended.until if self.suspended else None,
                reason=self.suspended.reason if self.suspended else "",
            ),
        )


def latest_plausible(now: datetime) -> datetime:
    """Reports from further ahead than this are refused; a day covers every time zone."""
    return now + timedelta(days=1)


def _millionths(degrees: Decimal | None) -> int | None:
    return None if degrees is None else int((degrees * 1_000_000).to_integral_value())
