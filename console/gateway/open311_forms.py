"""Reads an Open311 GeoReport v2 report, a form or JSON, into the data of a complaint event."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from console.gateway.answers import HttpRefusal
from console.gateway.clients import Client
from domain.policy.model import Category
from schemas.content_types import must_be_utf8
from schemas.notations import decimal_of

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

_MOST_FIELDS = 100
_LARGEST_EXPONENT = 30
_NOT_KEPT = ("email", "device_id", "account_id", "address_id")
"""Fields of the standard that a complaint has no field for."""
_PATHS = {
    "data.place.latitude": "lat",
    "data.place.longitude": "long",
    "data.place.address": "address_string",
    "data.text": "description",
    "data.reporter.name": "first_name, last_name",
    "data.reporter.phone": "phone",
    "data.attachments[0].uri": "media_url",
    "data.attachments[0].sha256": "media_sha256",
    "data.attachments[0].media_type": "media_type",
    "data.reported_at": "requested_datetime",
    "data.complaint_id": "Idempotency-Key",
    "CloudEvents attribute id": "Idempotency-Key",
}
_ANSWERS = {"": False, "true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Form:
    """The fields that were given. An empty field counts as not given, as Open311 says."""

    fields: Mapping[str, str] = field(repr=False)

    def get(self, name: str) -> str:
        return self.fields.get(name, "")

    @property
    def not_kept(self) -> list[str]:
        """Names of the given fields that the complaint drops."""
        kept = [name for name in _NOT_KEPT if name in self.fields]
        return kept + (
            ["attribute"] if any(n.startswith("attribute[") for n in self.fields) else []
        )


def form_of(body: bytes, media_type: str) -> Form:
    """Raises HttpRefusal: 415 for another content type, 400 for a body that cannot be read."""
    pairs: Iterable[tuple[str, str]]
    if media_type == FORM:
        pairs = _pairs(body)
    elif media_type == JSON:
        pairs = _members(body)
    else:
        raise HttpRefusal(
            415,
            "unsupported_content_type",
            f"send {FORM} or {JSON}; name a file by media_url, do not send it",
        )
    found: dict[str, str] = {}
    for name, value in pairs:
        if value.strip() and found.setdefault(name, value) != value and not name.endswith("[]"):
            _refuse(f"{_safe(name)}: is given twice; send it once")
    _must_be_utf8(found.pop("_charset_", "utf-8"))
    return Form(found)


def complaint_of(
    form: Form, client: Client, category: Category, *, number: str, reported_at: datetime
) -> dict[str, Any]:
    """Return the data of a complaint event.

    Raises HttpRefusal 400 if a field is missing that Open311 requires. The values are checked later
    by intake's decoder, as for every other event.
    """
    reporter = {"name": _name(form), "phone": form.get("phone")}
    document: dict[str, Any] = {
        "schema_version": 1,
        "tenant": client.tenant,
        "complaint_id": number,
        "channel": client.channel.value,
        "reported_at": reported_at.isoformat(timespec="seconds"),
        "text": form.get("description") or category.name,
        "category": category.id,
        "place": _place(form),
    }
    confidential = _yes(form, "confidential")
    if any(reporter.values()):
        document["reporter"] = reporter | {"confidential": confidential}
    if form.get("media_url"):
        document["attachments"] = [_file(form)]
    return document


def in_its_words(detail: str) -> str:
    """Replace the event's field names in a detail by those of Open311."""
    for path, name in _PATHS.items():
        detail = detail.replace(f"{path}:", f"{name}:")
    return detail


def _must_be_utf8(charset: str) -> None:
    """Refuse a form that says of itself, as HTML forms can, that it is encoded otherwise."""
    try:
        must_be_utf8(charset)
    except ValueError as error:
        _refuse(f"_charset_: {error}")


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"
        )
    except UnicodeDecodeError:
        _refuse("the form is not UTF-8; encode it as UTF-8")
    except ValueError:
        _refuse(f"more than {_MOST_FIELDS} fields; send those of the standard")


def _members(body: bytes) -> Iterable[tuple[str, str]]:
    try:
        found = json.loads(
            body.decode(),
            object_pairs_hook=list,  # keeps a name that occurs twice, so that it can be refused
            parse_float=_digits,
            parse_int=_digits,
            parse_constant=lambda name: _refuse(f"{name} is not JSON; leave the field out"),
        )
    except UnicodeDecodeError:
        _refuse("the body is not UTF-8; encode it as UTF-8")
    except (ValueError, RecursionError):
        _refuse("the body is not JSON; send one object of fields")
    if not body.lstrip().startswith(b"{"):
        _refuse("the body is not a JSON object; send one object of fields")
    for name, value in found:
        match value:
            case str():
                yield name, value
            case bool():
                yield name, str(value).lower()
            case None:
                continue
            case _ if name.startswith("attribute"):
                yield "attribute[]", "given"
            case _:
                _refuse(f"{_safe(name)}: is not a text or a number; send one value")


def _place(form: Form) -> dict[str, str]:
    latitude, longitude = form.get("lat"), form.get("long")
    if bool(latitude) != bool(longitude):
        _refuse("lat, long: one is missing; send both, or address_string")
    address = form.get("address_string")
    if not (latitude or address):
        _refuse("lat, long, address_string: no place; send lat and long, or address_string")
    place = {"address": address}
    if latitude:
        place |= {"latitude": _decimal("lat", latitude), "longitude": _decimal("long", longitude)}
    return place


def _decimal(name: str, said: str) -> str:
    try:
        decimal_of(said)
    except ValueError as error:
        _refuse(f"{name}: {error}")
    return said


def _digits(number: str) -> str:
    """Return a JSON number without exponent, as a form would have it."""
    exact = Decimal(number)
    if exact and abs(exact.adjusted()) > _LARGEST_EXPONENT:
        _refuse("a number is out of range; correct it")
    return format(exact, "f")


def _name(form: Form) -> str:
    """Return the full name in its usual order: a Chinese family name comes first."""
    first, last = form.get("first_name").strip(), form.get("last_name").strip()
    if (last or first).isascii():
        return f"{first} {last}".strip()
    return last + first


def _file(form: Form) -> dict[str, str]:
    missing = [name for name in ("media_sha256", "media_type") if not form.get(name)]
    if missing:
        _refuse(
            f"media_url: {' and '.join(missing)} missing; send the SHA-256 of the file's bytes in "
            "hex, and its media type, so that a reader can check that the file is the same"
        )
    if not form.get("media_url").lower().startswith(("https://", "http://")):
        _refuse("media_url: is no address on the Web; send one that begins with https://")
    return {
        "uri": form.get("media_url"),
        "sha256": form.get("media_sha256").lower(),
        "media_type": form.get("media_type"),
    }


def _yes(form: Form, name: str) -> bool:
    said = form.get(name).strip().lower()
    if said not in _ANSWERS:
        _refuse(f"{name}: is neither true nor false; send one of them")
    return _ANSWERS[said]


def _safe(name: str) -> str:
    """Return a field name that may be repeated; a sender's own could hold personal data."""
    return name if name.isidentifier() and name.isascii() and len(name) <= 40 else "a field"  # noqa: PLR2004


def _refuse(detail: str) -> NoReturn:
    raise HttpRefusal(400, "invalid_request", detail)
