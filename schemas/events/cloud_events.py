"""The base of all envelopes in the contracts: CloudEvents 1.0 over Kafka, in both modes.

These models only describe an envelope. consumers/decoding/envelopes.py reads one and says what is
wrong with it; tests/contract/test_agreement.py checks that both agree.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from schemas.base import in_words
from schemas.texts import Absent, Instant, WrittenInstant

_CONTROL = r"\u0000-\u001f\u007f-\u00a0"
# What prints, with no space at either end.
_PRINTED = rf"^[^{_CONTROL}\u0020]([^{_CONTROL}]*[^{_CONTROL}\u0020])?$"

ID = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTED)]
SOURCE = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_PRINTED)]
Word = Annotated[str, StringConstraints(min_length=1)]

SpecVersion = Annotated[
    Literal["1.0"], Field(description="Version of CloudEvents.", examples=["1.0"])
]


def of_type(event_type: str) -> tuple[WithJsonSchema, Any]:
    """Return the annotations of an attribute `type` that can have one value only."""
    what = "What kind of event it is, with its version."
    return (
        WithJsonSchema({"const": event_type, "type": "string"}),
        Field(description=what, examples=[event_type]),
    )


_TIME = "When the event was made. Not part of its content: it may differ when sent again."
_NOW = ["2026-11-24T09:30:00+08:00"]
_UNUSED = "Allowed by CloudEvents, not used by Sanban."
_NUMBER = ["2026-000731"]
_SCHEMA = ["complaint.filed.v1.schema.json"]


class StructuredEvent(BaseModel):
    """An event as one JSON object: the value of a record in structured mode."""

    model_config = ConfigDict(
        extra="allow",
        field_title_generator=in_words,
        json_schema_extra={"not": {"required": ["data_base64"]}},
    )

    specversion: SpecVersion
    id: Any
    source: Any
    type: Any
    time: WrittenInstant | None = Field(None, description=_TIME, examples=_NOW)
    subject: Word | None = Field(None, description=_UNUSED, examples=_NUMBER)
    dataschema: Word | None = Field(None, description=_UNUSED, examples=_SCHEMA)
    datacontenttype: (
        Annotated[str, StringConstraints(pattern=r"^application/([A-Za-z0-9.-]+\+)?json( *;.*)?$")]
        | None
    ) = Field(None, description="What data is: JSON.", examples=["application/json"])


class InboundStructuredEvent(StructuredEvent):
    """An event of another system as one JSON object."""

    time: Instant | None = Field(None, description=_TIME, examples=_NOW)


class BinaryHeaders(BaseModel):
    """The headers of an event in binary mode."""

    model_config = ConfigDict(extra="allow", field_title_generator=in_words)

    specversion: SpecVersion = Field(alias="ce_specversion")
    id: Any = Field(alias="ce_id")
    source: Any = Field(alias="ce_source")
    type: Any = Field(alias="ce_type")
    time: Instant | Absent = Field(None, alias="ce_time", description=_TIME, examples=_NOW)
    subject: Word | Absent = Field(None, alias="ce_subject", description=_UNUSED, examples=_NUMBER)
    dataschema: Word | Absent = Field(
        None, alias="ce_dataschema", description=_UNUSED, examples=_SCHEMA
    )
    content_type: (
        Annotated[str, StringConstraints(pattern=r"^application/json( *;.*)?$")] | Absent
    ) = Field(
        None,
        alias="content-type",
        description="What the record's value is: JSON.",
        examples=["application/json"],
    )
