"""The reply to a superior's order: the `data` of a CloudEvent on the topic of replies.

It has the words in which the town reports what was done. So the topic is for the systems of
superior offices alone: sanban.case-events, which has many readers, has no texts.
"""

import json
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from schemas.base import Message, in_words
from schemas.events.case_events import SOURCE, id_of
from schemas.events.cloud_events import StructuredEvent, Word, of_type
from schemas.texts import Absent, WrittenInstant

ORDER_REPLIED = "org.sanban.order.replied.v1"
"""CloudEvents `type` of a reply."""


class OrderReply(Message):
    """What the town reports to the superior that issued a case, version 1.

    The superior now writes the case off, or sends it back; after that another reply may follow.
    """

    model_config = ConfigDict(field_title_generator=in_words)

    schema_version: Literal[1] = Field(1, description="Version of this schema.", examples=[1])
    tenant: str = Field(description="The town that replies.", examples=["youchegang"])
    case: str = Field(description="The number of the case.", examples=["7kq2m-9xa4t-bnc2w"])
    seq: int = Field(ge=1, description="The row of the case's journal.", examples=[31])
    at: WrittenInstant = Field(
        description="When it was reported.", examples=["2026-12-24T01:30:00.123456Z"]
    )
    source: str = Field(
        description="The CloudEvents source of the order.",
        examples=["https://superior.example/orders"],
    )
    complaint_id: str = Field(
        description="The source's own number for it.", examples=["2026-000731"]
    )
    number: str = Field(description="The number of the order.", examples=["省督2026-001"])
    issuer: str = Field(description="The office that issued it.", examples=["省自然资源厅"])
    due_at: WrittenInstant | Absent = Field(
        None,
        description="The date of the order that held then; absent where it has none.",
        examples=["2026-12-31T10:00:00Z"],
    )
    reply: str = Field(
        description="What was done, in the words of the unit that handled it, or of the platform "
        "where no unit had it. After an erasure the word `erased`, or its like.",
        examples=["违建已拆除，土地已复耕"],
    )


class OrderReplyEnvelope(StructuredEvent):
    """A reply as one JSON object: the value of a record on the topic of replies."""

    id: str = Field(
        pattern="^[^/]+/[1-9][0-9]*$",
        description="The case and its row, CASE/SEQ. The same reply sent twice has the same id.",
        examples=["7kq2m-9xa4t-bnc2w/31"],
    )
    source: str = Field(description="Sanban's cases.", examples=[SOURCE])
    type: Annotated[str, *of_type(ORDER_REPLIED)]
    subject: Word = Field(description="The number of the case.", examples=["7kq2m-9xa4t-bnc2w"])
    time: WrittenInstant = Field(
        description="As data.at.", examples=["2026-12-24T01:30:00.123456Z"]
    )
    data: OrderReply = Field(title="Data", description="The reply, and to what.")


def reply_value(reply: OrderReply) -> bytes:
    """Return the whole CloudEvent."""
    return json.dumps(reply_event(reply), ensure_ascii=False, separators=(",", ":")).encode()


def reply_event(reply: OrderReply) -> dict[str, object]:
    data = reply.model_dump(mode="json", exclude_none=True)
    return {
        "specversion": "1.0",
        "type": ORDER_REPLIED,
        "source": SOURCE,
        "id": id_of(reply.case, reply.seq),
        "subject": reply.case,
        "time": data["at"],
        "datacontenttype": "application/json",
        "data": data,
    }
