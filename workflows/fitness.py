"""What no journal can hold is turned away at the door: it would stop its case for good."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from schemas.commands import CommandMessage

UNFIT = "CommandUnfit"
"""Type of the ApplicationError that such a command raises; nothing is journaled."""

LONGEST = 50_000
"""Characters of all the texts of one command together."""

LARGEST = 999_999_999
"""No more hours, days or yuan than this: beyond, Python cannot count days nor JSON be sure."""


def unfit(message: CommandMessage) -> str | None:
    """Why the command cannot be taken, in words for whoever sent it; None when it can."""
    if any(abs(number) > LARGEST for number in _numbers(dataclasses.asdict(message.act))):
        return f"a number is larger than {LARGEST}; no case counts that far"
    texts = [*_texts(dataclasses.asdict(message.actor)), *_texts(dataclasses.asdict(message.act))]
    if any("\x00" in text for text in texts):
        return "a text contains a NUL character; remove it"
    length = sum(len(text) for text in texts)
    if length > LONGEST:
        return f"the texts have {length} characters, more than {LONGEST}; attach a file instead"
    return None


def _numbers(value: Any) -> Iterator[int]:
    match value:
        case bool():
            return
        case int():
            yield value
        case dict():
            for each in value.values():
                yield from _numbers(each)
        case list() | tuple():
            for each in value:
                yield from _numbers(each)


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _texts(each)
        case list() | tuple():
            for each in value:
                yield from _texts(each)
