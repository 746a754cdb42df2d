"""What a content type says about the bytes that it belongs to: the media type, and the charset.

Every text is read as UTF-8. A sender that declares another charset would get wrong characters for
good, so its data is refused, by the name of the charset. The patterns are those of the contracts.
"""

import codecs
import re
from typing import Any

_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_BLANK = r"[ \u0009]*"
_REST = rf"{_BLANK}(;[^\u0000-\u0008\u000a-\u001f\u007f]*)?$"
_CHARSET = "[Cc][Hh][Aa][Rr][Ss][Ee][Tt]"
# ASCII is UTF-8 as well.
_UTF8_NAME = "([Uu][Tt][Ff]-?8|[Uu][Ss]-[Aa][Ss][Cc][Ii][Ii])"
_UTF8 = rf';{_BLANK}{_CHARSET}{_BLANK}={_BLANK}"?{_UTF8_NAME}"?{_BLANK}(;|$)'
_JSON = rf"^{_BLANK}{_NAME}/({_NAME}\+)?[Jj][Ss][Oo][Nn]{_REST}"
_CLOUDEVENTS = "".join(
    f"[{letter.upper()}{letter}]" if letter.isalpha() else letter
    for letter in "application/cloudevents"
)

_ANY = re.compile(rf"{_BLANK}({_NAME}/{_NAME}){_REST.removesuffix('$')}")
_JSON_TYPE = re.compile(rf"{_NAME}/({_NAME}\+)?json")
_NAMES_CHARSET, _NAMES_UTF8 = re.compile(_CHARSET), re.compile(_UTF8.replace("$", r"\Z"))
_CHARSET_NAME = re.compile(rf"{_CHARSET}{_BLANK}={_BLANK}[\"']?([A-Za-z0-9._:+-]{{1,40}})")


def json_type_schema(*, data_only: bool = False) -> dict[str, Any]:
    """Return the JSON Schema of a content type of JSON in UTF-8: `*/json` and `*/*+json`.

    `data_only` leaves out the content types that say that the value is the whole event.
    """
    once = {"pattern": _UTF8, "not": {"pattern": rf"{_CHARSET}.*{_CHARSET}"}}
    schema = {
        "type": "string",
        "pattern": _JSON,
        "anyOf": [{"not": {"pattern": _CHARSET}}, once],
    }
    return schema | ({"not": {"pattern": rf"^{_BLANK}{_CLOUDEVENTS}"}} if data_only else {})


def media_type_of(content_type: str) -> str:
    """Return the media type in small letters, without its parameters.

    Raises ValueError for what is no content type, and for a charset other than UTF-8.
    """
    found = _ANY.fullmatch(content_type)
    if found is None:
        raise ValueError("is no content type; write one such as application/json")
    named = _NAMES_CHARSET.findall(content_type)
    if named and (len(named) > 1 or not _NAMES_UTF8.search(content_type)):
        raise ValueError(
            f"declares {_charset_in(content_type)}; send UTF-8, and charset=utf-8 or no charset"
        )
    return found[1].lower()


def is_json(media_type: str) -> bool:
    """Return whether the media type is JSON, whatever describes its content."""
    return _JSON_TYPE.fullmatch(media_type) is not None


def must_be_utf8(charset: str) -> None:
    """Raises ValueError, which names the charset if it is a known one other than UTF-8."""
    media_type_of(f'text/plain; charset="{charset}"')


def _charset_in(content_type: str) -> str:
    """Return the charset in words. Only a known one is repeated: other text may be anything."""
    match [name.lower() for name in _CHARSET_NAME.findall(content_type)]:
        case [name] if _is_known(name):
            return f"the charset {name}"
        case [_, _, *_]:
            return "two charsets"
        case _:
            return "a charset that is not UTF-8"


def _is_known(charset: str) -> bool:
    try:
        codecs.lookup(charset)
    except (LookupError, ValueError):
        return False
    return True
