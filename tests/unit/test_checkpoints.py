"""The text of a checkpoint, and of a change of keys: written one way, and read strictly."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audit.checkpoints import (
    Checkpoint,
    KeyChange,
    NotACheckpoint,
    checkpoint_of,
    is_key_change,
    key_change_of,
)

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
TAKEN = Checkpoint("sanban.example/town", 3, bytes(range(32)), NOON, 741)
TEXT = """\
sanban.example/town
3
AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
at 2026-03-05T12:00:00Z
through 741
"""
CHANGED = KeyChange("sanban.example/town", 3, NOON, "town+00000000+old=", "town+00000001+new=")

instants = st.datetimes(timezones=st.just(UTC))
lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


def test_a_checkpoint_as_the_format_has_it() -> None:
    assert TAKEN.text() == TEXT
    assert checkpoint_of(TEXT) == TAKEN


def test_an_instant_elsewhere_is_written_in_utc() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=8))) + timedelta(microseconds=5)

    assert "at 2026-03-05T12:00:00.000005Z\n" in Checkpoint("o", 0, bytes(32), there, 0).text()


@given(lines, st.integers(0, 10**19), st.binary(min_size=32, max_size=32), instants)
def test_what_is_written_is_read(origin: str, number: int, root: bytes, at: datetime) -> None:
    one = Checkpoint(origin, number, root, at, number)

    assert checkpoint_of(one.text()) == one
    assert not is_key_change(one.text())


@given(lines, st.integers(0, 10**19), instants, lines, lines)
def test_a_change_of_keys_is_read_and_is_no_checkpoint(
    origin: str, size: int, at: datetime, old: str, new: str
) -> None:
    change = KeyChange(origin, size, at, old, new)

    assert key_change_of(change.text()) == change
    assert is_key_change(change.text())
    with pytest.raises(NotACheckpoint):
        checkpoint_of(change.text())


@given(st.text() | st.lists(st.sampled_from(TEXT.splitlines())).map("\n".join))
def test_no_text_has_two_readings(text: str) -> None:
    """Whatever is read as a checkpoint is spelt as we would spell it."""
    try:
        read = checkpoint_of(text)
    except NotACheckpoint:
        return
    assert read.text() == text


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("sanban.example/town\n", "\n", "line 1: the origin is empty"),
        ("\n3\n", "\n03\n", "line 2: the size is no decimal"),
        ("\n3\n", "\n+3\n", "line 2: the size is no decimal"),
        ("\n3\n", "\n\u0663\n", "line 2: the size is no decimal"),
        ("\n3\n", "\n3 \n", "line 2: the size is no decimal"),
        ("AAEC", "AA\u00e4C", "line 3: the root is not base64"),
        ("AAEC", "AA C", "line 3: the root is not base64"),
        ("AAECAwQF", "", "line 3: the root has 26 bytes, not 32"),
        ("Hh8=", "Hh9=", "line 3: the root is not spelt"),
        ("at ", "At ", "line 4: «at ...» is expected"),
        ("12:00:00Z", "12:00:00+00:00", "line 4: no instant"),
        ("12:00:00Z", "12:00:00.000000Z", "line 4: no instant"),
        ("03-05", "02-30", "line 4: no instant"),
        ("through 741", "through", "line 5: «through ...» is expected"),
        ("through 741", "through -1", "line 5: the transaction is no decimal"),
        ("through 741\n", "through 741\nmore\n", "6 lines, 5 are expected"),
        ("through 741\n", "through 741", "line 5: does not end in a newline"),
        ("through 741\n", "", "4 lines, 5 are expected"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(old: str, new: str, why: str) -> None:
    assert TEXT.count(old) >= 1

    with pytest.raises(NotACheckpoint) as refused:
        checkpoint_of(TEXT.replace(old, new, 1))

    assert str(refused.value).startswith(why)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("key change", "key", "line 2: «key change» is expected"),
        ("after 3", "after three", "line 3: the size is no decimal"),
        ("at 2026", "at 26", "line 4: no instant"),
        ("old town", "town", "line 5: «old ...» is expected"),
        ("new town+00000001+new=", "new ", "line 6: «new ...» is expected"),
    ],
)
def test_what_is_wrong_with_a_change_of_keys(old: str, new: str, why: str) -> None:
    with pytest.raises(NotACheckpoint) as refused:
        key_change_of(CHANGED.text().replace(old, new))

    assert str(refused.value).startswith(why)
