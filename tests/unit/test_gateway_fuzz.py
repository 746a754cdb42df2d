"""Whatever is sent to the gateway, it is an event or it is invalid: never a defect."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.gateway.ports import EventMessage, Invalid
from runtime.services.gateway.event_reader import EventReader, split
from tests.fakes.gateway import NOW, filed


@given(value=st.binary(max_size=200) | st.just(json.dumps(filed()).encode()), data=st.data())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_is_sent_is_an_event_or_is_invalid(value: bytes, data: st.DataObject) -> None:
    names = st.sampled_from(["content-type", "ce_type", "ce_id", "ce_source", "ce_specversion"])
    values = st.binary(max_size=20) | st.sampled_from(
        [
            b"1.0",
            b"application/cloudevents+json",
            b"org.sanban.case.command.v1",
            b"application/json",
        ]
    )
    headers = data.draw(st.lists(st.tuples(names, values), max_size=6))
    decoder = EventReader("complaints", "commands", 64 * 1024, lambda: NOW)

    try:
        read = decoder.read(EventMessage(value, tuple(headers)))
    except Invalid:
        return
    assert read.key


@given(st.binary(max_size=100))
def test_whatever_is_no_batch_is_invalid(body: bytes) -> None:
    try:
        messages = split(body)
    except Invalid:
        return
    assert all(json.loads(message.value) is not Ellipsis for message in messages)
