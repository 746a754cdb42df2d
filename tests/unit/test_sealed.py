"""Personal words, sealed: opaque, the same twice, whole or not at all; and which they are."""

import dataclasses
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.case.closing.acts import Close, Resolve
from domain.case.closing.evolve import RESULT_LENGTH
from domain.case.closing.facts import Resolved
from domain.case.commands import Actor, HumanAct
from domain.case.evolve import fold
from domain.case.joint_work.acts import Hold, Resolution
from domain.case.rectification.acts import OrderRectification
from domain.case.registration.acts import Open
from domain.case.summaries import TITLE_LENGTH, short, summarize
from domain.complaints import Arrival, Place, UnverifiedFile
from domain.matching.spots import spot_of
from domain.privacy.personal import (
    PERSONAL_FIELDS,
    PLAIN_FIELDS,
    sealed_act,
    sealed_complaint,
    with_spot,
)
from domain.privacy.sealed import ERASED, cut, is_sealed, keys_in, opened, says_nothing, sealed_text
from domain.vocabulary import Callback, Role
from schemas.case import CaseInput
from schemas.commands import CommandMessage
from schemas.journal import batch_of, event_of
from store.ciphers import (
    KEY_BYTES,
    MASTER_BYTES,
    Wrapping,
    blinded,
    new_key,
    phone_hash,
    seal,
    unseal,
)
from store.errors import StoreUnavailable
from tests.builders import complaint, give, plan
from tests.town import OPENED
from workflows.command_limits import LONGEST, unfit

KEY, CASE = b"k" * KEY_BYTES, "7kq2m-9xa4t-bnc2w"
SECRET = b"s" * KEY_BYTES


def in_words(text: str, key: bytes = KEY) -> str:
    return opened(text, lambda id_, content: unseal(key, id_, content) or "?", "(erased)")


@given(st.text(min_size=1).filter(lambda words: not says_nothing(words)))
def test_what_is_sealed_is_opened_by_its_key_alone(words: str) -> None:
    sealed = seal(KEY, CASE, words)

    assert sealed == seal(KEY, CASE, words)
    assert words not in sealed.removeprefix(f"sealed.v1.{CASE}.") or len(words) < 4
    assert keys_in(sealed) == {CASE}
    assert words == in_words(sealed)
    assert in_words(sealed, b"x" * KEY_BYTES) == "?"


@given(st.text(min_size=1).filter(str.strip), st.text("; :,.a中", max_size=5))
def test_a_sealed_text_is_found_within_another(words: str, after: str) -> None:
    around = f"with {CASE}: {seal(KEY, CASE, words)}; {after}"

    assert f"with {CASE}: {words}; {after}" == in_words(around)


def test_what_was_sealed_of_one_case_cannot_be_shown_as_of_another() -> None:
    moved = seal(KEY, CASE, "secret").replace(CASE, "00000-00000-00000")

    assert in_words(moved) == "?"


@pytest.mark.parametrize("text", ["", " \n", "sealed.v1.", "sealed.v2.x.y", "sealed.v1..x"])
def test_what_has_no_words_or_only_looks_sealed_stays_as_it_is(text: str) -> None:
    assert text == in_words(text)
    assert not is_sealed(text)


def test_words_that_look_sealed_are_sealed_like_any_others_and_opened_once() -> None:
    inner = seal(KEY, CASE, "of somebody else")

    assert inner == in_words(seal(KEY, CASE, inner))
    assert in_words("sealed.v1.x.a") == "sealed.v1.x.a"  # no base64 has one letter


def test_about_an_erased_person_nothing_is_kept() -> None:
    assert ERASED == seal(None, CASE, "more about her")
    assert in_words(f"with {CASE}: {ERASED}") == f"with {CASE}: (erased)"


def test_a_sealed_text_is_never_cut() -> None:
    sealed = seal(KEY, CASE, "汉" * 4000)

    assert sealed == cut(sealed, RESULT_LENGTH) == short(sealed)
    assert len(sealed) > RESULT_LENGTH
    assert "汉" * (TITLE_LENGTH - 1) + "…" == short(in_words(sealed))
    assert cut("abcdef", 4) == "abcd"
    assert cut("abcdef", 4, "…") == "abc…"


def test_a_complaint_keeps_all_but_its_words() -> None:
    until = datetime(2027, 3, 1, tzinfo=UTC)
    standing = Arrival(result="cleared", suspended_until=until, reason="waits")
    said = replace(
        complaint(),
        place=Place("人民路12号", "G01", 1, 2),
        standing=standing,
        unverified=(UnverifiedFile("https://photos.example/沈芳.jpg"),),
    )
    sealed = sealed_complaint(said, lambda text: seal(KEY, CASE, text))

    assert said == sealed_complaint(sealed, in_words)
    assert sealed.unverified is not None
    for text in (
        sealed.text,
        sealed.unverified[0].uri,
        sealed.place.address,
        sealed.standing.result or "",
        sealed.standing.reason,
    ):
        assert is_sealed(text)
    assert sealed_complaint(complaint(), lambda text: text) == complaint()


def test_a_spot_is_the_same_however_its_address_is_spelt_and_says_nothing_of_it() -> None:
    def spotted(address: str, secret: bytes = SECRET) -> str | None:
        at = replace(complaint(), place=Place(address, None, 1, 2))
        sealed = sealed_complaint(
            with_spot(at, lambda letters: blinded(secret, "town", letters)),
            lambda text: seal(new_key(), CASE, text),
        )
        return spot_of(sealed.place)

    assert spotted("人民路 12号") == spotted("人民路12号。")
    assert spotted("人民路12号") != spotted("人民路13号")
    assert spotted("人民路12号") != spotted("人民路12号", b"t" * KEY_BYTES)
    assert "人民路" not in str(spotted("人民路12号"))
    assert spot_of(Place("", None, 1, 2)) == spotted("")


def texts_of(act: type) -> set[str]:
    """The names of its fields that hold text people may write freely, at any depth."""
    found: set[str] = set()
    hints = get_type_hints(act)
    for each in dataclasses.fields(act):
        for part in _parts(hints[each.name]):
            if part is str:
                found.add(each.name)
            elif dataclasses.is_dataclass(part) and isinstance(part, type):
                found |= texts_of(part)
    return found


def _parts(hint: Any) -> set[Any]:
    inside = [part for arg in get_args(hint) for part in _parts(arg)]
    return {hint, *inside} if get_origin(hint) is None else set(inside)


@pytest.mark.parametrize("act", get_args(HumanAct), ids=lambda act: act.__name__)
def test_every_text_of_an_act_is_sealed_or_listed_with_a_reason(act: type) -> None:
    """Put a new one into PERSONAL_FIELDS or PLAIN_FIELDS of domain/privacy/personal.py."""
    assert texts_of(act) <= PERSONAL_FIELDS | {*PLAIN_FIELDS}


def test_no_text_is_both_sealed_and_plain_and_every_name_is_some_acts() -> None:
    names = set().union(*(texts_of(act) for act in get_args(HumanAct)))

    assert not PERSONAL_FIELDS & {*PLAIN_FIELDS}
    assert PERSONAL_FIELDS <= names
    assert {*PLAIN_FIELDS} - {"kind"} <= names


def test_what_people_say_in_acts_is_sealed_at_any_depth_and_nothing_else() -> None:
    order = OrderRectification(whom="owner", items=("mend it", " "), days=3)
    held = Hold(part="c-1", minutes="all came", tasks=(Resolution("water", "mend"),), lead="water")

    def sealing(text: str) -> str:
        return seal(KEY, CASE, text)

    sealed, conference = sealed_act(order, sealing), sealed_act(held, sealing)

    assert sealed.days == 3
    assert sealed.items[1] == " "
    assert is_sealed(sealed.items[0]) is True
    assert is_sealed(sealed.whom)
    assert conference.part == "c-1"
    assert conference.lead == "water"
    assert conference.tasks[0].unit == "water"
    assert is_sealed(conference.minutes)
    assert is_sealed(conference.tasks[0].what)
    assert order == sealed_act(sealed, in_words)
    assert held == sealed_act(conference, in_words)
    assert sealed_act(Close(callback=Callback.SATISFIED), sealing).note == ""


def test_the_longest_command_that_can_be_taken_can_be_taken_sealed() -> None:
    actor = Actor("tang-ke", Role.HANDLER, "enforcement-squad")
    for letter in ("a", "汉", "😀"):
        act = Resolve(result=letter * (LONGEST - 60))
        message = CommandMessage(id="c", actor=actor, act=act)
        sealed = sealed_act(act, lambda text: seal(KEY, CASE, text))

        assert unfit(message) is None
        assert unfit(message.model_copy(update={"act": sealed})) is None


@pytest.mark.parametrize("letter", ["汉", "😀"])
def test_the_longest_complaint_passes_sealed_through_workflow_journal_and_list(letter: str) -> None:
    standing = Arrival(result=letter * 2000, reason=letter * 200)
    said = replace(complaint(), text=letter * 4000, place=Place(letter * 500), standing=standing)
    sealed = sealed_complaint(said, lambda text: seal(KEY, CASE, text))
    taken = CaseInput.model_validate_json(CaseInput(plan=plan(sealed)).model_dump_json())
    assert taken.plan is not None
    done = give(None, Open(plan=taken.plan), OPENED)
    batch = batch_of(done.case, done.events, summarize(done.case))
    kept = fold([event_of(body) for body in batch.bodies]).plan.complaint

    assert said == sealed_complaint(kept, in_words)
    assert in_words(batch.row.title) == said.text
    # Temporal takes two megabytes at once.
    assert len(CaseInput(plan=taken.plan).model_dump_json()) < 100_000


def test_the_words_of_a_fact_stand_in_it_whole() -> None:
    assert Resolved(result=sealed_text(CASE, b"x" * 16)).result.startswith(f"sealed.v1.{CASE}.")


def test_a_key_that_is_wrapped_is_read_with_its_master_key_alone() -> None:
    master, other = b"m" * MASTER_BYTES, b"o" * MASTER_BYTES
    key = new_key()
    kept = Wrapping(master).wrap(key)

    assert key == Wrapping(master).unwrap(kept)
    assert key not in kept
    assert key == Wrapping(master).unwrap(Wrapping().wrap(key))  # from before there was one
    with pytest.raises(StoreUnavailable, match="SANBAN_SEALING_KEY is another"):
        Wrapping(other).unwrap(kept)
    with pytest.raises(StoreUnavailable, match="set SANBAN_SEALING_KEY"):
        Wrapping().unwrap(kept)


def test_a_number_is_the_same_however_it_is_written() -> None:
    hashes = {
        phone_hash(SECRET, "town", number)
        for number in ("0573-80000000", "+86 573 8000 0000", "0086(573)80000000")
    }

    assert len(hashes) == 1
    assert phone_hash(SECRET, "city", "0573-80000000") not in hashes
    assert phone_hash(SECRET, "town", "0573-80000001") not in hashes
    assert phone_hash(SECRET, "town", "-") is None


@pytest.mark.parametrize(
    "said",
    [
        "0573-80000000转8012",
        "0573-80000000 ext. 8012",
        "白天 0573-80000000，晚上 13900000000",
        "０５７３－８０００００００",
        "1号楼 0573-80000000",
    ],
)
def test_a_person_is_found_by_the_first_number_of_what_was_said(said: str) -> None:
    assert phone_hash(SECRET, "town", said) == phone_hash(SECRET, "town", "0573-80000000")
