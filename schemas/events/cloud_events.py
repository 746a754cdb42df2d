"""The envelope of an event as contracts describe it: CloudEvents 1.0 over Kafka, in both modes.

Only described here; consumers/decoding/envelopes.py reads it and says in words what is wrong with
one. tests/contract/test_agreement.py holds the two together.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from schemas.base import in_words
from schemas.events.case_commands import COMMANDED, CaseCommand
from schemas.events.complaint import FILED, ComplaintFiled
from schemas.texts import Absent, Instant

_CONTROL = r"\u0000-\u001f\u007f-\u00a0"
# What prints, with no space at either end.
_PRINTED = rf"^[^{_CONTROL}\u0020]([^{_CONTROL}]*[^{_CONTROL}\u0020])?$"

ID = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTED)]
_SOURCE = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_PRINTED)]
Word = Annotated[str, StringConstraints(min_length=1)]

SpecVersion = Annotated[
    Literal["1.0"], Field(description="Version of CloudEvents.", examples=["1.0"])
]
FiledId = Annotated[
    ID,
    Field(
        description="The event's id, given once and for all. With tenant and source it is the "
        "event's identity: the same identity with the same content is a duplicate, with other "
        "content a conflict. Sent again after a failure: the same id. Corrected: another id.",
        examples=["2026-000731-1"],
    ),
]
CommandId = Annotated[
    ID,
    Field(
        description="The event's id, given once and for all. With the source it is the identity of "
        "what is done: sent again it has no second effect, whatever it says. Corrected, or tried "
        "again after a refusal: another id.",
        examples=["sign-0412"],
    ),
]
_MEANING = "Which system says so: a URI reference that never changes."
FiledSource = Annotated[
    _SOURCE, Field(description=_MEANING, examples=["https://12345.example/hotline"])
]
CommandSource = Annotated[
    _SOURCE, Field(description=_MEANING, examples=["https://hetang.example/office"])
]


def of_type(event_type: str) -> tuple[WithJsonSchema, Any]:
    """What a contract says of the attribute `type` where there is only one."""
    what = "What kind of event it is, with its version."
    return (
        WithJsonSchema({"const": event_type, "type": "string"}),
        Field(description=what, examples=[event_type]),
    )


FiledType = Annotated[str, *of_type(FILED)]
CommandType = Annotated[str, *of_type(COMMANDED)]

_TIME = "When the event was made. Not part of its content: it may differ when sent again."
_NOW = ["2026-11-24T09:30:00+08:00"]
_UNUSED = "Allowed by CloudEvents, not used by Sanban."
_NUMBER = ["2026-000731"]
_SCHEMA = ["complaint.filed.v1.schema.json"]


class Event(BaseModel):
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
    time: Instant | None = Field(None, description=_TIME, examples=_NOW)
    subject: Word | None = Field(None, description=_UNUSED, examples=_NUMBER)
    dataschema: Word | None = Field(None, description=_UNUSED, examples=_SCHEMA)
    datacontenttype: (
        Annotated[str, StringConstraints(pattern=r"^application/([A-Za-z0-9.-]+\+)?json( *;.*)?$")]
        | None
    ) = Field(None, description="What data is: JSON.", examples=["application/json"])


class FiledEvent(Event):
    """A new complaint as one JSON object: the value of a record in structured mode.

    Further attributes (extensions) are allowed, and not read.
    """

    id: FiledId
    source: FiledSource
    type: FiledType
    data: ComplaintFiled = Field(title="Data", description="The complaint.")


class CommandEvent(Event):
    """An act on a case as one JSON object: the value of a record in structured mode.

    Further attributes (extensions) are allowed, and not read.
    """

    id: CommandId
    source: CommandSource
    type: CommandType
    data: CaseCommand = Field(title="Data", description="The act, and the case.")


class Headers(BaseModel):
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


class FiledHeaders(Headers):
    """The headers of a new complaint in binary mode; the record's value is the complaint alone.

    Names in small letters, values in UTF-8. Further headers are allowed, and kept with a dead
    letter.
    """

    id: FiledId = Field(alias="ce_id")
    source: FiledSource = Field(alias="ce_source")
    type: FiledType = Field(alias="ce_type")


class CommandHeaders(Headers):
    """The headers of an act in binary mode; the record's value is the act and the case alone.

    Names in small letters, values in UTF-8. Further headers are allowed, and kept with a dead
    letter.
    """

    id: CommandId = Field(alias="ce_id")
    source: CommandSource = Field(alias="ce_source")
    type: CommandType = Field(alias="ce_type")
