"""Open the envelope of a record: CloudEvents 1.0 over Kafka, in both modes.

The library cloudevents checks the attributes. It does not parse the record, because it gives an
event without id a random one, and the same event would be another one when it is sent again.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.v1.event import OPTIONAL_ATTRIBUTES, REQUIRED_ATTRIBUTES, CloudEvent

from schemas.intake import Record, RejectReason
from schemas.left_out import LONGEST_KEY, MOST_HEADERS
from schemas.notations import moment_of

MAX_BYTES = 1024 * 1024
"""The limit for value, key and headers together: Kafka's default for a topic."""

STRUCTURED = "application/cloudevents+json"
JSON = "application/json"

_ATTRIBUTES = (*REQUIRED_ATTRIBUTES, *OPTIONAL_ATTRIBUTES)
LONGEST = {"source": 500, "id": 200, "type": 200}  # PostgreSQL indexes them
MOST_BYTES = 1500
"""Of an attribute, in UTF-8: an entry of PostgreSQL's indexes has 2704 bytes for three names."""


class Unreadable(Exception):
    """The record cannot be used. `detail` is for its publisher, without personal data.

    `mistakes` has all of them; `detail` has the first few.
    """

    def __init__(self, reason: RejectReason, detail: str, mistakes: Sequence[str] = ()) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.mistakes = tuple(mistakes) or (detail,)


class NewerVersion(Unreadable):
    """The record cannot be used today, but a later release may read it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A CloudEvent with valid attributes. Its data is not checked yet."""

    source: str
    event_id: str
    type: str
    time: datetime | None
    data: object = field(repr=False)


def open_envelope(record: Record, *, key: str, max_bytes: int = MAX_BYTES) -> Envelope:
    """Return the envelope of a record. Raises Unreadable.

    `key` tells a publisher that gave no key what to use as one.
    """
    _must_be_whole(record, max_bytes)
    if not record.value:
        raise Unreadable(RejectReason.EMPTY_RECORD, "the record has no value; send the event again")
    headers = _headers(record)
    content_type = _media_type(headers.get("content-type"))
    if content_type.startswith("application/cloudevents"):
        envelope = _structured(record.value, content_type)
    elif "ce_specversion" in headers:
        envelope = _binary(record.value, content_type, headers)
    else:
        raise Unreadable(
            RejectReason.NOT_CLOUDEVENT,
            f"no header ce_specversion and no content-type {STRUCTURED}; "
            "send a CloudEvent in binary or structured mode",
        )
    if not record.key:
        # Checked last: any other mistake tells a publisher more.
        raise Unreadable(RejectReason.MISSING_KEY, f"the record has no key; {key}")
    return envelope


def _must_be_whole(record: Record, max_bytes: int) -> None:
    """Refuse a record that is too large, or that was too large to be read at all."""
    left_out = record.left_out
    if left_out is not None and left_out.why:
        raise Unreadable(RejectReason.UNREADABLE, left_out.why)
    if record.size > max_bytes or left_out is not None:
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
    if len(record.headers) > MOST_HEADERS:
        raise Unreadable(
            RejectReason.TOO_LARGE,
            f"{len(record.headers)} headers, the limit is {MOST_HEADERS}; send fewer",
        )


def _headers(record: Record) -> dict[str, str]:
    """Return the headers that are read here, by lower-case name. Others may hold anything."""
    found: dict[str, str] = {}
    for spelling, value in record.headers:
        name = spelling.lower()
        known = name == "content-type" or name.removeprefix("ce_") in _ATTRIBUTES
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


def _media_type(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _binary(value: bytes, content_type: str, headers: Mapping[str, str]) -> Envelope:
    _must_be_json(content_type)
    attributes: dict[str, object] = {
        name.removeprefix("ce_"): text for name, text in headers.items() if name.startswith("ce_")
    }
    return _envelope(attributes, data=parse_json(value))


def _structured(value: bytes, content_type: str) -> Envelope:
    if content_type != STRUCTURED:
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
        _must_be_json(_media_type(data_type))
    if "data_base64" in document:
        raise Unreadable(
            RejectReason.UNSUPPORTED_CONTENT_TYPE,
            "data_base64 is not read; send a JSON object in data",
        )
    return _envelope(attributes, data=document.get("data"))


def _must_be_json(media_type: str) -> None:
    if media_type not in ("", JSON) and not media_type.endswith("+json"):
        raise Unreadable(
            RejectReason.UNSUPPORTED_CONTENT_TYPE,
            f"the data is not declared as JSON; use the content type {JSON}",
        )


def _envelope(attributes: dict[str, object], data: object) -> Envelope:
    for name in REQUIRED_ATTRIBUTES:
        if not attributes.get(name):
            _refuse_attribute(name, "is missing or empty; it is obligatory")
    if "time" in attributes:
        attributes["time"] = _instant(attributes["time"])
    try:
        event = CloudEvent(dict(attributes))  # a copy, because it adds missing attributes
    except CloudEventValidationError as error:
        name, reasons = next(iter(error.errors.items()))
        _refuse_attribute(name, "; ".join(str(reason) for reason in reasons))
    for name, longest in LONGEST.items():
        if not is_printed(str(attributes[name]), longest):
            _refuse_attribute(
                name,
                f"must be 1 to {longest} printable characters, at most {MOST_BYTES} bytes in "
                "UTF-8, with no space at either end",
            )
    time = event.get_time() if "time" in attributes else None
    return Envelope(event.get_source(), event.get_id(), event.get_type(), time, data)


def is_printed(text: str, longest: int) -> bool:
    """Return whether an attribute may be so: a control character could make two look the same."""
    return (
        0 < len(text) <= longest
        and text.isprintable()
        and text == text.strip()
        and len(text.encode()) <= MOST_BYTES
    )


def _instant(text: object) -> datetime:
    try:
        return moment_of(text if isinstance(text, str) else "")
    except ValueError as error:
        _refuse_attribute("time", str(error))


def _refuse_attribute(name: str, problem: str) -> NoReturn:
    raise Unreadable(RejectReason.NOT_CLOUDEVENT, f"CloudEvents attribute {name}: {problem}")


def parse_json(value: bytes) -> object:
    """Parse JSON strictly as in RFC 8259: refuse what two parsers may read differently."""
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(
            RejectReason.NOT_UTF8, f"byte {error.start} of the value is not UTF-8; send UTF-8"
        ) from None
    if text.startswith("\ufeff"):
        raise Unreadable(
            RejectReason.NOT_JSON, "the value begins with a byte order mark; send UTF-8 without it"
        )
    try:
        return json.loads(
            text,
            object_pairs_hook=_names_once,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except RecursionError:
        raise Unreadable(
            RejectReason.TOO_DEEP, "the value is nested too deeply; the schema has four levels"
        ) from None
    except json.JSONDecodeError as error:
        raise Unreadable(
            RejectReason.NOT_JSON,
            f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}",
        ) from None
    except ValueError as error:  # from the hooks below, or from Python's limit on digits
        raise Unreadable(RejectReason.NOT_JSON, f"not JSON as in RFC 8259: {error}") from None


def _names_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has the same name twice; keep one")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number; leave the field out")


def _finite(digits: str) -> float:
    number = float(digits)
    if abs(number) == float("inf"):
        raise ValueError("a number is out of range")
    return number
