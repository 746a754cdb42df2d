"""The envelopes of inbound events as contracts describe them, made from the rows of the registry.

`event_model` is the whole event in structured mode, `headers_model` its attributes in binary mode.
Sanban itself reads envelopes with consumers/decoding/envelopes.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, create_model

from schemas.events.cloud_events import (
    ID,
    SOURCE,
    BinaryHeaders,
    InboundStructuredEvent,
    of_type,
)
from schemas.events.inbound import EventFamily, InboundEvent

_MEANING = "Which system says so: a URI reference that never changes. At most 1500 bytes in UTF-8."
_COMPLAINT_SOURCE = Annotated[
    SOURCE, Field(description=_MEANING, examples=["https://12345.example/hotline"])
]
_EVENT = """{title} as one JSON object: the value of a record in structured mode.

Further attributes (extensions) are allowed, and not read."""
_HEADERS = """The headers of {noun} in binary mode; the record's value is {value} alone.

Names in small letters, values in UTF-8. Further headers are allowed, and kept with a dead
letter."""


@dataclass(frozen=True, slots=True)
class _Attributes:
    """The annotations of `id` and `source`; `value` and `noun` are words of the headers' text."""

    id: Any
    source: Any
    value: str
    noun: str = ""


_BY_FAMILY: Mapping[EventFamily, _Attributes] = {
    EventFamily.COMPLAINT: _Attributes(
        Annotated[
            ID,
            Field(
                description="The event's id, given once and for all. With tenant and source it is "
                "the event's identity: the same identity with the same content is a duplicate, "
                "with other content a conflict. Sent again after a failure: the same id. "
                "Corrected: another id.",
                examples=["2026-000731-1"],
            ),
        ],
        _COMPLAINT_SOURCE,
        value="the complaint",
    ),
    EventFamily.FOLLOW_UP: _Attributes(
        Annotated[
            ID,
            Field(
                description="The event's id, given once and for all, and to no other event of this "
                "source. Sent again after a failure: the same id. Corrected: another id.",
                examples=["2026-000731-2"],
            ),
        ],
        _COMPLAINT_SOURCE,
        value="that",
    ),
    EventFamily.COMMAND: _Attributes(
        Annotated[
            ID,
            Field(
                description="The event's id, given once and for all. With the source it is the "
                "identity of what is done: sent again it has no second effect, whatever it says. "
                "Corrected, or tried again after a refusal: another id.",
                examples=["sign-0412"],
            ),
        ],
        Annotated[SOURCE, Field(description=_MEANING, examples=["https://hetang.example/office"])],
        value="the act and the case",
        noun="an act",
    ),
}


def event_model(row: InboundEvent) -> type[InboundStructuredEvent]:
    """Return the model of the event as one JSON object."""
    attributes = _BY_FAMILY[row.family]
    return create_model(
        f"{row.kind.capitalize()}Event",
        __base__=InboundStructuredEvent,
        __doc__=_EVENT.format(title=row.title),
        id=(attributes.id, ...),
        source=(attributes.source, ...),
        type=(Annotated[str, *of_type(row.type)], ...),
        data=(row.data, Field(title="Data", description=row.says)),
    )


def headers_model(row: InboundEvent) -> type[BinaryHeaders]:
    """Return the model of the headers of a record in binary mode."""
    attributes = _BY_FAMILY[row.family]
    noun = attributes.noun or row.title[0].lower() + row.title[1:]
    return create_model(
        f"{row.kind.capitalize()}Headers",
        __base__=BinaryHeaders,
        __doc__=_HEADERS.format(noun=noun, value=attributes.value),
        id=(attributes.id, Field(alias="ce_id")),
        source=(attributes.source, Field(alias="ce_source")),
        type=(Annotated[str, *of_type(row.type)], Field(alias="ce_type")),
    )
