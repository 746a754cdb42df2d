"""Complaints over HTTP: nothing is acknowledged that the broker has not, nothing counts twice."""

import asyncio
import json

import pytest

from domain.complaints import case_id_of
from tests.integration.promises import broker
from tests.integration.promises.events import TENANT, envelope
from tests.integration.promises.gateway import gateway_of
from tests.integration.promises.town import Town

MANY = 60

REPORT = {"service_code": "street-light", "address_string": "银杏路口", "description": "路灯不亮"}


async def test_a_report_over_http_becomes_one_case_that_its_reporter_can_ask_for(
    town: Town,
) -> None:
    """Also when it is sent again, to a gateway that was started anew and remembers nothing."""
    await town.start()
    async with gateway_of(town) as gateway:
        status, headers, [told] = await gateway.report("k-1", **REPORT, phone="0573-80000000")
        number = told["service_request_id"]
        seen = await town.until(lambda: gateway.asked(number), lambda found: found)
    async with gateway_of(town) as gateway:
        again, *_ = await gateway.report("k-1", **REPORT, phone="0573-80000000")
        outcomes = await town.until_decided(2)
        _, _, became = await gateway.request("GET", "/events/k-1")

    assert status == 200
    assert again == 200
    assert headers["idempotency-key"] == "k-1"
    assert number == case_id_of(TENANT, town.source, "k-1")
    assert seen["status"] == "open"
    assert seen["address"] == "银杏路口"
    assert outcomes == {"accepted": 1, "duplicate": 1}
    assert [each["outcome"] for each in became["receipts"]] == ["duplicate", "accepted"]
    assert {each.get("case_id") for each in became["receipts"]} == {number}
    assert await town.cases() == {number}


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.usefixtures("no_sockets_left")
async def test_every_event_that_was_acknowledged_is_kept_though_the_broker_was_killed(
    mortal_town: Town,
) -> None:
    """The broker dies while events pour in: no 202 for what it does not hold."""
    town, kafka = mortal_town, mortal_town.servers.kafka
    events = [envelope(town.source, f"E-{number:03}") for number in range(MANY)]
    async with gateway_of(town) as gateway:
        first = await gateway.publish(events[0])
        pouring = [asyncio.create_task(gateway.publish(event)) for event in events[1:]]
        await asyncio.wait(pouring, return_when=asyncio.FIRST_COMPLETED)
        kafka.kill()
        away, headers, told = await gateway.publish(events[0])
        unready, why = await gateway.ask("/readyz")
        answers = [first, *[await each for each in pouring]]
        await kafka.start()
        kept = await _ids(town)
        # What was not acknowledged is sent again, as the answer says.
        for event, (status, *_) in zip(events, answers, strict=True):
            while status != 202:
                status, *_ = await gateway.publish(event)  # noqa: PLW2901
                await asyncio.sleep(0.1)
        in_the_end = await _ids(town)

    acknowledged = {told["id"] for status, _, told in answers if status == 202}
    assert away == 503
    assert told["reason"] == "unavailable"
    assert int(headers["retry-after"]) > 0
    assert unready == 503
    assert "broker" in why
    assert {status for status, *_ in answers} <= {202, 503}
    assert acknowledged
    assert acknowledged <= kept
    assert in_the_end == {event["id"] for event in events}


async def _ids(town: Town) -> set[str]:
    records = await broker.read(town.servers.kafka.bootstrap, town.topic)
    return {json.loads(record.value)["id"] for record in records}


async def test_complaints_are_taken_while_the_database_is_away(mortal_town: Town) -> None:
    town, postgres = mortal_town, mortal_town.servers.postgres
    async with gateway_of(town) as gateway:
        postgres.kill()
        filed, *_ = await gateway.report("k-1", **REPORT)
        asked, *_ = await gateway.request("GET", "/open311/v2/requests/7kq2m-9xa4t-bnc2w.json")
        ready, _ = await gateway.ask("/readyz")
        await postgres.start()

    assert filed == 200
    assert asked == 503
    assert ready == 200
    assert len(await broker.read(town.servers.kafka.bootstrap, town.topic)) == 1


async def test_a_gateway_that_is_told_to_stop_answers_what_it_has_begun(town: Town) -> None:
    events = [envelope(town.source, f"E-{number:03}") for number in range(20)]
    async with gateway_of(town) as gateway:
        await gateway.publish(events[0])
        pouring = [asyncio.create_task(gateway.publish(event)) for event in events[1:]]
        await asyncio.wait(pouring, return_when=asyncio.FIRST_COMPLETED)
        code = await gateway.terminate()
        answers = [await each for each in pouring]

    acknowledged = {told["id"] for status, _, told in answers if status == 202}
    assert code == 0
    assert {status for status, *_ in answers} <= {0, 202}
    assert acknowledged <= await _ids(town)
