"""The folder of an investigation; a unit that adds or recognises a piece has done its share."""

from dataclasses import replace

from domain.case.events import Event
from domain.case.folder_pieces import Piece
from domain.case.folders.facts import PieceAdded, PieceRecognised
from domain.case.state import Case, Steps


def added(case: Case, fact: PieceAdded, event: Event) -> Case:
    piece = Piece(fact.piece, fact.part, fact.unit, fact.file.sha256, fact.readers)
    return _heard(replace(case, pieces=(*(case.pieces or ()), piece)), fact.part, fact.unit)


def recognised(case: Case, fact: PieceRecognised, event: Event) -> Case:
    pieces = (
        replace(piece, recognised=(*piece.recognised, fact.unit))
        if piece.id == fact.piece
        else piece
        for piece in case.pieces or ()
    )
    return _heard(replace(case, pieces=tuple(pieces)), fact.part, fact.unit)


def _heard(case: Case, name: str, unit: str) -> Case:
    parts = (
        replace(part, heard=(*part.heard, unit))
        if part.id == name and unit not in part.heard
        else part
        for part in case.parts
    )
    return replace(case, parts=tuple(parts))


STEPS: Steps = {
    PieceAdded: added,
    PieceRecognised: recognised,
}
