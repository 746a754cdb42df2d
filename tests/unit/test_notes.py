"""Signed notes, against those of other programs, and against every way of spoiling one."""

from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from schemas.audit.signed_notes import (
    Forged,
    Malformed,
    NoteError,
    PrivateKey,
    PublicKey,
    Unsigned,
    opened,
    sign,
    text_of,
)

# The example of golang.org/x/mod/sumdb/note, made by that program.
GO_PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_TEXT = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.
"""
GO_NOTE = f"""{GO_TEXT}
\u2014 PeterNeumann \
x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""

TEXT = "first\n\nthird\n"
TOWN = PrivateKey("sanban.example/town", bytes(range(32)))
OTHER = PrivateKey("witness.example", bytes(range(1, 33)))

texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")).map(
    lambda text: f"{text}\n"
)


def test_a_note_of_another_program_is_opened() -> None:
    key = PublicKey.parse(GO_PUBLIC)

    assert opened(GO_NOTE, [key]).text == GO_TEXT
    assert opened(GO_NOTE, [key]).signers == (key,)


def test_our_note_is_byte_for_byte_that_of_the_other_program() -> None:
    key = PrivateKey.parse(GO_PRIVATE)

    assert sign(GO_TEXT, key) == GO_NOTE
    assert str(key.public) == GO_PUBLIC
    assert key.secret() == GO_PRIVATE


def test_a_note_put_together_by_hand_as_the_specification_says() -> None:
    seed = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = seed.public_key().public_bytes_raw()
    id_ = sha256(b"sanban.example/town" + b"\x0a" + b"\x01" + public).digest()[:4]
    signature = b64encode(id_ + seed.sign(TEXT.encode()))
    note = TEXT.encode() + b"\n" + b"\xe2\x80\x94 sanban.example/town " + signature + b"\n"

    assert sign(TEXT, TOWN).encode() == note
    assert str(TOWN.public) == (
        f"sanban.example/town+{id_.hex()}+{b64encode(bytes([1]) + public).decode()}"
    )


@given(texts)
def test_every_text_comes_back(text: str) -> None:
    assert opened(sign(text, TOWN, OTHER), [OTHER.public]).text == text
    assert text_of(sign(text, TOWN)) == text


@given(st.text() | st.text(st.sampled_from("a\n \u2014+=")))
def test_a_note_that_is_none_is_refused_in_our_words(note: str) -> None:
    with pytest.raises(NoteError):
        opened(note, [TOWN.public])


@given(st.text() | st.text(st.sampled_from("a+0=")))
def test_a_key_that_is_none_is_refused_in_our_words(text: str) -> None:
    with pytest.raises(Malformed):
        PublicKey.parse(text)
    with pytest.raises(Malformed):
        PrivateKey.parse(text)


def test_strangers_beside_a_known_signer_are_passed_over() -> None:
    assert opened(sign(TEXT, OTHER, TOWN), [TOWN.public]).signers == (TOWN.public,)


def test_those_who_signed_are_named_once_and_in_order() -> None:
    note = sign(TEXT, OTHER, TOWN, OTHER)

    assert opened(note, [TOWN.public, OTHER.public]).signers == (OTHER.public, TOWN.public)


def test_strangers_alone_are_not_enough() -> None:
    with pytest.raises(Unsigned, match=r"by no known key, but by witness\.example \("):
        opened(sign(TEXT, OTHER), [TOWN.public])


def test_another_key_of_the_same_name_is_a_stranger() -> None:
    namesake = PrivateKey(TOWN.name, OTHER.seed)

    with pytest.raises(Unsigned):
        opened(sign(TEXT, namesake), [TOWN.public])


def test_one_wrong_signature_of_a_known_key_spoils_the_note() -> None:
    spoilt = sign("other\n", OTHER).split("\n", 2)[2]

    with pytest.raises(Forged, match=r"witness\.example"):
        opened(sign(TEXT, TOWN) + spoilt, [TOWN.public, OTHER.public])


def test_a_signature_of_another_length_is_a_forgery() -> None:
    note = sign(TEXT, TOWN)
    *_, encoded = note.split(" ")
    short = b64encode(b64decode(encoded)[:-1]).decode()

    with pytest.raises(Forged):
        opened(note.replace(encoded, f"{short}\n"), [TOWN.public])


@given(st.data())
def test_whatever_is_changed_in_the_text_is_seen(draw: st.DataObject) -> None:
    note = sign(TEXT, TOWN)
    place = draw.draw(st.integers(0, len(TEXT) - 1))
    put = draw.draw(st.characters(exclude_categories=["Cs"], exclude_characters=TEXT[place]))

    with pytest.raises(NoteError):
        opened(note[:place] + put + note[place + 1 :], [TOWN.public])


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("\n\n\u2014", "\n\u2014", "begins with an em dash"),
        ("\u2014 ", "- ", "em dash"),
        ("\u2014 ", "\u2014", "em dash"),
        (TOWN.name, "", "the name of a key"),
        (TOWN.name, "a+b", "the name of a key"),
        (TOWN.name, "a\u00a0b", "the name of a key"),
        ("first", "fi\trst", "no control characters"),
        ("first", "fi\rrst", "no control characters"),
        ("first", "\ud800", "not valid Unicode"),
        ("=\n", "=", "each line ending in a newline"),
        ("=\n", "=\n\n", "each line ending in a newline"),
        ("=\n", "= =\n", "not base64"),
    ],
)
def test_what_is_malformed_is_said(old: str, new: str, why: str) -> None:
    note = sign(TEXT, TOWN)
    assert old in note

    with pytest.raises(Malformed, match=why):
        opened(note.replace(old, new, 1), [TOWN.public])


def test_a_spelling_of_base64_that_is_not_the_one_is_refused() -> None:
    note = sign(TEXT, TOWN)
    assert note.endswith("=\n")
    last = note[-3]
    other = chr(ord(last) + 1)

    with pytest.raises(Malformed, match="not spelt as base64"):
        opened(f"{note[:-3]}{other}=\n", [TOWN.public])


def test_too_many_signatures_are_not_all_tried() -> None:
    note = sign(TEXT, *[TOWN] * 100)

    assert opened(note, [TOWN.public]).signers == (TOWN.public,)
    with pytest.raises(Malformed, match="101 signatures"):
        opened(sign(TEXT, *[TOWN] * 101), [TOWN.public])


def test_a_key_whose_id_does_not_fit_is_refused() -> None:
    with pytest.raises(Malformed, match="the id of"):
        PublicKey.parse(GO_PUBLIC.replace("c74f20a3", "c74f20a4"))
    with pytest.raises(Malformed, match="does not fit"):
        PrivateKey.parse(GO_PRIVATE.replace("c74f20a3", "c74f20a4"))


def test_a_private_key_is_not_shown() -> None:
    key = PrivateKey.generate("town")

    assert PrivateKey.parse(key.secret()) == key
    assert repr(key) == "PrivateKey(name='town')"


def test_a_text_that_no_note_can_carry_is_not_signed() -> None:
    for text in ("no newline", "tab\t\n", ""):
        with pytest.raises(Malformed):
            sign(text, TOWN)
    with pytest.raises(Malformed):
        sign(TEXT)
