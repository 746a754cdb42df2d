"""What a class of matters leads to, once its own work is done."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FollowOn:
    """The case that begins when the result is verified: its `category`.

    `after`: only after these results of the standards of the class; empty: after any result.
    """

    category: str
    after: tuple[str, ...] = ()
