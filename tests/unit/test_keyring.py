"""Which key speaks for which checkpoints, over changes of keys."""

from datetime import UTC, datetime

import pytest

from domain.audit.checkpoints import Checkpoint, KeyChange
from schemas.audit.keyring import Keyring, Untrusted, keyring
from schemas.audit.signed_notes import Malformed, PrivateKey, Unsigned, sign

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
ORIGIN = "sanban.example/town"
FIRST, SECOND, THIRD = (PrivateKey(ORIGIN, bytes([number]) * 32) for number in (1, 2, 3))


def taken(size: int, *keys: PrivateKey) -> str:
    return sign(Checkpoint(ORIGIN, size, bytes(32), NOON, size).text(), *keys)


def change(size: int, old: PrivateKey, new: PrivateKey, *signers: PrivateKey) -> str:
    text = KeyChange(ORIGIN, size, NOON, str(old.public), str(new.public)).text()
    return sign(text, *(signers or (old, new)))


def test_each_key_speaks_for_its_own_time() -> None:
    ring = Keyring([FIRST.public])
    ring.learn(change(10, FIRST, SECOND))
    ring.learn(change(20, SECOND, THIRD))

    for size, key in ((1, FIRST), (10, FIRST), (11, SECOND), (20, SECOND), (21, THIRD)):
        assert ring.open(taken(size, key)).size == size
    for size, key in ((11, FIRST), (10, SECOND), (21, SECOND), (20, THIRD)):
        with pytest.raises(Untrusted, match=f"at {size} rows"):
            ring.open(taken(size, key))


def test_a_key_that_nobody_handed_over_to_is_a_stranger() -> None:
    with pytest.raises(Unsigned):
        Keyring([FIRST.public]).open(taken(11, SECOND))


def test_a_key_does_not_take_over_by_itself() -> None:
    with pytest.raises(Unsigned):
        Keyring([FIRST.public]).learn(change(10, FIRST, SECOND, SECOND))


def test_a_key_is_not_made_to_take_over_without_its_own_signature() -> None:
    with pytest.raises(Untrusted, match="the new key"):
        Keyring([FIRST.public]).learn(change(10, FIRST, SECOND, FIRST))


def test_a_key_hands_over_once() -> None:
    ring = Keyring([FIRST.public])
    ring.learn(change(10, FIRST, SECOND))

    with pytest.raises(Untrusted, match="the old key"):
        ring.learn(change(12, FIRST, THIRD))


def test_a_key_does_not_hand_over_what_it_never_had() -> None:
    ring = Keyring([FIRST.public])
    ring.learn(change(10, FIRST, SECOND))

    with pytest.raises(Untrusted, match="the old key"):
        ring.learn(change(9, SECOND, THIRD))


def test_a_key_is_never_taken_up_again() -> None:
    ring = Keyring([FIRST.public])
    ring.learn(change(10, FIRST, SECOND))

    with pytest.raises(Malformed, match="never taken up again"):
        ring.learn(change(20, SECOND, FIRST))


def test_after_a_lost_key_the_new_one_is_trusted_by_name_only() -> None:
    lost = change(10, FIRST, SECOND, SECOND)
    ring = Keyring([FIRST.public, SECOND.public])
    ring.learn(lost)

    assert ring.open(taken(11, SECOND)).size == 11
    with pytest.raises(Untrusted):
        ring.open(taken(11, FIRST))


def test_a_key_of_another_name_does_not_speak_for_the_origin() -> None:
    other = PrivateKey("elsewhere.example", bytes(32))
    ring = Keyring([FIRST.public, other.public])

    with pytest.raises(Untrusted):
        ring.open(taken(1, other))
    with pytest.raises(Malformed, match="must have its name"):
        ring.learn(change(10, FIRST, other))


def test_a_journal_that_was_set_back_goes_on_under_another_name() -> None:
    other = PrivateKey("sanban.example/town-2", bytes(32))
    text = KeyChange(other.name, 10, NOON, str(FIRST.public), str(other.public)).text()
    ring = keyring([other.public], [sign(text, FIRST, other)])
    later = Checkpoint(other.name, 11, bytes(32), NOON, 11)

    assert ring.open(taken(10, FIRST)).origin == ORIGIN
    assert ring.open(sign(later.text(), other)) == later
    with pytest.raises(Untrusted):
        ring.open(taken(11, FIRST))


@pytest.mark.parametrize("trusted", [FIRST, SECOND, THIRD])
def test_whichever_key_is_trusted_the_changes_lead_to_all_others(trusted: PrivateKey) -> None:
    ring = keyring([trusted.public], [change(10, FIRST, SECOND), change(20, SECOND, THIRD)])

    for size, key in ((10, FIRST), (20, SECOND), (21, THIRD)):
        assert ring.open(taken(size, key)).size == size
    for size, key in ((11, FIRST), (10, SECOND), (20, THIRD)):
        with pytest.raises(Untrusted):
            ring.open(taken(size, key))


def test_what_strangers_agree_among_themselves_is_passed_over() -> None:
    ring = keyring([THIRD.public], [change(10, FIRST, SECOND)])

    assert ring.keys == (THIRD.public,)
    assert ring.open(taken(30, THIRD)).size == 30
    with pytest.raises(Unsigned):
        ring.open(taken(10, FIRST))


def test_a_key_vouches_only_where_it_signed_itself() -> None:
    """Whoever has an old key cannot make a trusted one speak for it."""
    ring = keyring([SECOND.public], [change(10, FIRST, SECOND, FIRST)])

    assert ring.keys == (SECOND.public,)
