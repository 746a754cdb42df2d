"""What a refusal of an event says: the place, what to do, and nothing personal."""

import pytest

from consumers.decoding.complaint_events import read
from consumers.decoding.envelopes import STRUCTURED
from schemas.events.complaint import FILED
from tests.fakes.records import (
    NOW,
    binary,
    data,
    event,
    structured,
)
from tests.unit.test_events import refusal


def test_the_detail_names_the_place_and_what_to_do() -> None:
    refused = refusal(binary(data(tenant=None, txet="x", place={"longitude": 200})))

    assert refused.detail == (
        "data.tenant: is missing; add it; "
        "data.place.longitude: must be at most 180; "
        "data.txet: is not a field of the schema; remove it or check its spelling"
    )


def test_the_detail_counts_what_it_does_not_tell() -> None:
    refused = refusal(binary(data(**{f"field{number}": 1 for number in range(9)})))

    assert refused.detail.endswith("; and 4 more")


SECRETS = ("张三", "13800000000", "Lane 7")


@pytest.mark.parametrize(
    "change",
    [
        {"reporter": {"name": 1, "phone": "张三 13800000000"}},
        {"reporter": {"name": ["张三"], "phone": 13800000000}},
        {"reporter": "张三 13800000000"},
        {"place": {"address": {"Lane 7": 1}}},
        {"channel": "张三"},
        {"reported_at": "13800000000-01"},
        {"13800000000": 1, "张三 in Lane 7": 1},
        {"text": "张三 13800000000 \x00"},
        {"superior": {"number": "1", "issuer": "c", "due_at": "张三"}},
    ],
)
def test_no_personal_data_is_repeated_in_the_detail(change: dict[str, object]) -> None:
    said = str(refusal(binary(data(**change))))

    assert [secret for secret in SECRETS if secret in said] == []


def test_an_event_does_not_show_its_reporter_when_printed() -> None:
    shown = repr(read(binary(data(reporter={"name": "张三", "phone": "13800000000"})), now=NOW))

    assert "张三" not in shown
    assert "138" not in shown


def test_the_structured_content_type_is_the_one_of_the_package() -> None:
    assert structured(data()).headers[0][1] == STRUCTURED.encode()
    assert event(data()).get_type() == FILED
