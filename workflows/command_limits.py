"""Refuses commands that no journal can hold: one such command would stop its case for good."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from domain.privacy.sealed import is_sealed
from schemas.commands import CommandMessage

UNFIT = "CommandUnfit"
"""Type of the ApplicationError that such a command raises; nothing is journaled."""

LONGEST = 50_000
"""The most characters that all texts of a command may have together, as people wrote them."""
_GROWTH = 6
"""The most characters that one takes when it is sealed: 4 bytes of UTF-8, in base64. Sealed texts
are counted exactly before they are sealed; here an upper bound is enough."""

LARGEST = 999_999_999
"""The largest number of hours, days or yuan: a timedelta cannot have more days."""


def unfit(message: CommandMessage) -> str | None:
    """Return why the command cannot be taken, in words for its sender; None when it can."""
    values = [
        *_values(dataclasses.asdict(message.actor)),
        *_values(dataclasses.asdict(message.act)),
    ]
    if any(isinstance(value, int) and abs(value) > LARGEST for value in values):
        return f"a number is larger than {LARGEST}; no case counts that far"
    texts = [value for value in values if isinstance(value, str)]
    if any("\x00" in text for text in texts):
        return "a text contains a NUL character; remove it"
    length = sum(len(text) // _GROWTH if is_sealed(text) else len(text) for text in texts)
    if length > LONGEST:
        return f"the texts have {length} characters, more than {LONGEST}; attach a file instead"
    return None


def _values(value: Any) -> Iterator[object]:
    """Yield the values of all fields, at any depth."""
    match value:
        case dict():
            for each in value.values():
                yield from _values(each)
        case list() | tuple():
            for each in value:
                yield from _values(each)
        case _:
            yield value
