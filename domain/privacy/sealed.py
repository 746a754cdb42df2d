"""How personal words look once they are sealed: an opaque text that names the key it needs.

Domain, workflows and journal only ever see these; who may read opens them at the edge
(docs/adr/0021-sealing.md). A sealed text may stand inside another: «with 7kq2m-...: sealed.v1...».
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping

Seal = Callable[[str], str]
"""Words of one case in, what may be journaled of them out."""
Open = Callable[[str, bytes], str]
"""The id of a key and what was sealed with it in, words out."""

ERASED = "sealed.v1.erased"
"""What is said about a person who is erased already: not kept at all."""

_SEALED = re.compile(
    r"sealed\.v1\.(?:erased|(?P<key>[0-9a-z][0-9a-z-]{0,63})\.(?P<bytes>[A-Za-z0-9_-]+))"
)


def sealed_text(key_id: str, content: bytes) -> str:
    """`key_id` is the number of the case whose key it is."""
    return f"sealed.v1.{key_id}.{urlsafe_b64encode(content).rstrip(b'=').decode()}"


def is_sealed(text: str) -> bool:
    """Whether it has a sealed part."""
    return _SEALED.search(text) is not None


def keys_in(text: str) -> set[str]:
    """The ids of the keys that it takes to read it."""
    return {found["key"] for found in _SEALED.finditer(text) if found["key"]}


def sealed_in(text: str) -> set[str]:
    """Its sealed parts, whole."""
    return {found[0] for found in _SEALED.finditer(text)}


def replaced(text: str, words: Mapping[str, str]) -> str:
    """With other words in the place of its sealed parts."""
    return _SEALED.sub(lambda found: words[found[0]], text)


def opened(text: str, open_: Open, erased: str) -> str:
    """With each sealed part opened once: what comes out is a person's words, whatever they say.

    `erased` stands where nothing was kept.
    """

    def words(found: re.Match[str]) -> str:
        if found["key"] is None:
            return erased
        padded = found["bytes"] + "=" * (-len(found["bytes"]) % 4)
        try:
            return open_(found["key"], urlsafe_b64decode(padded))
        except binascii.Error:  # it only looks like one of ours
            return found[0]

    return _SEALED.sub(words, text)


def cut(text: str, length: int, end: str = "") -> str:
    """Not longer than `length`, `end` included. What has a sealed part stays whole: half of one
    could never be opened.
    """
    if len(text) <= length or is_sealed(text):
        return text
    return text[: length - len(end)] + end
