"""How a pack names a source, or all sources with a common beginning."""

from typing import Annotated

from pydantic import AfterValidator, Field

from domain.characters import quoted
from domain.policy.sources import WHOLE, leads_elsewhere


def _a_source(text: str) -> str:
    """Check a source, or the beginning of one: as strict as consumers/decoding/envelopes.py."""
    whole = text.removesuffix(WHOLE)
    if not whole or not text.isprintable() or text != text.strip():
        raise ValueError("must be printable text with no space at either end")
    if "*" in whole:
        raise ValueError(
            f"{quoted(text)} has a * that is not the end; write https://12345.example{WHOLE}"
        )
    path = (whole.partition("://")[2] or whole).removeprefix("/")
    if whole != text and leads_elsewhere(path):
        raise ValueError(
            f"{quoted(text)} has an empty, . or .. segment, so what it covers is not clear; "
            "remove it"
        )
    return text


SourceName = Annotated[str, Field(max_length=500), AfterValidator(_a_source)]
"""A CloudEvents source, or the beginning of some: `https://12345.example/*`."""
