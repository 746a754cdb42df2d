"""The model of a receipt, which tells a publisher how its record ended.

It is the `data` of a CloudEvent on sanban.receipts, with the key of the record; instead of a key
of more than 4096 bytes with `sha256:` and the key's digest in hex.
"""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, WithJsonSchema

from schemas.base import Message, in_words
from schemas.events.cloud_events import ID, StructuredEvent, of_type
from schemas.intake import Outcome, Position, RecordDecision, RejectReason, Wait
from schemas.left_out import LONGEST_DETAIL
from schemas.texts import Absent, WrittenInstant

RECEIPT = "org.sanban.receipt.v1"
"""CloudEvents `type` of a receipt."""
SOURCE = "urn:sanban:intake"

Code = Annotated[str, WithJsonSchema({"enum": [*RejectReason, *Wait], "type": "string"})]


class Receipt(Message):
    """How a record ended, or why it waits, version 1. Later releases may add fields.

    A record that was parked has a second receipt later. Sent again after a failure, a receipt
    keeps its CloudEvents id.
    """

    model_config = ConfigDict(field_title_generator=in_words)

    schema_version: Literal[1] = Field(1, description="Version of this schema.", examples=[1])
    outcome: Outcome = Field(description="How it ended: a closed list.", examples=["accepted"])
    reason: Code | Absent = Field(
        None,
        description="Why it was rejected, conflicts or waits: a stable code. Absent otherwise.",
        examples=["schema_violation"],
    )
    detail: str = Field(
        "",
        description="Where and what, in a sentence for the publisher, of at most 2000 "
        "characters. Never personal data.",
        examples=["data.tenant: is missing; add it"],
    )
    tenant: str | Absent = Field(
        None,
        description="As the event says; absent where it could not be read, or no tenant of "
        "that name is served.",
        examples=["youchegang"],
    )
    source: str | Absent = Field(
        None,
        description="As the event says, also one that was rejected; absent where it could not be "
        "read.",
        examples=["https://12345.example/hotline"],
    )
    event_id: str | Absent = Field(
        None,
        description="As the event says, also one that was rejected; absent where it could not be "
        "read.",
        examples=["2026-000731-1"],
    )
    case_id: str | Absent = Field(
        None,
        description="The number of its case, where there is one.",
        examples=["7kq2m-9xa4t-bnc2w"],
    )
    follow_code: str | Absent = Field(
        None,
        description="The code by which the citizen follows the case without an account: give it to "
        "the citizen alone. Absent where there is none.",
        examples=["7kq2m-9xa4t-bnc2w-4h7ps-0cx9d"],
    )
    topic: str = Field(description="Where the record lies.", examples=["sanban.complaints"])
    partition: int = Field(ge=0, description="Where the record lies.", examples=[3])
    offset: int = Field(ge=0, description="Where the record lies.", examples=[4711])
    at: WrittenInstant = Field(
        description="When this was found out.", examples=["2026-11-24T01:30:00.123456+00:00"]
    )


class ReceiptEvent(StructuredEvent):
    """A receipt as one JSON object: the value of a record on sanban.receipts."""

    id: ID = Field(
        description="The same for the same outcome of the same record: who reads one twice knows.",
        examples=["5f2b0c6a9d3e4f718293a4b5c6d7e8f9"],
    )
    source: str = Field(description="Sanban's intake.", examples=[SOURCE])
    type: Annotated[str, *of_type(RECEIPT)]
    data: Receipt = Field(title="Data", description="What became of the record.")


def receipt_of(decision: RecordDecision, at: datetime) -> Receipt:
    position = decision.position
    return Receipt(
        outcome=decision.outcome,
        reason=decision.code,
        detail=decision.detail[:LONGEST_DETAIL],
        tenant=decision.tenant,
        source=decision.source,
        event_id=decision.event_id,
        case_id=decision.case_id,
        follow_code=decision.follow_code,
        topic=position.topic,
        partition=position.partition,
        offset=position.offset,
        at=at,
    )


def receipt_id(position: Position, outcome: Outcome) -> str:
    """Return the id of a receipt: readers recognise a repeated receipt by it."""
    place = (position.cluster, position.topic, position.topic_id, position.partition)
    text = "\n".join(map(str, (*place, position.offset, outcome)))
    return sha256(text.encode()).hexdigest()[:32]
