"""Decoding of odd times, years and files: read, or asked back with what to do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.decoding.complaint_events import read
from consumers.decoding.unreadable import Unreadable
from schemas.intake import RejectReason
from tests.fakes.records import (
    NOW,
    binary,
    data,
)

TEN_YEARS_AGO = "2016-11-24T09:12:00+08:00"


@pytest.mark.parametrize("uri", ["data:image/png;base64,iVBORw0KGgo=", "DATA:,x"])
def test_a_file_is_named_and_never_sent(uri: str) -> None:
    file = {"sha256": "0" * 64, "uri": uri, "media_type": "image/png"}

    with pytest.raises(Unreadable) as refused:
        read(binary(data(attachments=[file])), now=NOW)

    assert refused.value.reason is RejectReason.SCHEMA_VIOLATION
    assert refused.value.detail.startswith("data.attachments[0].uri: ")
    assert "base64" not in refused.value.detail


def test_a_record_is_read_again_years_after_it_was_written() -> None:
    written = replace(binary(data()), timestamp_ms=int(NOW.timestamp() * 1000))

    assert read(written, now=NOW + timedelta(days=5000)).event_id


@pytest.mark.parametrize("timestamp", [-1, 1, 2**63 - 1])
def test_whatever_time_a_record_has_it_is_read(timestamp: int) -> None:
    assert read(replace(binary(data()), timestamp_ms=timestamp), now=NOW).event_id


def test_a_year_that_cannot_be_is_asked_back_with_where_and_what_to_do() -> None:
    with pytest.raises(Unreadable) as refused:
        read(binary(data(reported_at=TEN_YEARS_AGO)), now=NOW)

    assert refused.value.detail.startswith(
        "data.reported_at: 2016-11-24 is more than two years back"
    )
    assert "check the year" in refused.value.detail
