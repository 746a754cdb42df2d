"""The base of all envelopes in the contracts: CloudEvents 1.0 over Kafka, in both modes.

These models only describe an envelope. consumers/decoding/envelopes.py reads one and says what is
wrong with it; tests/contract/test_agreement.py checks that both agree.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from domain.characters import UNSEEN
from schemas.base import in_words
from schemas.content_types import json_type_schema
from schemas.texts import Absent, Instant, WrittenInstant

# Control characters, white space other than U+0020, what Unicode calls formats (Cf), and all else
# that is not seen.
_HIDDEN = (
    r"\u0000-\u001f\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680"
    r"\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001\U000e0020-\U000e007f"
) + UNSEEN.replace(r"\u0020", "")
PRINTED = rf"^[^{_HIDDEN}\u0020]([^{_HIDDEN}]*[^{_HIDDEN}\u0020])?$"
"""What can be seen, with spaces inside: else two different identities could look the same."""
BASE64 = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)$"

ID = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=PRINTED)]
SOURCE = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=PRINTED)]
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


def _one_of_two_data(schema: dict[str, Any]) -> None:
    """Let an event have its data as JSON, or as JSON in base64; null counts as not given."""
    null = {"type": "null"}
    encoded = {
        "type": "string",
        "contentEncoding": "base64",
        "contentMediaType": "application/json",
        "pattern": BASE64,
    }
    properties = schema["properties"]
    data = properties["data"]
    meaning = f"{data.pop('description')} Exactly one of data and data_base64 is given."
    title = data.pop("title")
    properties["data"] = {"anyOf": [data, null], "title": title, "description": meaning}
    properties["data_base64"] = {
        "anyOf": [encoded, null],
        "title": "Data base64",
        "description": "The same as data: its JSON in UTF-8, in base64 (RFC 4648).",
    }
    schema["required"] = [name for name in schema["required"] if name != "data"]
    schema["oneOf"] = [
        {"required": [name], "properties": {name: {"not": null}}}
        for name in ("data", "data_base64")
    ]


class InboundStructuredEvent(StructuredEvent):
    """An event of another system as one JSON object."""

    model_config = ConfigDict(json_schema_extra=_one_of_two_data)

    time: Instant | None = Field(None, description=_TIME, examples=_NOW)
    datacontenttype: Annotated[str, WithJsonSchema(json_type_schema())] | None = Field(
        None, description="What data is: JSON in UTF-8.", examples=["application/json"]
    )
    partitionkey: Any = Field(
        None,
        description="Takes the place of the record's key where that is null: a text of at most "
        "4096 bytes in UTF-8. For a command it is the number of the case.",
        examples=["https://12345.example/hotline 2026-000731"],
    )


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
    datacontenttype: Annotated[str, WithJsonSchema(json_type_schema())] | Absent = Field(
        None,
        alias="ce_datacontenttype",
        description="Not needed. If it is given, it is the media type of content-type.",
        examples=["application/json"],
    )
    partitionkey: Any = Field(
        None,
        alias="ce_partitionkey",
        description="Takes the place of the record's key where that is null.",
        examples=["https://12345.example/hotline 2026-000731"],
    )
    content_type: Annotated[str, WithJsonSchema(json_type_schema(data_only=True))] | Absent = Field(
        None,
        alias="content-type",
        description="What the record's value is: JSON in UTF-8.",
        examples=["application/json"],
    )
