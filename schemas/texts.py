r"""Types of text in contracts, each with its JSON Schema.

ECMA 262, Java, Python and Rust read the patterns alike: no `\d`, `\w` or `\s`, because these
languages differ in what they take for a digit, a letter or a space.
"""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

# Unicode white space, which is stripped from both ends.
_BLANK = r"\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
NO_NUL = r"^[^\u0000]*$"
_NOT_BLANK = rf"^[^\u0000]*[^\u0000{_BLANK}][^\u0000]*$"
_INSTANT = (
    r"^2[01][0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
    r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
    r"(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)


def _no_nul(text: str) -> str:
    # PostgreSQL text cannot hold NUL, which has no meaning in a report.
    if "\x00" in text:
        raise ValueError("contains a NUL character; remove it")
    return text


Text = Annotated[str, AfterValidator(_no_nul), Field(json_schema_extra={"pattern": NO_NUL})]
Prose = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True),
    AfterValidator(_no_nul),
    Field(json_schema_extra={"pattern": _NOT_BLANK}),
]
"""At least one character that is not white space; reading strips white space at the ends."""

Name = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True),
    AfterValidator(_no_nul),
    Field(json_schema_extra={"pattern": _NOT_BLANK}),
]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
Tenant = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,39}$")]

Instant = Annotated[
    AwareDatetime,
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": _INSTANT}),
]
"""RFC 3339 with seconds and an offset, in the years 2000 to 2199."""

Absent = SkipJsonSchema[None]
"""Marks a field that may be left out, but may not be null."""
