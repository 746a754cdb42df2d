"""That it is another matter is said over Kafka and HTTP by the same event."""

from typing import Any

from consumers.decoding import complaint_events as events
from domain.case.citizen.acts import Supplement
from schemas.events.follow_ups import SUPPLEMENTED, FollowUp
from tests.fakes.gateway import NOW, TOWN, Town, filed, post
from tests.fakes.records import binary
from tests.unit.test_gateway_events import record_of

SAID: dict[str, Any] = {
    "schema_version": 1,
    "tenant": TOWN,
    "complaint_id": "c-1",
    "text": "不是同一件事",
    "other_matter": True,
}
MEANT = Supplement(text="不是同一件事", other_matter=True)


async def test_a_citizens_other_matter_is_read_from_what_the_gateway_sends() -> None:
    town = Town()
    answer = await post(town, filed("e-2") | {"type": SUPPLEMENTED, "data": SAID})
    said = events.read(record_of(town.broker.kept[0]), now=NOW).said

    assert answer.status == 202
    assert isinstance(said, FollowUp)
    assert said.to_act() == MEANT


def test_a_citizens_other_matter_is_read_from_kafka() -> None:
    said = events.read(binary(SAID, offset=0, id="e-2", type=SUPPLEMENTED, key=b"k"), now=NOW).said

    assert isinstance(said, FollowUp)
    assert said.to_act() == MEANT


def test_an_event_that_does_not_say_so_means_what_it_meant() -> None:
    plain = {name: value for name, value in SAID.items() if name != "other_matter"}
    said = events.read(binary(plain, offset=0, id="e-2", type=SUPPLEMENTED, key=b"k"), now=NOW).said

    assert isinstance(said, FollowUp)
    assert said.to_act() == Supplement(text="不是同一件事")
