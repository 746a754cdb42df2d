"""Bytes of strangers on an operator's screen."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.received_bytes import header, hidden, shown
from tests.hostile import acting

names = st.sampled_from(["a", "b", "c"])
texts = st.text("王x ", max_size=30)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(st.binary())
def test_nothing_that_a_terminal_would_obey_is_shown(content: bytes) -> None:
    for redact in (False, True):
        text = shown(content, redact=redact) + header("x", content, redact=redact)
        assert not acting(text)


@pytest.mark.parametrize(
    ("content", "text", "redacted"),
    [
        (None, "(null)", "(null)"),
        (b"", "(no bytes)", "(no bytes)"),
        ("王".encode(), "王", "(3 bytes, not shown)"),
        (b"\xff\x00", "hex ff00", "(2 bytes, not shown)"),
        (b"\x1b[2J", "\\x1b[2J", "(4 bytes, not shown)"),
        (b"[1]", "[\n  1\n]", '[\n  "(a number)"\n]'),
    ],
)
def test_each_kind_of_content_has_its_form(content: bytes | None, text: str, redacted: str) -> None:
    assert shown(content) == text
    assert shown(content, redact=True) == redacted


@given(st.dictionaries(names, documents, min_size=1))
def test_redaction_keeps_the_form_and_no_word(document: dict[str, object]) -> None:
    said = json.dumps(hidden(document))
    secrets = [each for each in _strings(document) if len(each) > 20]

    assert not any(each in said for each in secrets)
    assert _form(hidden(document)) == _form(document)


def test_the_headers_that_never_hold_personal_data_are_shown() -> None:
    assert header("sanban-reason", b"not_json", redact=True) == "not_json"
    assert header("ce_source", b"/hotline", redact=True) == "/hotline"
    assert header("ce_subject", b"Wang", redact=True) == "(4 bytes, not shown)"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert shown(b"a" * 30_000).endswith("... (of 30000 bytes)")


def test_lines_stay_lines() -> None:
    assert shown(b"a\nb\tc\r") == "a\nb\\tc\\r"


def _strings(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case list():
            return [each for item in value for each in _strings(item)]
        case dict():
            return [each for item in value.values() for each in _strings(item)]
        case _:
            return []


def _form(value: object) -> object:
    match value:
        case dict():
            return {name: _form(each) for name, each in value.items()}
        case list():
            return [_form(each) for each in value]
        case _:
            return None
