"""What came into the folder of a joint investigation, and which units recognise it."""

from dataclasses import dataclass
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceAdded:
    """`piece` names it in the case. Only `readers`, the platform and the office may read it."""

    kind: Literal["piece_added"] = "piece_added"
    piece: str
    part: str
    unit: str
    text: str
    file: Evidence
    readers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceRecognised:
    kind: Literal["piece_recognised"] = "piece_recognised"
    piece: str
    part: str
    unit: str
    note: str = ""
