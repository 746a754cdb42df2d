"""What no journal can hold is turned away at the door: it would stop its case for good."""

import dataclasses
from collections.abc import Iterator
from typing import Any

from schemas.commands import CommandMessage

UNFIT = "CommandUnfit"
"""Type of the ApplicationError that such a command raises; nothing is journaled."""

LONGEST = 50_000
"""Characters of all the texts of one command together."""


def unfit(message: CommandMessage) -> str | None:
    """Why the command cannot be taken, in words for whoever sent it; None when it can."""
    texts = [*_texts(dataclasses.asdict(message.actor)), *_texts(dataclasses.asdict(message.act))]
    if any("\x00" in text for text in texts):
        return "a text contains a NUL character; remove it"
    length = sum(len(text) for text in texts)
    if length > LONGEST:
        return f"the texts have {length} characters, more than {LONGEST}; attach a file instead"
    return None


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
