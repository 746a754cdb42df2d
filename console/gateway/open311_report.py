"""Writes a report of Open311 as the data of a complaint event, and says what it changes.

A report is taken whatever a courtesy field has: what is usable is kept as text, the rest is
dropped, and `WrittenReport.notes` says so. Only what makes a report (its service, place, text and
time) is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.gateway.clients import Client
from console.gateway.open311_access import refuse
from console.gateway.open311_forms import Form
from console.gateway.open311_links import MOST_FILES, named_files
from domain.policy.model import Category
from domain.policy.shapes import Datum
from schemas.notations import decimal_of
from schemas.texts import is_invisible

LONGEST_NAME = LONGEST_PHONE = 100
LONGEST_ADDRESS, LONGEST_TEXT = 500, 4000

_NOT_KEPT = ("email", "device_id", "account_id", "address_id", "attribute", "media")
"""Fields of the standard that a complaint has no field for."""
_PATHS = {
    "data.place.latitude": "lat",
    "data.place.longitude": "long",
    "data.place.address": "address_string",
    "data.text": "description",
    "data.reported_at": "requested_datetime",
    "data.complaint_id": "Idempotency-Key",
    "CloudEvents attribute id": "Idempotency-Key",
}
_ANSWERS = {
    **dict.fromkeys(("true", "1", "yes", "y", "on", "是"), True),
    **dict.fromkeys(("", "false", "0", "no", "n", "off", "否"), False),
}
_PHONE = re.compile("[0-9+() -]{1,30}")
# Half a surrogate pair has no place in UTF-8, control characters have none in a line.
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of a form, as the gateway stored it."""

    uri: str
    sha256: str
    media_type: str


@dataclass(slots=True)
class WrittenReport:
    """The data of a complaint event, and a sentence for each thing that was not kept as it came."""

    data: dict[str, Any] = field(repr=False)
    notes: list[str]


def report_of(
    form: Form,
    client: Client,
    category: Category,
    *,
    number: str,
    reported_at: datetime,
    datum: Datum = Datum.CGCS2000,
    files: Sequence[KeptFile] = (),
) -> WrittenReport:
    """Return the report of a form; `files`: those of the form that were stored.

    `datum` is that of the tenant's points. Open311 has WGS 84, and no point is converted.

    Raises HttpRefusal 400 if a field is missing that Open311 requires. The values are checked later
    by intake's decoder, as for every other event.
    """
    notes: list[str] = []
    place, rest = _place(form, datum, notes)
    document: dict[str, Any] = {
        "schema_version": 1,
        "tenant": client.tenant,
        "complaint_id": number,
        "channel": client.channel.value,
        "reported_at": reported_at.isoformat(timespec="seconds"),
        "text": _text(form, category, rest, notes),
        "category": category.id,
        "place": place,
    }
    reporter = {"name": _name(form, notes), "phone": _phone(form, notes)}
    confidential = _confidential(form, notes)
    if any(reporter.values()):
        document["reporter"] = reporter | {"confidential": confidential}
    stored = [
        {"uri": each.uri, "sha256": each.sha256, "media_type": each.media_type} for each in files
    ]
    named = named_files(form, notes, room=MOST_FILES - len(stored))
    if attachments := stored + named.proved:
        document["attachments"] = attachments
    if named.unverified:
        document["unverified"] = [{"uri": uri} for uri in named.unverified]
    if not_kept := _not_kept(form):
        notes.append(f"Not kept: {', '.join(not_kept)}.")
    return WrittenReport(document, notes)


def in_its_words(detail: str) -> str:
    """Replace the event's field names in a detail by those of Open311."""
    for path, name in _PATHS.items():
        detail = detail.replace(f"{path}:", f"{name}:")
    return detail


def _not_kept(form: Form) -> list[str]:
    """Return the names of given fields that the complaint drops whole."""
    known = {"phone", "first_name", "last_name", "confidential", "media_url"}
    dropped = [name for name in _NOT_KEPT if form.has(name)]
    return dropped + sorted(known & form.unread)


def _usable(text: str, most: int, name: str, notes: list[str]) -> str:
    """Return the text on one line, without what shows nothing, and not longer than `most`."""
    line = " ".join(_UNUSABLE.sub(" ", text).split())
    if is_invisible(line):
        if text:
            notes.append(f"{name}: shows nothing; it is not kept.")
        return ""
    if _UNUSABLE.search(text.strip()):
        notes.append(f"{name}: line breaks and control characters are kept as spaces.")
    if len(line) > most:
        notes.append(f"{name}: its first {most} characters are kept.")
    return line[:most]


def _place(form: Form, datum: Datum, notes: list[str]) -> tuple[dict[str, str], str]:
    """Return the place, and what of its address is too long for an address."""
    whole = _usable(form.get("address_string"), LONGEST_TEXT, "address_string", notes)
    if not whole and (given := form.get("address_id")):
        whole = _usable(f"address_id {given}", LONGEST_ADDRESS, "address_id", notes)
    place = {"address": whole[:LONGEST_ADDRESS]}
    latitude, longitude = form.get("lat"), form.get("long")
    if not (latitude or longitude or whole):
        refuse("lat, long, address_string: no place; send lat and long, or address_string")
    if not (latitude or longitude):
        return place, whole[LONGEST_ADDRESS:]
    wrong = _why_no_place(latitude, longitude) or _why_other_datum(datum)
    if wrong and not whole:
        refuse(wrong)
    if wrong:
        notes.append(f"{wrong.partition('; ')[0]}; the address is kept.")
    else:
        place |= {"latitude": latitude.strip(), "longitude": longitude.strip()}
    return place, whole[LONGEST_ADDRESS:]


def _why_no_place(latitude: str, longitude: str) -> str:
    if not (latitude and longitude):
        return "lat, long: one is missing; send both, or address_string"
    for name, said, most in (("lat", latitude, 90), ("long", longitude, 180)):
        try:
            degrees = decimal_of(said.strip())
        except ValueError as error:
            return f"{name}: {error}"
        if abs(degrees) > most:
            return f"{name}: must be from -{most} to {most}; send degrees of WGS 84"
    return ""


def _why_other_datum(datum: Datum) -> str:
    if datum is Datum.WGS84.family:
        return ""
    return f"lat, long: are in WGS 84, and this town has points in {datum}; send address_string"


def _text(form: Form, category: Category, rest: str, notes: list[str]) -> str:
    """Return the description, with the rest of an address that was too long for its own field."""
    text = form.get("description")
    if text and is_invisible(text):
        notes.append("description: shows nothing; the name of the service is kept instead.")
        text = ""
    text = text or category.name
    if not rest:
        return text
    if len(text) + 1 + len(rest) > LONGEST_TEXT:
        notes.append(f"address_string: its first {LONGEST_ADDRESS} characters are kept.")
        return text
    notes.append("address_string: what is too long for an address is kept in the description.")
    return f"{text}\n{rest}"


def _name(form: Form, notes: list[str]) -> str:
    """Return the full name in its usual order: a Chinese family name comes first."""
    both = "first_name, last_name"
    first, last = (
        _usable(" / ".join(form.every(name)), LONGEST_NAME, name, notes)
        for name in ("first_name", "last_name")
    )
    if not (first or last):
        return ""
    whole = f"{first} {last}" if (last or first).isascii() else last + first
    return _usable(whole, LONGEST_NAME, both, notes)


def _phone(form: Form, notes: list[str]) -> str:
    phone = _usable(" / ".join(form.every("phone")), LONGEST_PHONE, "phone", notes)
    if phone and not _PHONE.fullmatch(phone):
        notes.append("phone: is no plain number; it is kept as text.")
    return phone


def _confidential(form: Form, notes: list[str]) -> bool:
    """Return whether the reporter asks for confidence; what is not clear counts as yes."""
    said = {each.strip().lower() for each in form.every("confidential")}
    answers = {_ANSWERS.get(each) for each in said}
    if "confidential" in form.unread or None in answers or len(answers) > 1:
        notes.append("confidential: is neither true nor false; taken as true.")
        return True
    return True in answers
