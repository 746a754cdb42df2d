"""Reads the body of an Open311 GeoReport v2 report, a form or JSON, into named texts and files."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import parse_qsl

from console.gateway.answers import HttpRefusal
from console.gateway.open311_access import is_nothing, refuse
from schemas.content_types import must_be_utf8

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
MULTIPART = "multipart/form-data"

MOST_FIELDS = 100
_LARGEST_EXPONENT = 30
_ATTRIBUTE = "attribute"
_ONCE = frozenset(
    {
        *("service_code", "jurisdiction_id", "api_key", "lat", "long", "address_string"),
        *("description", "requested_datetime"),
    }
)
"""Fields without which a report is another one: they are refused if they cannot be read."""
_NAMES_OF_PEOPLE = ("first_name", "last_name")
_BY_PLACE = ("media_url", "media_sha256", "media_type")
"""Fields whose n-th values belong together: none of them is left out, also if it is empty."""

Pair = tuple[str, str | None]
"""A field's name and text; None for a value that is no text, and no list of texts."""


@dataclass(frozen=True, slots=True)
class FormFile:
    """A file that came in a form. `media_type` is what its first bytes say; None: no picture."""

    content: bytes = field(repr=False)
    sha256: str
    media_type: str | None


@dataclass(frozen=True, slots=True)
class Form:
    """The fields that were given, and the files. An empty field counts as not given.

    A field whose values belong to those of another by their place keeps its empty ones too.
    `unread`: names of given fields whose value is no text.
    """

    fields: Mapping[str, Sequence[str]] = field(repr=False)
    files: tuple[FormFile, ...] = ()
    unread: frozenset[str] = frozenset()

    def get(self, name: str) -> str:
        """Return the first text of a field, or ""."""
        return self.every(name)[0] if name in self.fields else ""

    def every(self, name: str) -> Sequence[str]:
        return self.fields.get(name, ())

    def has(self, name: str) -> bool:
        return name in self.fields or name in self.unread


def form_of(body: bytes, media_type: str) -> Form:
    """Raises HttpRefusal: 415 for another content type, 400 for a body that cannot be read."""
    if media_type == FORM:
        return form_from(_pairs(body))
    if media_type == JSON:
        return form_from(_members(body))
    raise HttpRefusal(
        415,
        "unsupported_content_type",
        f"send {FORM}, {JSON} or {MULTIPART}, which may have photos",
    )


def form_from(pairs: Iterable[Pair], files: Iterable[FormFile] = ()) -> Form:
    """Return the form of these fields. Capitals in names do not count, nor does [] behind them.

    Raises HttpRefusal 400 if a field that may be given once has two values, or none that is text.
    """
    found: dict[str, list[str]] = {}
    unread: set[str] = set()
    for said, value in pairs:
        name = _name_of(said)
        if value is None:
            if name in _ONCE:
                refuse(f"{name}: is not a text or a number; send one value")
            unread.add(name)
        if name in _BY_PLACE:
            found.setdefault(name, []).append("" if value is None or is_nothing(value) else value)
        elif value is not None and not (
            is_nothing(value) if name not in _NAMES_OF_PEOPLE else not value.strip()
        ):
            known = found.setdefault(name, [])
            if known and name in _ONCE and value != known[0]:
                refuse(f"{name}: is given twice; send it once")
            if value not in known:
                known.append(value)
    for charset in found.pop("_charset_", []):
        _must_be_utf8(charset)
    given = {name: values for name, values in found.items() if any(values)}
    return Form(given, tuple(files), frozenset(unread))


def _name_of(said: str) -> str:
    name = said.strip().lower()
    return _ATTRIBUTE if name.startswith(_ATTRIBUTE) else name.removesuffix("[]")


def _must_be_utf8(charset: str) -> None:
    """Refuse a form that says of itself, as HTML forms can, that it is encoded otherwise."""
    try:
        must_be_utf8(charset)
    except ValueError as error:
        refuse(f"_charset_: {error}")


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except UnicodeDecodeError:
        refuse("the form is not UTF-8; encode it as UTF-8")
    except ValueError:
        refuse(f"more than {MOST_FIELDS} fields; send those of the standard")


def _members(body: bytes) -> Iterable[Pair]:
    try:
        found = json.loads(
            body.decode(),
            object_pairs_hook=_Members,  # keeps a name that occurs twice, so it can be refused
            parse_float=_digits,
            parse_int=_digits,
            parse_constant=lambda name: refuse(f"{name} is not JSON; leave the field out"),
        )
    except UnicodeDecodeError:
        refuse("the body is not UTF-8; encode it as UTF-8")
    except (ValueError, RecursionError):
        refuse("the body is not JSON; send one object of fields")
    if not isinstance(found, _Members):
        refuse("the body is not a JSON object; send one object of fields")
    if len(found) > MOST_FIELDS:
        refuse(f"more than {MOST_FIELDS} fields; send those of the standard")
    for name, value in found:
        match value:
            case None:
                continue
            case list() if not isinstance(value, _Members):
                yield from ((name, "" if each is None else _text_of(each)) for each in value)
            case _:
                yield name, _text_of(value)


class _Members(list[tuple[str, object]]):
    """The members of a JSON object, in order."""


def _text_of(value: object) -> str | None:
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case _:
            return None


def _digits(number: str) -> str:
    """Return a JSON number without exponent, as a form would have it; a huge one as it is."""
    exact = Decimal(number)
    huge = exact and abs(exact.adjusted()) > _LARGEST_EXPONENT
    return number if huge else format(exact, "f")
