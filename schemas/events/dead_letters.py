"""The model of the headers that Sanban adds to a dead letter."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.intake import RejectReason
from schemas.texts import Absent, WrittenInstant


class DeadLetterHeaders(BaseModel):
    """The headers of a dead letter, beside those that its publisher gave it.

    Key and value are the publisher's own bytes. The last header of a name counts.
    """

    model_config = ConfigDict(extra="allow")

    reason: RejectReason = Field(
        alias="sanban-reason",
        title="Reason",
        description="Why it could not become a case, or act on one: a stable code.",
        examples=["schema_violation"],
    )
    detail: str = Field(
        alias="sanban-detail",
        title="Detail",
        description="Where and what, in a sentence for its publisher. Never personal data.",
        examples=["data.tenant: is missing; add it"],
    )
    origin: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+/[0-9]+/[0-9]+$")] = Field(
        alias="sanban-origin",
        title="Origin",
        description="Where it lay: topic/partition/offset.",
        examples=["sanban.complaints/3/4711"],
    )
    at: WrittenInstant = Field(
        alias="sanban-at",
        title="At",
        description="When it was put here.",
        examples=["2026-11-24T01:30:00.123456+00:00"],
    )
    nulls: str | Absent = Field(
        None,
        alias="sanban-nulls",
        title="Nulls",
        description="What was null and is empty here, because Kafka's client could not send it: "
        "`header NAME` or `value`, separated by commas. Absent when nothing was.",
        examples=["header ce_subject"],
    )
