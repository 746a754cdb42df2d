"""By what a text is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.matching.search_terms import number_in, pairs_of, unspaced
from store.cases.finding import is_phone
from store.cases.search_index import words_in

SAID = st.text("噪音扰民路口夜间施工ABcd019，。 -！", max_size=40)


@given(SAID, st.integers(0, 40), st.integers(0, 40))
def test_whatever_part_of_a_text_is_looked_for_the_text_is_found(
    text: str, one: int, other: int
) -> None:
    part = text[min(one, other) : max(one, other)]

    assert pairs_of(part) <= pairs_of(text)


@pytest.mark.parametrize(
    ("said", "looked_for"),
    [
        ("夜间施工噪音扰民", "噪音"),
        ("ＡＢＣ１２３号楼", "abc123"),
        ("Leak at No. 12", "LEAK"),
        ("新气象路831号", "831"),
        ("垃圾，发臭", "发臭 垃圾"),
    ],
)
def test_spelling_and_order_of_words_do_not_matter(said: str, looked_for: str) -> None:
    assert set() < pairs_of(looked_for) <= pairs_of(said)


@pytest.mark.parametrize("text", ["", "路", "a b c", "，。！", "1 - 2"])
def test_in_single_characters_there_is_nothing_to_look_for(text: str) -> None:
    assert not pairs_of(text)
    assert words_in(b"secret", text) == ()


def test_characters_that_only_stand_side_by_side_across_a_stop_are_no_pair() -> None:
    assert pairs_of("路口。噪音") == {"路口", "噪音"}


def test_with_another_secret_the_same_words_are_other_numbers() -> None:
    one, other = words_in(b"one", "夜间施工噪音"), words_in(b"other", "夜间施工噪音")

    assert len(one) == len(other) == 5
    assert set(one).isdisjoint(other)
    assert list(one) == sorted(one)
    assert all(-(2**31) <= number < 2**31 for number in (*one, *other))


@pytest.mark.parametrize("text", ["兴业路 18 号", "兴业路\u300018号", "兴业路18号"])
def test_a_place_is_found_however_it_is_spaced(text: str) -> None:
    kept = pairs_of(text) | pairs_of(unspaced(text))

    assert pairs_of("兴业路18号") <= kept
    assert pairs_of("兴业路 18 号") <= kept


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("GX-2026-0018", "gx20260018"),
        ("市督〔2026〕18", "市督202618"),
        ("ＧＸ18 ", "gx18"),
        ("噪音扰民", ""),
        ("18", ""),
    ],
)
def test_a_number_is_the_same_in_every_spelling(text: str, number: str) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["13600136217", "+86 136 0013 6217", "0573-80000000"])
def test_a_telephone_number_is_known_by_its_form(text: str) -> None:
    assert is_phone(text)


@pytest.mark.parametrize("text", ["", "831", "GX13600136217", "兴业路 13600136217"])
def test_nothing_else_is_taken_for_a_telephone_number(text: str) -> None:
    assert not is_phone(text)
