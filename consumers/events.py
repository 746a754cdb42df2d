"""Complaint events: record in, validated event out. Pure; raises Unreadable and nothing else."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from consumers.envelopes import MAX_BYTES, Envelope, Unreadable, open_envelope
from domain.chain import canonical
from schemas.complaint import FILED, ComplaintFiled, latest_plausible
from schemas.intake import Record, RejectReason

_KIND = FILED.rpartition(".")[0]  # without the version
_ERRORS_TOLD = 5
_YEARS = range(2000, 2200)  # anything else is a slip of the pen, and 0001 or 9999 break time zones
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


@dataclass(frozen=True, slots=True)
class ComplaintEvent:
    """A new complaint, valid in itself; whether its tenant exists is another question."""

    source: str
    event_id: str
    type: str
    time: datetime | None
    digest: str
    filed: ComplaintFiled = field(repr=False)


def read(record: Record, *, now: datetime, max_bytes: int = MAX_BYTES) -> ComplaintEvent:
    """Raises Unreadable, whatever the bytes are."""
    envelope = open_envelope(record, max_bytes=max_bytes)
    _must_be_filed(envelope.type)
    filed = _filed(envelope)
    _must_be_plausible(filed, now)
    return ComplaintEvent(
        source=envelope.source,
        event_id=envelope.event_id,
        type=envelope.type,
        time=envelope.time,
        digest=digest_of(envelope.type, filed),
        filed=filed,
    )


def digest_of(event_type: str, filed: ComplaintFiled) -> str:
    """sha256 of what the event says, not of how it is spelt: hex.

    Taken over type and data after validation, so that white space, order of fields, mode of
    CloudEvents, time zone of an instant and trailing zeros do not count. Fields at their default
    are left out: a later release may add optional fields without changing any digest. The
    attribute `time` is left out too, because publishers stamp it anew when they send again.
    """
    said = {"type": event_type, "data": _plain(filed.model_dump(exclude_defaults=True))}
    return sha256(canonical(said)).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return str(value.normalize() + 0)  # + 0 turns -0 into 0
    return value


def _must_be_filed(event_type: str) -> None:
    if event_type == FILED:
        return
    kind, _, version = event_type.rpartition(".")
    if kind == _KIND and re.fullmatch(r"v[0-9]+", version):
        raise Unreadable(
            RejectReason.UNSUPPORTED_VERSION, f"this service reads version {FILED}; send that one"
        )
    raise Unreadable(
        RejectReason.UNSUPPORTED_TYPE, f"this topic takes events of type {FILED}; send that one"
    )


def _filed(envelope: Envelope) -> ComplaintFiled:
    if not isinstance(envelope.data, dict):
        raise Unreadable(
            RejectReason.SCHEMA_VIOLATION, "data: must be a JSON object that describes a complaint"
        )
    try:
        # Through JSON again: strict validation takes instants and codes as text only from JSON,
        # and both modes of CloudEvents must come out the same.
        text = json.dumps(envelope.data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Unreadable(
            RejectReason.NOT_UTF8,
            "a text has half of a surrogate pair (\\ud800 to \\udfff); fix it",
        ) from None
    except RecursionError:
        raise Unreadable(RejectReason.TOO_DEEP, "data is nested too deeply") from None
    try:
        return ComplaintFiled.model_validate_json(text)
    except ValidationError as error:
        raise _violation(error.errors(include_url=False, include_input=False)) from None


def _violation(errors: list[ErrorDetails]) -> Unreadable:
    if errors[0]["type"] == "json_invalid":  # sound JSON, so all that is left is its depth
        return Unreadable(RejectReason.TOO_DEEP, "data is nested too deeply")
    version = next((error for error in errors if error["loc"] == ("schema_version",)), None)
    if version is not None and version["type"] == "literal_error":
        return Unreadable(
            RejectReason.UNSUPPORTED_VERSION, f"data.schema_version: {version['msg']}"
        )
    told = [_told(error) for error in errors[:_ERRORS_TOLD]]
    if len(errors) > _ERRORS_TOLD:
        told.append(f"and {len(errors) - _ERRORS_TOLD} more")
    return Unreadable(RejectReason.SCHEMA_VIOLATION, "; ".join(told))


def _told(error: ErrorDetails) -> str:
    """One mistake: where, what, what to do. Never the value; pydantic's texts do not repeat it."""
    path = "data" + "".join(_step(step) for step in error["loc"])
    match error["type"]:
        case "missing":
            return f"{path}: is missing; add it"
        case "extra_forbidden":
            return f"{path}: is not a field of the schema; remove it or check its spelling"
        case _:
            return f"{path}: {error['msg']}"


def _step(step: int | str) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    # A publisher's own field name could be anything, a telephone number even.
    return f".{step}" if _PLAIN_NAME.fullmatch(step) else ".(a field with an unusual name)"


def _must_be_plausible(filed: ComplaintFiled, now: datetime) -> None:
    if filed.reported_at > latest_plausible(now):
        raise Unreadable(
            RejectReason.FUTURE_DATE,
            "data.reported_at: lies in the future; check the clock and the time zone",
        )
    for name, instant in _instants(filed.model_dump(exclude_defaults=True)):
        if instant.year not in _YEARS:
            raise Unreadable(
                RejectReason.SCHEMA_VIOLATION,
                f"data.{name}: must lie between {_YEARS.start} and {_YEARS.stop - 1}",
            )


def _instants(fields: Mapping[str, object], parent: str = "") -> Iterator[tuple[str, datetime]]:
    for name, value in fields.items():
        if isinstance(value, datetime):
            yield f"{parent}{name}", value
        elif isinstance(value, Mapping):
            yield from _instants(value, f"{parent}{name}.")
