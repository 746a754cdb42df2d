"""The model of the headers that Sanban adds to a dead letter."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from schemas.intake import RejectReason
from schemas.texts import Absent, WrittenInstant

OMITTED_VALUE = "value"
OMITTED_ALL = "value, headers"


class DeadLetterHeaders(BaseModel):
    """The headers of a dead letter, beside those that its publisher gave it.

    Key and value are the publisher's own bytes, and the last header of a name counts. With
    `sanban-omitted` the record was too large, for the limits or for this topic, or unreadable: its
    value is missing here. A key of more than 4096 bytes is then `sha256:` and its digest in hex.
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
        description="Where and what, in a sentence for its publisher, of at most 2000 "
        "characters. Never personal data.",
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
    omitted: Literal["value", "value, headers"] | Absent = Field(
        None,
        alias="sanban-omitted",
        title="Omitted",
        description="What is missing here and was in the record: its value, or its value and the "
        "headers that its publisher gave it. Absent when nothing is.",
        examples=["value"],
    )
    size: Annotated[str, StringConstraints(pattern=r"^[0-9]+$")] | Absent = Field(
        None,
        alias="sanban-size",
        title="Size",
        description="With sanban-omitted: bytes of key, value and headers together, unpacked. With "
        "the reason unreadable: bytes of the compressed batch that the record is in.",
        examples=["3145971"],
    )
    digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | Absent = Field(
        None,
        alias="sanban-digest",
        title="Digest",
        description="With sanban-omitted: the SHA-256 of the value, in hex. With the reason "
        "unreadable: that of the compressed batch that the record is in.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
