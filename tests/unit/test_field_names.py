"""What a rejected event's publisher, and everybody who reads logs, is told of its field names."""

import pytest

from consumers.decoding.complaint_events import read
from consumers.decoding.unreadable import Unreadable
from tests.fakes.records import NOW, binary, data


def test_a_name_that_might_be_a_persons_is_told_to_nobody_but_its_publisher() -> None:
    """`detail` is kept, logged and sent to a topic; `mistakes` are for whoever has the event."""
    people = {"zhangwei": "13800000000", "nmae": "x", "p13800000000": "y"}

    with pytest.raises(Unreadable) as refused:
        read(binary(data(reporter=people)), now=NOW)

    detail, mistakes = refused.value.detail, str(refused.value.mistakes)
    assert "data.reporter.nmae: " in detail
    assert detail.count("data.reporter.(a field with an unusual name): ") == 2
    assert [word for word in ("zhangwei", "13800000000") if word in detail] == []
    assert "data.reporter.zhangwei: " in mistakes
