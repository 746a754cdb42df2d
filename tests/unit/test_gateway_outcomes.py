"""What the gateway answers where it knows that intake did not take an event."""

from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from console.gateway.ports import BrokerPosition, CheckedEvent, EventMessage, Invalid
from schemas.intake import RejectReason, Unavailable
from tests.fakes.gateway import Town, ask, filed, form, post
from tests.fakes.gateway_ports import FakeBroker
from tests.unit.test_open311 import REPORT

WHY = "the same identity came before with other content"


@dataclass
class KnowingBroker(FakeBroker):
    """Refuses the events at these places, as a broker that knows the outcome."""

    refused: dict[int, Exception] = field(default_factory=dict)

    @override
    async def send(self, to: CheckedEvent, message: EventMessage) -> BrokerPosition:
        place = await super().send(to, message)
        if place.offset in self.refused:
            raise self.refused[place.offset]
        return place


def knowing(**refused: Exception) -> Town:
    return Town(broker=KnowingBroker(refused={int(at[1:]): error for at, error in refused.items()}))


CONFLICT = Invalid(RejectReason.IDENTITY_CONFLICT, WHY)


async def test_a_conflict_is_409_in_the_words_of_the_receipt() -> None:
    answer = await post(knowing(_0=CONFLICT), filed())

    assert answer.status == 409
    assert answer.json["reason"] == "identity_conflict"
    assert answer.json["detail"] == WHY


async def test_an_event_that_intake_rejected_is_400_with_its_reason() -> None:
    answer = await post(knowing(_0=Invalid(RejectReason.CASE_OVER, "it is over")), filed())

    assert answer.status == 400
    assert answer.json["reason"] == "case_over"
    assert answer.json["detail"] == "it is over"


async def test_the_second_content_of_one_id_in_a_batch_is_named() -> None:
    answer = await post(knowing(_1=CONFLICT), [filed(), filed(text="井盖丢失")])

    assert answer.status == 409
    assert answer.json["event"] == 1


async def test_a_batch_that_must_be_sent_again_says_so_first() -> None:
    town = knowing(_0=CONFLICT, _1=Unavailable("kafka", "no answer"))

    answer = await post(town, [filed("e-1"), filed("e-2")])

    assert answer.status == 503
    assert answer.headers["retry-after"]


@pytest.mark.parametrize("fmt", ["json", "xml"])
async def test_a_report_with_a_used_key_and_other_content_is_an_error_of_georeport(
    fmt: str,
) -> None:
    sent = form(**REPORT)
    sent["headers"].append(("idempotency-key", "k-1"))

    answer = await ask(knowing(_0=CONFLICT).app(), "POST", f"/open311/v2/requests.{fmt}", **sent)

    assert answer.status == 409
    assert WHY in answer.text
    assert "409" in answer.text
    assert "已收到" not in answer.text
