"""By what a text is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.matching.search_terms import pairs_of
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
