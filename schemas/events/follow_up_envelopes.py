"""The envelopes of what a source says later, and of a receipt (schemas/events/cloud_events.py)."""

from typing import Annotated

from pydantic import Field

from schemas.events.cloud_events import ID, Event, FiledSource, Headers, of_type
from schemas.events.follow_ups import (
    RATED,
    SUPPLEMENTED,
    WITHDRAWN,
    ComplaintRated,
    ComplaintSupplemented,
    ComplaintWithdrawn,
)
from schemas.events.receipts import RECEIPT, SOURCE, Receipt

LaterId = Annotated[
    ID,
    Field(
        description="The event's id, given once and for all, and to no other event of this source. "
        "Sent again after a failure: the same id. Corrected: another id.",
        examples=["2026-000731-2"],
    ),
]


class SupplementedEvent(Event):
    """More about a complaint as one JSON object: the value of a record in structured mode.

    Further attributes (extensions) are allowed, and not read.
    """

    id: LaterId
    source: FiledSource
    type: Annotated[str, *of_type(SUPPLEMENTED)]
    data: ComplaintSupplemented = Field(title="Data", description="What is new.")


class WithdrawnEvent(Event):
    """A complaint taken back as one JSON object: the value of a record in structured mode.

    Further attributes (extensions) are allowed, and not read.
    """

    id: LaterId
    source: FiledSource
    type: Annotated[str, *of_type(WITHDRAWN)]
    data: ComplaintWithdrawn = Field(title="Data", description="Why.")


class RatedEvent(Event):
    """How content the citizen is as one JSON object: the value of a record in structured mode.

    Further attributes (extensions) are allowed, and not read.
    """

    id: LaterId
    source: FiledSource
    type: Annotated[str, *of_type(RATED)]
    data: ComplaintRated = Field(title="Data", description="The rating.")


class SupplementedHeaders(Headers):
    """The headers of more about a complaint in binary mode; the record's value is that alone.

    Names in small letters, values in UTF-8. Further headers are allowed, and kept with a dead
    letter.
    """

    id: LaterId = Field(alias="ce_id")
    source: FiledSource = Field(alias="ce_source")
    type: Annotated[str, *of_type(SUPPLEMENTED)] = Field(alias="ce_type")


class WithdrawnHeaders(Headers):
    """The headers of a complaint taken back in binary mode; the record's value is that alone.

    Names in small letters, values in UTF-8. Further headers are allowed, and kept with a dead
    letter.
    """

    id: LaterId = Field(alias="ce_id")
    source: FiledSource = Field(alias="ce_source")
    type: Annotated[str, *of_type(WITHDRAWN)] = Field(alias="ce_type")


class RatedHeaders(Headers):
    """The headers of how content the citizen is in binary mode; the record's value is that alone.

    Names in small letters, values in UTF-8. Further headers are allowed, and kept with a dead
    letter.
    """

    id: LaterId = Field(alias="ce_id")
    source: FiledSource = Field(alias="ce_source")
    type: Annotated[str, *of_type(RATED)] = Field(alias="ce_type")


class ReceiptEvent(Event):
    """A receipt as one JSON object: the value of a record on sanban.receipts."""

    id: ID = Field(
        description="The same for the same outcome of the same record: who reads one twice knows.",
        examples=["5f2b0c6a9d3e4f718293a4b5c6d7e8f9"],
    )
    source: str = Field(description="Sanban's intake.", examples=[SOURCE])
    type: Annotated[str, *of_type(RECEIPT)]
    data: Receipt = Field(title="Data", description="What became of the record.")
