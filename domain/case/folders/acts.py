"""What units do with the folder of a joint investigation."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPiece:
    """A unit puts evidence into the folder: each file is a piece.

    `readers` are the units of the investigation that may read it; without any, all of them.
    """

    kind: Literal["add_piece"] = "add_piece"
    part: str
    text: str
    evidence: tuple[Evidence, ...] = ()
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognisePiece:
    """A unit lets a piece that another one has put in count as its own (互认)."""

    kind: Literal["recognise_piece"] = "recognise_piece"
    part: str
    piece: str
    note: str = ""
