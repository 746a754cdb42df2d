"""Case numbers: the same event always gives the same one, other events give others."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.complaints import case_id_of, workflow_id_of
from tests.builders import complaint

FORM = re.compile(r"[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}")
"""Crockford's alphabet: no i, l, o or u, which people take for 1, 1, 0 or v."""
# Intake refuses control characters in both (tests/unit/test_events.py).
PLAIN = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1)
IDENTITIES = st.tuples(PLAIN, PLAIN, PLAIN)


@pytest.mark.parametrize(
    ("tenant", "source", "event_id", "case_id"),
    [
        ("youchegang", "https://12345.example/hotline", "731-1", "6kgn1-hjayj-jb8kw"),
        ("youchegang", "https://12345.example/hotline", "731-2", "v8vxa-sabjz-yve7z"),
        ("xiuzhou", "https://12345.example/hotline", "731-1", "7paav-gfzrb-r8zyh"),
        ("youchegang", "urn:油车港", "一", "df2tt-xgasz-rm04q"),
    ],
)
def test_the_form_of_a_case_number_never_changes(
    tenant: str, source: str, event_id: str, case_id: str
) -> None:
    """Another number here opens every complaint a second time when it is delivered again."""
    assert case_id == case_id_of(tenant, source, event_id)


@given(PLAIN, PLAIN, PLAIN)
def test_a_case_number_can_be_read_out_on_the_telephone(
    tenant: str, source: str, event_id: str
) -> None:
    assert FORM.fullmatch(case_id_of(tenant, source, event_id))


@given(IDENTITIES, IDENTITIES)
def test_other_events_have_other_numbers(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (one == other) is (case_id_of(*one) == case_id_of(*other))


@given(IDENTITIES, st.integers(1, 10))
def test_where_one_part_ends_and_the_next_begins_is_never_in_doubt(
    identity: tuple[str, str, str], cut: int
) -> None:
    tenant, source, event_id = identity
    moved = tenant, source + event_id[:cut], event_id[cut:]
    moved_too = tenant + source[:cut], source[cut:], event_id

    assert case_id_of(*identity) not in {case_id_of(*moved), case_id_of(*moved_too)}


def test_nothing_else_that_an_event_says_changes_its_number() -> None:
    one = complaint()
    other = replace(one, complaint_id="7", text="Other.", category=None)

    assert one.case_id == other.case_id


def test_the_workflow_of_a_case_is_named_by_tenant_and_number() -> None:
    assert "case/youchegang/7kq2m-9xa4t-bnc2w" == workflow_id_of("youchegang", "7kq2m-9xa4t-bnc2w")
