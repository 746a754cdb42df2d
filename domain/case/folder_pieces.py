"""A piece of evidence in the folder of a joint investigation: part of the state of a case."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """`unit` put it in, for the units `readers`, itself among them; those in `recognised` let it
    count as their own, so that they need not collect it again.
    """

    id: str
    part: str
    unit: str
    sha256: str
    readers: tuple[str, ...]
    recognised: tuple[str, ...] = ()
