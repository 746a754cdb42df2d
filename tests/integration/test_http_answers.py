"""How soon an answer of the HTTP server is sent."""

import asyncio
import socket

import pytest

from runtime.wiring.http_protocol import HttpConnection, HttpLimits
from tests.integration.test_http_server import GET, answer, server


async def test_an_answer_does_not_wait_until_the_client_has_acknowledged_its_head(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_once = list[int]()
    made = HttpConnection.connection_made

    def seen(connection: HttpConnection, transport: asyncio.Transport) -> None:
        end: socket.socket = transport.get_extra_info("socket")
        at_once.append(end.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        made(connection, transport)

    monkeypatch.setattr(HttpConnection, "connection_made", seen)
    async with server(HttpLimits()) as connect:
        reader, writer = await connect()
        writer.write(GET)
        await answer(reader)

    assert all(at_once)
    assert len(at_once) == 1
