"""One folder for all units of an investigation: what one has put in, another need not collect."""

from domain.case.draft import Decisions, Draft, Refused
from domain.case.evidence import needs
from domain.case.folder_pieces import Piece
from domain.case.folders.acts import AddPiece, RecognisePiece
from domain.case.folders.facts import PieceAdded, PieceRecognised
from domain.case.part import Part
from domain.case.parts.decide import find
from domain.case.permissions import acts_for
from domain.case.refusals import Refusal
from domain.case.validation import MOST_NAMED, between
from domain.policy.part_rules import PartKind

_MOST = 100
"""Pieces of a case: each travels with it."""


def add_piece(draft: Draft, act: AddPiece) -> None:
    """Each file once: what another unit has put in is recognised instead."""
    part = find(draft, act.part, PartKind.INVESTIGATION)
    unit = _own_unit(draft, part)
    between(len(act.evidence), 1, MOST_NAMED, "files of one addition")
    folder = _folder(draft, part)
    known = {piece.sha256: piece for piece in folder}
    for file in act.evidence:
        if (there := known.get(file.sha256)) is not None:
            raise Refused(Refusal.ALREADY_ASKED, _there(there, unit))
    if strangers := [each for each in act.readers if each not in part.units]:
        detail = f"{', '.join(strangers)} not in {part.id}; its units are {', '.join(part.units)}"
        raise Refused(Refusal.NOT_YOUR_PART, detail)
    lacking = "each file of a piece counts once, and was taken before now"
    # A folder holds what there is of the case, also what another act was proved with.
    needs(draft, act.evidence, len(act.evidence), lacking, once=False)
    number = len(draft.case.pieces or ())
    if number + len(act.evidence) > _MOST:
        raise Refused(Refusal.LIMIT_REACHED, f"{_MOST} pieces are all that a case may have")
    readers = tuple(dict.fromkeys((unit, *(act.readers or part.units))))
    for place, file in enumerate(act.evidence, number + 1):
        draft.add(
            PieceAdded(
                piece=f"piece-{place}",
                part=part.id,
                unit=unit,
                text=act.text,
                file=file,
                readers=readers,
            )
        )


def _there(piece: Piece, unit: str) -> str:
    """Say what a unit does with a file that is there, as far as it may know of it."""
    if unit in piece.readers:
        return f"{piece.unit} has put this file in as {piece.id}; recognise_piece, do not add it"
    return "another unit has put this file in for others to read; ask the lead to be among them"


def recognise_piece(draft: Draft, act: RecognisePiece) -> None:
    """By a unit that may read it, once; not by the one that has put it in."""
    part = find(draft, act.part, PartKind.INVESTIGATION)
    unit = _own_unit(draft, part)
    folder = [piece for piece in _folder(draft, part) if unit in piece.readers]
    piece = next((each for each in folder if each.id == act.piece), None)
    if piece is None:
        names = ", ".join(each.id for each in folder if each.unit != unit) or "none"
        detail = f"{unit} reads no {act.piece} in {part.id}; from others it reads: {names}"
        raise Refused(Refusal.NO_SUCH_PART, detail)
    if piece.unit == unit:
        raise Refused(Refusal.SAME_PERSON, f"{unit} has put {piece.id} in; others recognise it")
    if unit in piece.recognised:
        raise Refused(Refusal.ALREADY_ASKED, f"{unit} has recognised {piece.id} before")
    draft.add(PieceRecognised(piece=piece.id, part=part.id, unit=unit, note=act.note))


def _own_unit(draft: Draft, part: Part) -> str:
    """Return the unit of the investigation for which the actor acts. Raises Refused without one."""
    own = next((unit for unit in part.units if acts_for(draft.command, unit)), None)
    if own is None:
        units = ", ".join(part.units)
        detail = f"{part.id} is of {units}, not of {draft.command.actor.unit}"
        raise Refused(Refusal.NOT_YOUR_PART, detail)
    return own


def _folder(draft: Draft, part: Part) -> list[Piece]:
    return [piece for piece in draft.case.pieces or () if piece.part == part.id]


DECISIONS: Decisions = {
    AddPiece: add_piece,
    RecognisePiece: recognise_piece,
}
