"""A record that is sent once more is read with its own key and headers, as intake will."""

import json
from dataclasses import replace

from packs import pack_of
from runtime.jobs.lint.linter import Linter
from runtime.wiring.packs import load_one
from schemas.events.inbound import InboundTopic
from schemas.intake import RejectReason
from tests.fakes.records import HEADERS, NOW, data, record


def test_a_record_is_read_with_the_headers_and_the_key_that_it_has() -> None:
    policies = {"youchegang": load_one(pack_of("youchegang"))}
    linter = Linter(policies, InboundTopic.COMPLAINTS, NOW)
    body = json.dumps(data()).encode()
    right = record(body, HEADERS)

    whole = linter.mistakes_of(right)
    bare = linter.mistakes_of(replace(right, headers=()))
    cut = linter.mistakes_of(replace(right, value=b'{\n"tenant": '))
    elsewhere = linter.mistakes_of(replace(right, value=body.replace(b"youchegang", b"nowhere")))

    assert [each for each in whole if each.reason is not None] == []
    assert [each.reason for each in bare] == [RejectReason.NOT_CLOUDEVENT]
    assert [each.reason for each in cut] == [RejectReason.NOT_JSON]
    assert [each.reason for each in elsewhere] == [RejectReason.UNKNOWN_TENANT]
