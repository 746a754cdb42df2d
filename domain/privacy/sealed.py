"""The form of a sealed text: an opaque text that names the key it needs.

Domain, workflows and journal see only sealed texts; commands unseal them for people who may read
them (docs/adr/0021-sealing.md). A text may contain a sealed one: «with 7kq2m-...: sealed.v1...».
"""

import binascii
import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping

Seal = Callable[[str], str]
"""Takes the words of one case, returns the sealed text to journal."""
Open = Callable[[str, bytes], str]
"""Takes a key id and the sealed bytes, returns the words."""

ERASED = "sealed.v1.erased"
"""Takes the place of words of a case that was erased before they came: nothing is kept."""

_SHORT = 3

_SEALED = re.compile(
    r"sealed\.v1\.(?:erased|(?P<key>[0-9a-z][0-9a-z-]{0,63})\.(?P<bytes>[A-Za-z0-9_-]+))"
)


def sealed_text(key_id: str, content: bytes) -> str:
    """Return the sealed text; `key_id` is the number of the case that the key belongs to."""
    return f"sealed.v1.{key_id}.{urlsafe_b64encode(content).rstrip(b'=').decode()}"


def is_sealed(text: str) -> bool:
    """Return True if the text has a sealed part."""
    return _SEALED.search(text) is not None


def keys_in(text: str) -> set[str]:
    """Return the ids of the keys needed to read the text."""
    return {found["key"] for found in _SEALED.finditer(text) if found["key"]}


def sealed_in(text: str) -> set[str]:
    """Return the sealed parts of the text."""
    return {found[0] for found in _SEALED.finditer(text)}


def replaced(text: str, words: Mapping[str, str]) -> str:
    """Return the text with its sealed parts replaced by `words`."""
    return _SEALED.sub(lambda found: words[found[0]], text)


def opened(text: str, open_: Open, erased: str) -> str:
    """Return the text with each sealed part unsealed.

    The result is not searched again: a person may have written something that looks sealed.
    `erased` takes the place of words that were not kept.
    """

    def words(found: re.Match[str]) -> str:
        if found["key"] is None:
            return erased
        padded = found["bytes"] + "=" * (-len(found["bytes"]) % 4)
        try:
            return open_(found["key"], urlsafe_b64decode(padded))
        except binascii.Error:  # it only looks like a sealed text
            return found[0]

    return _SEALED.sub(words, text)


def says_nothing(text: str) -> bool:
    """Return whether a text has no letter and no Han character, and is of no person: blank, marks
    of any number, or at most three of anything else, such as digits. A longer number may be of one.
    """
    words = text.strip()
    if any(each.isalpha() for each in words):
        return False
    return len(words) <= _SHORT or all(_is_mark(each) for each in words)


def _is_mark(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] in "PZC" or kind in {"Sm", "Sc", "Sk"}


def cut(text: str, length: int, end: str = "") -> str:
    """Return at most `length` characters, `end` included.

    A text with a sealed part stays whole, because a part of a sealed text cannot be unsealed.
    """
    if len(text) <= length or is_sealed(text):
        return text
    return text[: length - len(end)] + end
