r"""Types of text in contracts, each with its JSON Schema.

ECMA 262, Java, Python and Rust read the patterns alike: no `\d`, `\w` or `\s`, because these
languages differ in what they take for a digit, a letter or a space.
"""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import SkipJsonSchema

from domain.characters import BLANK, CONTROLS, UNSEEN
from schemas.mistakes import form
from schemas.notations import MOMENT, moment_of

NO_NUL = r"^[^\u0000]*$"
_NOT_BLANK = rf"^[^\u0000]*[^{UNSEEN}][^\u0000]*$"
_NAMED = rf"^[{BLANK}]*[^{CONTROLS}]*[^{UNSEEN}][^{CONTROLS}]*[{BLANK}]*$"
_CONTROL, _SEEN = re.compile(rf"[{CONTROLS}]"), re.compile(rf"[^{UNSEEN}]")
_WRITTEN = (
    r"^2[01][0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)


def _no_nul(text: str) -> str:
    # PostgreSQL text cannot hold NUL, which has no meaning in a report.
    if "\x00" in text:
        raise ValueError("contains a NUL character; remove it")
    return text


def _no_control(text: str) -> str:
    if found := _CONTROL.search(text):
        what = "NUL character" if found[0] == "\x00" else f"control character U+{ord(found[0]):04X}"
        raise ValueError(f"contains a {what}; remove it")
    return text


def is_invisible(text: str) -> bool:
    """Return whether nobody can see anything of the text: then it counts as empty."""
    return _SEEN.search(text) is None


def emptied(said: Any) -> Any:
    """Return acts, lists and texts with "" for each text of which nobody can see anything."""
    match said:
        case str():
            return "" if is_invisible(said) else said
        case tuple():
            return tuple(emptied(each) for each in said)
        case _ if is_dataclass(said) and not isinstance(said, type):
            return replace(
                said, **{each.name: emptied(getattr(said, each.name)) for each in fields(said)}
            )
        case _:
            return said


def _seen(text: str) -> str:
    if is_invisible(text):
        raise ValueError("has only characters that nobody can see; say it in words")
    return text


def _at_most(most: int) -> BeforeValidator:
    """Count the characters as they are sent, as the contract does: before white space goes."""

    def checked(said: object) -> object:
        if isinstance(said, str) and len(said) > most:
            raise ValueError(f"must have no more than {most} characters")
        return said

    return BeforeValidator(checked)


Text = Annotated[str, AfterValidator(_no_nul), Field(json_schema_extra={"pattern": NO_NUL})]
Told = Annotated[
    Text, AfterValidator(_seen), Field(min_length=1, json_schema_extra={"pattern": _NOT_BLANK})
]
"""A text in which something can be seen, taken as it is."""

Prose = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True),
    _at_most(4000),
    AfterValidator(_no_nul),
    AfterValidator(_seen),
    Field(json_schema_extra={"pattern": _NOT_BLANK}),
]
"""At least one character that can be seen; reading strips white space at the ends."""

Short = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    _at_most(200),
    AfterValidator(_no_nul),
    AfterValidator(_seen),
    Field(json_schema_extra={"pattern": _NOT_BLANK}),
]
"""A text of one sentence, as `Prose`."""

Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    _at_most(200),
    AfterValidator(_no_control),
    AfterValidator(_seen),
    Field(json_schema_extra={"pattern": _NAMED}),
]
"""A name or number of something: can be seen, and has no control characters."""

Code = Annotated[
    str,
    StringConstraints(
        pattern=form(
            r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
            "must be a code: 1 to 64 ASCII letters, digits, _ . -, a letter or digit first",
        )
    ),
]
Tenant = Annotated[
    str,
    StringConstraints(
        pattern=form(
            r"^[a-z][a-z0-9-]{0,39}$",
            "must be the name of a tenant: 1 to 40 small letters, digits, hyphens, a letter first",
        )
    ),
]

Instant = Annotated[
    AwareDatetime,
    BeforeValidator(lambda said: moment_of(said) if isinstance(said, str) else said),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": MOMENT}),
]
"""A moment that others send: RFC 3339 with seconds and an offset, in the years 2000 to 2199."""

WrittenInstant = Annotated[
    AwareDatetime,
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": _WRITTEN}),
]
"""A moment that Sanban writes: RFC 3339 with capital T and Z."""

Absent = SkipJsonSchema[None]
"""Marks a field that may be left out, but may not be null."""
