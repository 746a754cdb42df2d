"""Row 18: a joint investigation has one folder; units read what is theirs, and recognise pieces."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from domain.case.commands import Actor
from domain.case.folders.acts import AddPiece, RecognisePiece
from domain.case.folders.facts import PieceAdded, PieceRecognised
from domain.case.joint_work.acts import Conclude, Investigate
from domain.case.participants import inbox
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.vocabulary import Role, Tier
from runtime.cli.views.events import detail, in_zone
from tests.acts import PHOTO
from tests.builders import ACTORS, WATER_HANDLER, plan
from tests.town import ZONE, at
from tests.unit.rows.story import Story, only

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
PART = "investigation-1"
SQUAD, WATER = ACTORS[Role.HANDLER], WATER_HANDLER
TOWN = Actor("wu", Role.UNIT_HEAD, "town")
UNITS = ("water", "town")


def piece(number: int = 7, *readers: str) -> AddPiece:
    file = replace(PHOTO, sha256=f"{number:064x}")
    return AddPiece(part=PART, text="排口照片", evidence=(file,), readers=readers)


def recognise(name: str = "piece-1") -> RecognisePiece:
    return RecognisePiece(part=PART, piece=name, note="与我所一致")


def investigated(tier: Tier = Tier.ASSIGN) -> Story:
    story = Story(plan(tier=tier))
    story.do("sign", NINE)
    story.do(Investigate(units=UNITS, subject="Whence the water comes"), NINE)
    return story


def test_each_addition_and_each_recognition_is_a_row() -> None:
    story = investigated()
    [added] = only(story.do(piece(), TEN, by=SQUAD), PieceAdded)
    [recognised] = only(story.do(recognise(), TEN, by=WATER), PieceRecognised)

    assert added.piece == "piece-1"
    assert added.unit == "squad"
    assert added.readers == ("squad", "water", "town")
    assert recognised == PieceRecognised(
        piece="piece-1", part=PART, unit="water", note="与我所一致"
    )
    [kept] = story.case.pieces or ()
    assert kept.recognised == ("water",)


def test_a_unit_that_recognises_a_piece_need_not_collect_it() -> None:
    story = investigated()
    story.do(piece(), TEN, by=SQUAD)
    story.do(recognise(), TEN, by=WATER)
    conclude = Conclude(part=PART, finding="A broken pipe.", evidence=(PHOTO,))
    code, words = story.refused(conclude, TEN)
    story.do(recognise(), TEN, by=TOWN)
    story.do(conclude, TEN)

    assert code is Refusal.NO_QUORUM
    assert "nothing yet from town" in words
    assert story.part(PART).state is PartState.DONE


def test_what_one_unit_has_put_in_no_other_puts_in_again() -> None:
    story = investigated()
    story.do(piece(), TEN, by=SQUAD)
    code, words = story.refused(piece(), TEN, by=WATER)

    assert code is Refusal.ALREADY_ASKED
    assert words == "squad has put this file in as piece-1; recognise_piece, do not add it"


def test_who_may_not_read_a_piece_neither_recognises_it_nor_learns_whose_it_is() -> None:
    story = investigated()
    story.do(piece(7, "water"), TEN, by=SQUAD)
    story.do(recognise(), TEN, by=WATER)
    code, words = story.refused(recognise(), TEN, by=TOWN)
    again, told = story.refused(piece(7), TEN, by=TOWN)

    assert code is Refusal.NO_SUCH_PART
    assert words == "town reads no piece-1 in investigation-1; from others it reads: none"
    assert again is Refusal.ALREADY_ASKED
    assert "squad" not in told


@pytest.mark.parametrize(
    ("units", "restricted"),
    [(("town",), True), (("water",), False), (("squad", "old-squad"), False), (None, False)],
)
def test_a_list_shows_a_piece_to_those_who_may_read_it(
    units: tuple[str, ...] | None, restricted: bool
) -> None:
    story = investigated()
    story.do(piece(7, "water"), TEN, by=SQUAD)
    moment = in_zone(ZoneInfo(ZONE))
    shown = detail(story.events[-1], moment, units=units)

    assert ("restricted" in shown) is restricted
    assert ("排口照片" in shown) is not restricted
    assert (PHOTO.uri in shown) is not restricted


def test_a_unit_does_not_recognise_its_own_piece_nor_twice() -> None:
    story = investigated()
    story.do(piece(), TEN, by=SQUAD)
    own, _ = story.refused(recognise(), TEN, by=SQUAD)
    story.do(recognise(), TEN, by=WATER)
    twice, _ = story.refused(recognise(), TEN, by=WATER)

    assert own is Refusal.SAME_PERSON
    assert twice is Refusal.ALREADY_ASKED


def test_only_units_of_the_investigation_have_to_do_with_its_folder() -> None:
    story = investigated()
    stranger = Actor("bo", Role.HANDLER, "police")
    auxiliary = replace(ACTORS[Role.AUXILIARY], unit="water")
    story.do(piece(), TEN, by=auxiliary)  # an auxiliary records

    assert story.refused(piece(8), TEN, by=stranger)[0] is Refusal.NOT_READABLE
    assert story.refused(piece(8, "police"), TEN, by=SQUAD)[0] is Refusal.NOT_YOUR_PART
    assert story.refused(recognise(), TEN, by=replace(auxiliary, unit="squad"))[0] is (
        Refusal.WRONG_ROLE
    )


def test_an_addition_has_files_that_count() -> None:
    story = investigated()
    none = replace(piece(), evidence=())
    twice = replace(piece(), evidence=(PHOTO, PHOTO))

    assert story.refused(none, TEN, by=SQUAD)[0] is Refusal.TOO_MUCH
    assert story.refused(twice, TEN, by=SQUAD)[0] is Refusal.MISSING_EVIDENCE


def test_who_has_done_its_share_is_not_waited_for() -> None:
    story = investigated()
    before = inbox(story.case)
    story.do(piece(), TEN, by=WATER)

    assert "water" in before
    assert "water" not in inbox(story.case)
    assert "town" in inbox(story.case)


def test_a_concluded_investigation_takes_no_more() -> None:
    story = investigated()
    for by in (SQUAD, WATER, TOWN):
        story.do(piece(ord(by.id[0])), TEN, by=by)
    story.do(Conclude(part=PART, finding="A broken pipe.", evidence=(PHOTO,)), TEN)

    assert story.refused(piece(99), TEN, by=SQUAD)[0] is Refusal.NO_SUCH_PART
