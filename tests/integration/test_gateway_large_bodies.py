"""A client that sends all of a body before it reads hears why the body was refused."""

import asyncio
import http.client
from urllib.parse import urlsplit

from console.gateway.limits import DRAINED
from runtime.wiring.http_server import serving
from tests.fakes.gateway import TOKEN, Town
from tests.limits import EVENT_S

LARGE = 10 * 1024 * 1024


def post(url: str, path: str, size: int, kind: str, token: str) -> tuple[int, str | None]:
    """Send with the client of the standard library, which reads nothing before it has sent all."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=EVENT_S)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        connection.request("POST", path, body=b"x" * size, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Connection")
    finally:
        connection.close()


async def test_a_large_body_is_answered_413_and_the_connection_is_not_reset() -> None:
    assert LARGE < DRAINED
    async with serving(Town().app(), "127.0.0.1", 0) as url:
        for path, kind in (
            ("/events", "application/cloudevents+json"),
            ("/open311/v2/requests.json", "application/x-www-form-urlencoded"),
        ):
            answer = await asyncio.to_thread(post, url, path, LARGE, kind, TOKEN)
            assert answer == (413, "close"), path


async def test_a_client_without_a_right_key_hears_that_whatever_it_sends() -> None:
    async with serving(Town().app(), "127.0.0.1", 0) as url:
        kind = "application/cloudevents+json"
        answer = await asyncio.to_thread(post, url, "/events", LARGE, kind, "sbn_nobody's")

    assert answer[0] == 401
