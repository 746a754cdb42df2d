"""Numbers typed at a terminal, in one spelling: `8`, never ` 8`, `1_0`, `8.0` or `1e1`."""

from collections.abc import Callable
from typing import TypeVar

from schemas.notations import decimal_of, whole_of

Number = TypeVar("Number", int, float)


def whole(least: int = 0, most: int | None = None) -> Callable[[int | str], int]:
    """Return the parser of an option that takes whole numbers from `least` to `most`."""
    return _between(whole_of, least, most)


def seconds(least: float = 0) -> Callable[[float | str], float]:
    """Return the parser of an option that takes `least` seconds or more."""
    return _between(lambda text: float(decimal_of(text)), least, None)


def _between(
    read: Callable[[str], Number], least: Number, most: Number | None
) -> Callable[[Number | str], Number]:
    def parsed(typed: Number | str) -> Number:
        if not isinstance(typed, str):  # a default
            return typed
        number = read(typed)
        if number < least:
            raise ValueError(f"must be at least {least}")
        if most is not None and number > most:
            raise ValueError(f"must be at most {most}")
        return number

    return parsed
