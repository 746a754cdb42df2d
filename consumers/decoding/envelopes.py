"""Open the envelope of a record: CloudEvents 1.0 over Kafka, in both modes.

The library cloudevents checks the attributes. It does not parse the record, because it gives an
event without id a random one, and the same event would be another one when it is sent again.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.v1.event import OPTIONAL_ATTRIBUTES, REQUIRED_ATTRIBUTES, CloudEvent

from consumers.decoding.json_values import looks_like, parse_json
from consumers.decoding.unreadable import Unreadable
from schemas.content_types import is_json, media_type_of
from schemas.events.cloud_events import BASE64, PRINTED
from schemas.intake import Record, RejectReason
from schemas.left_out import LONGEST_KEY, MOST_HEADERS
from schemas.notations import moment_of

MAX_BYTES = 1024 * 1024
"""The limit for value, key and headers together: Kafka's default for a topic."""

STRUCTURED = "application/cloudevents+json"
JSON = "application/json"
VERSION = "1.0"
_PARTITION_KEY = "partitionkey"
_OTHERS = ("content-type", f"ce_{_PARTITION_KEY}")
HALF_A_PAIR_SAID = "a text has half of a surrogate pair (\\ud800 to \\udfff); fix it"

_ATTRIBUTES = (*REQUIRED_ATTRIBUTES, *OPTIONAL_ATTRIBUTES)
_OBLIGATORY = {f"ce_{name}" for name in REQUIRED_ATTRIBUTES}
LONGEST = {"source": 500, "id": 200, "type": 200}  # PostgreSQL indexes them
_PRINTED, _HALF_A_PAIR = re.compile(PRINTED[1:-1]), re.compile("[\ud800-\udfff]")
MOST_BYTES = 1500
"""Of an attribute, in UTF-8: an entry of PostgreSQL's indexes has 2704 bytes for three names."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A CloudEvent with valid attributes. Its data is not checked yet."""

    source: str
    event_id: str
    type: str
    time: datetime | None
    data: object = field(repr=False)
    partition_key: bytes | None = None


def open_envelope(record: Record, *, max_bytes: int = MAX_BYTES) -> Envelope:
    """Return the envelope of a record. Raises Unreadable."""
    _must_be_whole(record, max_bytes)
    if not record.value:
        raise Unreadable(RejectReason.EMPTY_RECORD, "the record has no value; send the event again")
    headers = _headers(record)
    media_type = _media_type("header content-type", headers.get("content-type"))
    if media_type.startswith("application/cloudevents"):
        return _structured(record.value, media_type, headers)
    _must_have_small_letters(record, headers)
    if "ce_specversion" in headers:
        return _binary(record.value, media_type, headers)
    raise Unreadable(
        RejectReason.NOT_CLOUDEVENT,
        f"no header ce_specversion and no content-type {STRUCTURED}; "
        + (_what_it_is(record.value) or "send a CloudEvent in binary or structured mode"),
    )


def _what_it_is(value: bytes) -> str:
    """Return what the value of a record without headers is, and what to do; "" if unknown."""
    try:
        document = parse_json(value)
    except Unreadable:
        return looks_like(value)
    is_event = isinstance(document, dict) and "specversion" in document
    return f"the value is a whole event: add the header content-type: {STRUCTURED}" * is_event


def _must_be_whole(record: Record, max_bytes: int) -> None:
    """Refuse a record that is too large, or that was too large to be read at all."""
    left_out = record.left_out
    if left_out is not None and left_out.why:
        raise Unreadable(RejectReason.UNREADABLE, left_out.why)
    count = len(record.headers) if left_out is None else left_out.header_count
    if record.size > max_bytes or (left_out is not None and count <= MOST_HEADERS):
        raise Unreadable(
            RejectReason.TOO_LARGE,
            f"{record.size} bytes, the limit is {max_bytes}; send files as attachments by "
            "reference",
        )
    if len(record.key or b"") > LONGEST_KEY:
        raise Unreadable(
            RejectReason.TOO_LARGE,
            f"the key has {len(record.key or b'')} bytes, the limit is {LONGEST_KEY}; use a short "
            "one",
        )
    if count > MOST_HEADERS:
        raise Unreadable(
            RejectReason.TOO_LARGE, f"{count} headers, the limit is {MOST_HEADERS}; send fewer"
        )


def _must_have_small_letters(record: Record, headers: Mapping[str, str]) -> None:
    """Refuse an obligatory header that is there with capitals alone: Kafka's names have a case."""
    for spelling, _ in record.headers:
        name = spelling.lower()
        if name in _OBLIGATORY and spelling != name and name not in headers:
            raise Unreadable(
                RejectReason.NOT_CLOUDEVENT,
                f"header {name}: its name has capitals; write {name}, in small letters",
            )


def _headers(record: Record) -> dict[str, str]:
    """Return the headers that are read here, by name; content-type is read in any spelling.

    Others may hold anything, also those that begin with CE_ in capitals.
    """
    found: dict[str, str] = {}
    for spelling, value in record.headers:
        name = spelling.lower()
        known = name in _OTHERS or name.removeprefix("ce_") in _ATTRIBUTES
        if name.startswith("ce_") and name != spelling:
            continue
        if not known or value is None:
            continue
        try:
            text = value.decode()
        except UnicodeDecodeError:
            raise Unreadable(
                RejectReason.NOT_UTF8, f"header {name} is not UTF-8; send it as UTF-8"
            ) from None
        if found.setdefault(name, text) != text:
            raise Unreadable(
                RejectReason.NOT_CLOUDEVENT,
                f"header {name} is given twice with different values; send it once",
            )
    return found


def _media_type(where: str, content_type: str | None) -> str:
    """Return the media type in small letters; "" if none is declared."""
    if content_type is None:
        return ""
    try:
        return media_type_of(content_type)
    except ValueError as error:
        raise Unreadable(RejectReason.UNSUPPORTED_CONTENT_TYPE, f"{where}: {error}") from None


def _binary(value: bytes, media_type: str, headers: Mapping[str, str]) -> Envelope:
    _must_be_json(media_type)
    attributes: dict[str, object] = {
        name.removeprefix("ce_"): text for name, text in headers.items() if name not in _OTHERS
    }
    if (declared := headers.get("ce_datacontenttype")) is not None:
        data_type = _media_type("header ce_datacontenttype", declared)
        _must_be_json(data_type)
        if media_type and media_type != data_type:
            _contradict("header ce_datacontenttype", "the header content-type")
    key = partition_key_of(headers.get(f"ce_{_PARTITION_KEY}"))
    return _envelope(attributes, parse_json(value), key)


def _structured(value: bytes, media_type: str, headers: Mapping[str, str]) -> Envelope:
    if media_type != STRUCTURED:
        raise Unreadable(
            RejectReason.UNSUPPORTED_CONTENT_TYPE,
            f"only single events in JSON are read; use content-type {STRUCTURED}",
        )
    document = parse_json(value)
    if not isinstance(document, dict):
        raise Unreadable(
            RejectReason.NOT_CLOUDEVENT, "the value is not a JSON object; send one CloudEvent"
        )
    attributes = {name: document[name] for name in _ATTRIBUTES if document.get(name) is not None}
    data_type = attributes.get("datacontenttype")
    if isinstance(data_type, str):
        _must_be_json(_media_type("CloudEvents attribute datacontenttype", data_type))
    elif (declared := headers.get("ce_datacontenttype")) is not None:
        _must_be_json(_media_type("header ce_datacontenttype", declared))
    key = partition_key_of(document.get(_PARTITION_KEY))
    envelope = _envelope(attributes, data_in(document), key)
    # CloudEvents allows the headers of binary mode as well, if they say the same.
    for name, said in attributes.items():
        header = headers.get(f"ce_{name}")
        if header is not None and header != said:
            _contradict(f"header ce_{name}", f"the attribute {name} in the value")
    return envelope


def data_in(document: Mapping[str, object]) -> object:
    """Return the data of an event as one JSON object; None without any. Raises Unreadable."""
    encoded = document.get("data_base64")
    if encoded is None:
        return document.get("data")
    if document.get("data") is not None:
        raise Unreadable(RejectReason.NOT_CLOUDEVENT, "data and data_base64: send one of them")
    if not isinstance(encoded, str) or not re.fullmatch(BASE64, encoded):
        raise Unreadable(
            RejectReason.NOT_CLOUDEVENT,
            "data_base64: is not base64 as in RFC 4648; use the letters + and /, with padding",
        )
    try:
        return parse_json(b64decode(encoded))
    except Unreadable as error:
        raise Unreadable(error.reason, f"data_base64: {error.detail}") from None


def _must_be_json(media_type: str) -> None:
    if media_type and not is_json(media_type):
        raise Unreadable(
            RejectReason.UNSUPPORTED_CONTENT_TYPE,
            f"the data is not declared as JSON; use the content type {JSON}",
        )


def _contradict(one: str, other: str) -> NoReturn:
    raise Unreadable(RejectReason.NOT_CLOUDEVENT, f"{one}: differs from {other}; send one value")


def _envelope(attributes: dict[str, object], data: object, key: bytes | None) -> Envelope:
    for name in REQUIRED_ATTRIBUTES:
        if not attributes.get(name):
            _refuse_attribute(name, "is missing or empty; it is obligatory")
    _must_be_texts(attributes)
    if "time" in attributes:
        attributes["time"] = _instant(str(attributes["time"]))
    try:
        event = CloudEvent(dict(attributes))  # a copy, because it adds missing attributes
    except CloudEventValidationError as error:
        # Its words name types of Python.
        _refuse_attribute(next(iter(error.errors)), "is not as CloudEvents 1.0 has it; correct it")
    for name, longest in LONGEST.items():
        if not is_printed(str(attributes[name]), longest):
            _refuse_attribute(
                name,
                f"must be 1 to {longest} printable characters, at most {MOST_BYTES} bytes in "
                "UTF-8, with no space at either end",
            )
    time = event.get_time() if "time" in attributes else None
    return Envelope(event.get_source(), event.get_id(), event.get_type(), time, data, key)


def partition_key_of(said: object) -> bytes | None:
    """Return the extension attribute partitionkey as the key of a record, if it can be one."""
    if not isinstance(said, str) or not said or _HALF_A_PAIR.search(said):
        return None
    key = said.encode()
    return key if len(key) <= LONGEST_KEY else None


def is_printed(text: str, longest: int) -> bool:
    """Return whether an attribute may be so: a control character could make two look the same."""
    return (
        0 < len(text) <= longest
        and _PRINTED.fullmatch(text) is not None
        and _HALF_A_PAIR.search(text) is None
        and len(text.encode()) <= MOST_BYTES
    )


def _must_be_texts(attributes: Mapping[str, object]) -> None:
    for name, said in attributes.items():
        if not isinstance(said, str) or not said:
            _refuse_attribute(name, "must be a text, and not empty; correct it or leave it out")
        if _HALF_A_PAIR.search(said):
            raise Unreadable(
                RejectReason.NOT_UTF8, f"CloudEvents attribute {name}: {HALF_A_PAIR_SAID}"
            )
    if attributes["specversion"] != VERSION:
        _refuse_attribute("specversion", f"must be {VERSION}; send CloudEvents {VERSION}")


def _instant(text: str) -> datetime:
    try:
        return moment_of(text)
    except ValueError as error:
        _refuse_attribute("time", str(error))


def _refuse_attribute(name: str, problem: str) -> NoReturn:
    raise Unreadable(RejectReason.NOT_CLOUDEVENT, f"CloudEvents attribute {name}: {problem}")
