"""Small mutations of sound events, and the values that take the place of others in them."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from tools.contracts import examples

Steps = tuple[str | int, ...]
"""The way to a value in a document."""


def value_at(document: Any, steps: Steps) -> Any:
    """Return what is there; None beside the members of an object."""
    for step in steps:
        # A member that is not there yet may have been added by the mutation before.
        document = document.get(step) if step == "txet" else document[step]
    return document


BLANKS = st.sampled_from(["", " ", "\t", "\n", "\u3000", "\x1c", "\x85", "\ufeff", "\u200b"])
EDGES = st.sampled_from([0, 1, 5, 30, 31, 64, 65, 100, 101, 200, 201, 500, 501, 1000, 1001])
LONG = st.builds(
    lambda length, letter, ends: ends + letter * length + ends,
    EDGES | st.sampled_from([2000, 2001, 4000, 4001]),
    st.sampled_from("a7三😀"),
    BLANKS,
)
CODES = "A-1 -a GA hotline patrol critical 1.0 0.3 true +86(0573)-1"
NOT_QUITE = st.sampled_from(
    ["data:,x", "Data:", "a-1\n", "a\x00b", "a\u00adb", "0" * 64, "g" * 64, "F" * 64]
)
DECIMALS = "180 -180.0 180.000001 90. .5 1e2 1_0 NaN -0 +1 １２ 007 0.10"
MEDIA = (
    "a/b 图/片 text/xml application/json;charset=UTF-8 APPLICATION/JSON "
    "application/vnd.sanban+json application/cloudevents+json"
)
TYPES = st.sampled_from([examples.ENVELOPE["type"], examples.ENVELOPE["type"] + "\n"])
JSON_OR_NOT = (
    "application/json APPLICATION/JSON text/json image/svg+json a/b+c+json a/+json x/jsonp json "
    "application/cloudevents+json application/cloudevents text/xml /json application/json,"
)
CHARSETS = [
    *["", "charset=utf-8", 'Charset="UTF8"', "charset=gbk", "charset=us-ascii", "charset = utf-8"],
    *["charset=utf-8;charset=utf-8", "charset=", "charset=utf-16", "xcharset=utf-8"],
]
MEDIA_TYPES = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["", " ", "\t"]),
    st.sampled_from(JSON_OR_NOT.split()),
    st.sampled_from(["", ";", " ; ", ";q=1", "; profile=a; ", ";\n", "; charset"]),
    st.sampled_from(CHARSETS),
)
ODD_TEXTS = (
    NOT_QUITE
    | TYPES
    | MEDIA_TYPES
    | st.sampled_from([*CODES.split(), *DECIMALS.split(), *MEDIA.split()])
)
DAYS = (
    "2026-11-24 2026-02-29 2000-01-01 1999-12-31 2199-12-31 2200-01-01 2026-11-31 2026-13-01 "
    "20261124 0001-01-01 9999-12-31 2027-01-01"
)
HOURS = (
    "09:12:00 09:12 23:59:59 23:59:60 24:00:00 00:00:00.5 091200 09:12:00.123456789 "
    "09:12:00.1234567890 09:12:00,5"
)
INSTANT_TEXTS = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(DAYS.split()),
    st.sampled_from(["T", "t", " ", "_", ""]),
    st.sampled_from(HOURS.split()),
    st.sampled_from(["Z", "z", "+08:00", "-23:59", "+24:00", "+0800", "+08", "", "-00:00", " Z"]),
)
NUMBERS = (
    st.integers(-181, 181)
    | st.floats(-181, 181)
    | st.sampled_from([1.0, 10**400, -180, 180.0, 1e-300, -0.0])
)
VALUES: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | NUMBERS
    | LONG
    | ODD_TEXTS
    | INSTANT_TEXTS
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
    | st.sampled_from([[], {}, [None], [{}], {"a": 1}, [examples.ROUTED["attachments"][0]] * 21])
)


MOMENTS = [
    *["2026-11-24t09:12:00z", "2026-11-24T09:12:00.1234567890123+08:00", "1795828320"],
    *["2026-11-29_10:00", "2026-W48-2T09:12:00Z", "20261124T091200Z", "2026-11-24T09:12:00"],
    *["2026-11-24T23:59:60Z", "2026-02-29T09:12:00Z", "1999-12-31T00:00:00Z", "2026-11-24"],
    *["2199-12-31T23:59:59-23:59", "2200-01-01T00:00:00Z", "2026-11-24T24:00:00Z"],
]
NUMERALS = [
    *["1", "-0", "1_0", "+1", "01", "1.", ".5", "1e1", "nan", "inf", "1e400", "１２", "0.5"],
    *["90", "181"],
]
ANY: list[object] = [0, 1.5, True, None, "", "\u200b", [], {}]
"""What is of no kind that a text, a number or a moment could be of."""


def look_alikes(value: object) -> list[object]:
    """Return what a program may write for a value of this kind, right or wrong."""
    match value:
        case bool():
            return [*ANY, 1, False, "true", "1", "yes"]
        case str() if "T" in value and value.startswith("20"):
            return [*ANY, *MOMENTS, "2026-11-24 09:12:00Z", 1795828320, 1795828320.5]
        case str():
            return [*ANY, " a", "a\n", "a\x00", "a\u202e", "😀", "\ue000", "1"]
        case int() | float():
            return [*ANY, *NUMERALS, " 1", 1, -1, 1.0, 1e9, 10**9, 10**30, 1e-300, "1"]
        case list():
            return [*ANY, [None], [1], [{}], "a"]
        case _:
            return [*ANY, [None], {"a": 1}, {"kind": "sign"}, "a"]


def around(document: Any, steps: Steps) -> st.SearchStrategy[Any]:
    """Return values around the one that is there: half of them of its own kind."""
    if steps[-1] == "txet":
        return VALUES
    match value_at(document, steps):
        case str() as text if text[:2] == "20" and "T" in text:
            return INSTANT_TEXTS | VALUES
        case int() | float() as number:
            return NUMBERS | st.sampled_from(look_alikes(number)) | VALUES
        case other:
            return st.sampled_from(look_alikes(other)) | VALUES


def ways(document: Any, so_far: Steps = ()) -> Iterator[Steps]:
    """To every value inside, and beside each object's members to one that is not there yet."""
    if isinstance(document, dict):
        for name, value in document.items():
            yield (*so_far, name)
            yield from ways(value, (*so_far, name))
        yield (*so_far, "txet")
    if isinstance(document, list):
        for place, value in enumerate(document):
            yield (*so_far, place)
            yield from ways(value, (*so_far, place))


REMOVED = object()


def mutated(document: Any, steps: Steps, value: Any) -> Any:
    changed = copy.deepcopy(document)
    parent = value_at(changed, steps[:-1])
    if value is REMOVED:
        parent.pop(*steps[-1:]) if steps[-1] != "txet" else None
    else:
        parent[steps[-1]] = copy.deepcopy(value)
    return changed
