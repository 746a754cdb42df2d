"""Senders of photos without a key cannot take room, time or rate of clients with a right one."""

import asyncio
from collections.abc import Sequence

import pytest
from starlette.applications import Starlette

from console.gateway.answers import HttpRefusal
from console.gateway.limits import Buckets, UploadLimits, Uploads
from tests.fakes.gateway import TOKEN, Answer, Town, ask
from tests.fakes.waiting import until
from tests.unit.test_open311_photos import BOUNDARY, FIELDS, JPEG, REQUESTS, body_of, field, photo

LARGE = body_of([*FIELDS, photo(JPEG + b"x" * 3000)])
LIMITS = UploadLimits(request_bytes=4000, all_bytes=16_000)


async def post(
    app: Starlette,
    body: bytes | Sequence[bytes] = LARGE,
    *,
    token: str | None = TOKEN,
    stalls: bool = False,
    peer: str = "127.0.0.1",
) -> Answer:
    return await ask(
        app,
        "POST",
        REQUESTS,
        token=token,
        headers=[("content-type", f"multipart/form-data; boundary={BOUNDARY}")],
        body=body,
        stalls=stalls,
        peer=peer,
    )


async def test_bodies_without_a_key_leave_the_room_of_clients_free() -> None:
    app = Town(limits=LIMITS).app()
    dripping = [
        asyncio.create_task(
            post(app, [LARGE[:3000]], token=None, stalls=True, peer=f"192.0.2.{number}")
        )
        for number in range(8)
    ]
    await until(lambda: sum(each.done() for each in dripping) == 7)

    answer = await post(app)
    more = await post(app, token=None, peer="198.51.100.1")

    for each in dripping:
        each.cancel()
    await asyncio.gather(*dripping, return_exceptions=True)
    assert answer.status == 200
    assert more.status == 503
    with_key = body_of([*FIELDS, field("api_key", TOKEN), photo(JPEG)])
    assert (await post(app, with_key, token=None)).status == 200  # the room is free again


def test_no_client_and_no_address_takes_the_whole_room() -> None:
    uploads = Uploads(UploadLimits(request_bytes=10, all_bytes=80))
    for has_key, most in ((True, 40), (False, 10)):
        with (
            uploads.holding("a", has_key=has_key) as of_a,
            uploads.holding("a", has_key=has_key) as of_a_too,
            uploads.holding("b", has_key=has_key) as of_b,
        ):
            of_a(most)
            with pytest.raises(HttpRefusal):
                of_a_too(1)
            of_b(most)


async def test_a_body_without_a_key_has_the_time_of_every_body() -> None:
    app = Town(seconds_for_body=0.2).app()

    answer = await post(app, [LARGE[:100]], token=None, stalls=True)

    assert answer.status == 408
    assert "within 0.2 s" in answer.json[0]["description"]


async def test_bodies_that_never_come_whole_are_charged_to_their_address_before_they_are_read() -> (
    None
):
    app = Town().app()
    for _ in range(100):
        assert (await post(app, b"", token=None)).status == 400

    refused = await post(app, [], token=None)  # a body that never comes is not waited for

    assert refused.status == 429
    assert (await post(app, b"", token=None, peer="192.0.2.1")).status == 400
    assert (await post(app)).status == 200


async def test_a_right_key_in_the_form_is_not_charged_to_its_address() -> None:
    town = Town()
    town.clients = tuple(each.model_copy(update={"burst": 500}) for each in town.clients)
    app = town.app()
    whole = body_of([*FIELDS, field("api_key", TOKEN)])

    answers = [await post(app, whole, token=None) for _ in range(120)]

    assert {each.status for each in answers} == {200}


def test_what_is_given_back_never_exceeds_the_burst() -> None:
    buckets = Buckets(lambda: 0)
    buckets.take("a", per_minute=1, burst=1)
    for name in ("a", "a", "unknown"):
        buckets.give_back(name)
    buckets.take("a", per_minute=1, burst=1)
    with pytest.raises(HttpRefusal):
        buckets.take("a", per_minute=1, burst=1)
