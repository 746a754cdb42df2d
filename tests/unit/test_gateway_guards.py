"""Who may say what to the gateway, how much of it, and what is written down about it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from console.gateway.ports import Invalid
from schemas.intake import RejectReason, Unavailable
from tests.fakes.gateway import (
    CLIENTS,
    OTHER,
    SOURCE,
    TOKEN,
    UNIT,
    Town,
    ask,
    filed,
    post,
    signed,
    structured,
)

# --- Who may say what.


@pytest.mark.parametrize("token", [None, "", "sbn_nobody's", "sbn_中".encode().decode("latin-1")])
async def test_without_a_token_that_somebody_has_nothing_is_read(token: str | None) -> None:
    town = Town()

    answer = await post(town, filed(), token=token)

    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert town.broker.kept == []


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (filed(tenant="hotline12345"), "data.tenant"),
        (filed() | {"source": "https://12345.example/hotline"}, "source"),
        (filed(channel="superior"), "data.channel"),
        (signed() | {"source": SOURCE}, "data.actor"),
    ],
)
async def test_a_token_speaks_for_its_own_tenant_source_and_channel(
    event: dict[str, Any], field: str
) -> None:
    town = Town()

    answer = await post(town, event)

    assert answer.status == 403
    assert answer.json["reason"] == "not_yours"
    assert answer.json["errors"][0]["path"] == field
    assert town.broker.kept == []


async def test_a_source_says_what_its_town_takes_from_it_and_no_more() -> None:
    """Intake would refuse it, whatever the operators of the gateway have written."""
    client = CLIENTS[0].model_copy(update={"source": "https://unlisted.example/app"})
    town = Town(clients=(client,))

    answer = await post(town, filed() | {"source": client.source})

    assert answer.status == 403
    assert answer.json["reason"] == "source_not_allowed"
    assert town.broker.kept == []


@pytest.mark.parametrize(
    "event", [signed(unit="sanitation"), signed(role="unit_head"), signed(role="supervisor")]
)
async def test_an_act_is_taken_only_in_a_role_and_for_a_unit_that_are_listed(
    event: dict[str, Any],
) -> None:
    answer = await post(Town(), event, token=UNIT)

    assert answer.status == 403
    assert answer.json["errors"][0]["path"] == "data.actor"


@pytest.mark.parametrize(
    ("file", "field"),
    [
        ({"uri": "data:image/png;base64,iVBORw0KGgo="}, "uri"),
        ({"uri": "photo.jpg"}, "uri"),
        ({"media_type": "application/x-msdownload"}, "media_type"),
    ],
)
async def test_files_are_named_and_not_sent(file: dict[str, str], field: str) -> None:
    whole = {"sha256": "0" * 64, "uri": "https://a.example/1.jpg", "media_type": "image/jpeg"}

    answer = await post(Town(), filed(attachments=[whole | file]))

    assert answer.status == 400
    assert answer.json["errors"][0]["path"] == f"data.attachments[0].{field}"


# --- Only the broker acknowledges.


async def test_what_the_broker_does_not_acknowledge_is_not_accepted() -> None:
    town = Town()
    town.broker.away = Unavailable("kafka", "no answer")

    answer = await post(town, filed())

    assert answer.status == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json["reason"] == "unavailable"


async def test_a_batch_is_not_accepted_when_one_of_it_is_not() -> None:
    town = Town()
    town.broker.away = Unavailable("kafka", "no answer")

    assert (await post(town, [filed("e-1"), filed("e-2")])).status == 503


async def test_what_the_topic_finds_too_large_is_too_large() -> None:
    town = Town()
    town.broker.away = Invalid(RejectReason.TOO_LARGE, "1048577 bytes of value are too many")

    assert (await post(town, filed())).status == 413


# --- Limits.


async def test_a_client_that_asks_too_often_is_told_when_to_ask_again() -> None:
    town = Town()
    app = town.app()
    busy = [await ask(app, "POST", "/events", **structured(filed(f"e-{n}"))) for n in range(20)]

    refused = await ask(app, "POST", "/events", **structured(filed("e-20")))
    other = await ask(app, "POST", "/events", token=UNIT, **structured(signed()))
    town.seconds += int(refused.headers["retry-after"])
    again = await ask(app, "POST", "/events", **structured(filed("e-20")))

    assert {each.status for each in busy} == {202}
    assert refused.status == 429
    assert other.status == 202
    assert again.status == 202


async def test_every_event_of_a_batch_counts() -> None:
    app = Town().app()
    await ask(app, "POST", "/events", **structured([filed(f"e-{n}") for n in range(20)]))

    assert (await ask(app, "POST", "/events", **structured(filed("e-20")))).status == 429


async def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    town = Town(max_bytes=1024)
    large = structured(filed())
    large["headers"].append(("content-length", "1025"))

    answer = await ask(town.app(), "POST", "/events", **large | {"body": [], "stalls": True})

    assert answer.status == 413
    assert answer.json["reason"] == "too_large"
    assert answer.headers["connection"] == "close"


async def test_a_body_is_left_as_soon_as_it_is_too_large() -> None:
    """It would go on for ever, and say nothing of it."""
    pieces = [b"x" * 512] * 3
    answer = await post(Town(max_bytes=1024), filed(), body=pieces, stalls=True)

    assert answer.status == 413


async def test_a_body_that_does_not_come_is_not_waited_for_for_ever() -> None:
    answer = await post(Town(seconds_for_body=0.05), filed(), body=b"{", stalls=True)

    assert answer.status == 408


# --- Logs.


@pytest.mark.parametrize("change", [lambda e: e, lambda e: e["data"].update(reporter="沈芳")])
async def test_no_log_line_has_anything_of_a_citizen_or_a_token(
    change: Callable[[dict[str, Any]], object],
) -> None:
    event = filed(reporter={"name": "沈芳", "phone": "0573-80000000"})
    change(event)
    with structlog.testing.capture_logs() as lines:
        await ask(Town().app(), "POST", "/events?api_key=secret", **structured(event))

    said = json.dumps(lines, ensure_ascii=False, default=str)
    assert [line["client"] for line in lines] == ["app"]
    for private in ("沈芳", "80000000", "路灯", "secret", TOKEN, OTHER, CLIENTS[0].sha256):
        assert private not in said
