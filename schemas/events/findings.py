"""The event of what a patrol found: an ordinary complaint, by channel patrol."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from domain.complaints import Evidence
from domain.policy.shapes import Point
from domain.vocabulary import Channel
from schemas.events.attachments import AttachmentData
from schemas.events.complaint import FILED, ComplaintFiled
from schemas.events.places import PlaceData

_E6 = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class FoundMatter:
    """What a person saw on a patrol: in which grid, of which category, in their words."""

    id: str
    tenant: str
    grid: str
    category: str | None
    text: str
    at: datetime
    point: Point | None = None
    evidence: Sequence[Evidence] = ()


def finding_event(found: FoundMatter, source: str) -> dict[str, object]:
    """Return the CloudEvent. Raises pydantic's ValidationError where a field is not as it must be.

    Its id is that of the finding, so that filing it twice makes no second case.
    """
    longitude, latitude = found.point or (None, None)
    data = ComplaintFiled(
        schema_version=1,
        tenant=found.tenant,
        complaint_id=found.id,
        channel=Channel.PATROL,
        reported_at=found.at.astimezone(UTC),
        text=found.text,
        category=found.category,
        place=PlaceData(
            grid=found.grid,
            longitude=None if longitude is None else longitude / _E6,
            latitude=None if latitude is None else latitude / _E6,
        ),
        attachments=tuple(
            AttachmentData(sha256=each.sha256, uri=each.uri, media_type=each.media_type)
            for each in found.evidence
        ),
    )
    return {
        "specversion": "1.0",
        "type": FILED,
        "source": source,
        "id": found.id,
        "time": found.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "datacontenttype": "application/json",
        "data": data.model_dump(mode="json", exclude_none=True),
    }
