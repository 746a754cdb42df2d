"""Put what pydantic finds wrong with a value into words for the person who wrote it.

Pydantic's own words name types of Python and regular expressions. These name what is expected, and
never repeat the value, which may be personal data.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

from schemas.notations import moment_of


class Misplaced(ValueError):
    """A mistake of a model with several values, and the `place` within the model that has it."""

    def __init__(self, reason: str, *place: str | int) -> None:
        super().__init__(reason)
        self.place = place


def place_of(error: ErrorDetails) -> tuple[str | int, ...]:
    """Return the way through the input to the value that is wrong."""
    said = error.get("ctx", {}).get("error")
    return error["loc"] + (said.place if isinstance(said, Misplaced) else ())


FORMS: dict[str, str] = {}
"""Pattern -> what a text of this form is, for every pattern of `form`."""


def form(pattern: str, words: str) -> str:
    """Return the pattern, and remember what to say of a text that does not match it."""
    FORMS[pattern] = words
    return pattern


def problem_of(error: ErrorDetails) -> str:
    """Return what is wrong and what is expected: `must be a whole number`."""
    kind, given = error["type"], error.get("ctx", {})
    if kind == "value_error":
        said = given["error"]
        return "must be UTF-8" if isinstance(said, UnicodeError) else str(said)
    if kind.startswith(("datetime_", "timezone_")):
        return _moment(error.get("input"))
    for beginning, words in _WORDS.items():
        if kind.startswith(beginning):
            return words(given) if callable(words) else words
    return "is not as the schema has it; compare it with an example of the schema"


def _moment(said: object) -> str:
    try:
        moment_of(said if isinstance(said, str) else "")
    except ValueError as error:
        return str(error)
    return "is no date and time as in RFC 3339"


def _choice(given: Mapping[str, Any]) -> str:
    allowed = re.findall("'([^']*)'", str(given["expected"])) or [str(given["expected"])]
    return f"must be one of {', '.join(allowed)}" if len(allowed) > 1 else f"must be {allowed[0]}"


_WORDS: Mapping[str, str | Callable[[Mapping[str, Any]], str]] = {
    "missing": "is missing; add it",
    "extra_forbidden": "is not a field of the schema; remove it or check its spelling",
    "unexpected_": "is not a field of the schema; remove it or check its spelling",
    "string_too_short": lambda given: (
        "must not be empty"
        if given["min_length"] == 1
        else f"must have {given['min_length']} characters or more"
    ),
    "string_too_long": lambda given: f"must have no more than {given['max_length']} characters",
    "string_pattern_mismatch": lambda given: FORMS.get(
        given["pattern"], "has another form than the schema says; compare it with an example"
    ),
    "string_unicode": "must be UTF-8",
    "string_": "must be a text",
    "bool_": "must be true or false",
    "int_": "must be a whole number",
    "float_": "must be a number",
    "decimal_": "must be a number",
    "finite_number": "must be a number",
    "is_instance_of": "must be a number",
    "enum": _choice,
    "literal_error": _choice,
    "list_": "must be a list",
    "tuple_": "must be a list",
    "set_": "must be a list",
    "frozen_set_": "must be a list",
    "model_": "must be an object of fields",
    "dataclass_": "must be an object of fields",
    "dict_": "must be an object of fields",
    "mapping_": "must be an object of fields",
    "too_short": lambda given: (
        "must not be empty"
        if given["min_length"] == 1
        else f"must have {given['min_length']} entries or more"
    ),
    "too_long": lambda given: f"must have no more than {given['max_length']} entries",
    "greater_than_equal": lambda given: f"must be at least {given['ge']}",
    "greater_than": lambda given: f"must be more than {given['gt']}",
    "less_than_equal": lambda given: f"must be at most {given['le']}",
    "less_than": lambda given: f"must be less than {given['lt']}",
    "date_": "must be a date, as in 2026-10-01",
    "time_delta_": "must be a duration",
    "url_": "must be a URL",
    "ip_": "must be a network, such as 10.0.0.0/28",
    "path_": "must be a path",
}
"""What an error's type begins with -> its words. The first that fits counts."""
