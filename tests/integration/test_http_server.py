"""The HTTP server at its own door: ambiguous requests, slow clients, and too many of them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from runtime.embedded.ports import LOOPBACK
from runtime.wiring.http_protocol import HttpLimits
from runtime.wiring.http_server import serving
from tests.limits import EVENT_S

HUGE = 30_000_000
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
END = b"0\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _hello(_request: Request) -> Response:
    return PlainTextResponse("hello")


async def _length(request: Request) -> Response:
    try:
        return PlainTextResponse(str(len(await request.body())))
    except ClientDisconnect:
        return PlainTextResponse("gone")


async def _much(_request: Request) -> Response:
    return PlainTextResponse(b"x" * HUGE)


APP = Starlette(
    routes=[
        Route("/", _hello, methods=["GET", "POST"]),
        Route("/read", _length, methods=["POST"]),
        Route("/much", _much),
    ]
)


@asynccontextmanager
async def server(limits: HttpLimits) -> AsyncIterator[Callable[[], Awaitable[Streams]]]:
    async with serving(APP, LOOPBACK, 0, limits=limits) as url:
        port = int(url.rpartition(":")[2])
        opened = list[asyncio.StreamWriter]()

        async def connect() -> Streams:
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            opened.append(writer)
            return reader, writer

        try:
            yield connect
        finally:
            for writer in opened:
                writer.transport.abort()


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server closes the connection."""
    async with asyncio.timeout(EVENT_S):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def answer(reader: asyncio.StreamReader) -> bytes:
    """Return one answer whose body is not empty."""
    async with asyncio.timeout(EVENT_S):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        return head + await reader.readexactly(length)


@pytest.mark.parametrize(
    "request_",
    [
        b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
        + END,
        b"POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"
        + END,
        b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
        b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 6\r\n\r\nabcdef",
        b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde",
        b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nabcde",
        b"POST /read HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /read HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\nHost: a\n\n",
        b"GET / HTTP/1.1\r\nHost: a\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /\x80 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 40_000,
        CHUNKED + b"1\r\na\r\n0\r\n\n",
        CHUNKED + b"1\r\na\r\n0\r\nX: y\n\r\n",
        CHUNKED + b"1;x\ry\r\na\r\n0\r\n\r\n",
        CHUNKED + b"1\na\r\n0\r\n\r\n",
        CHUNKED + b"-1\r\na\r\n0\r\n\r\n",
        CHUNKED + b"1\r\nab\r\n0\r\n\r\n",
    ],
)
async def test_a_request_that_two_programs_may_read_differently_is_refused_and_closed(
    request_: bytes,
) -> None:
    async with server(HttpLimits()) as connect:
        reader, writer = await connect()
        writer.write(request_ + GET)

        told = await rest(reader)

    assert told.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close" in told.lower()
    assert b"hello" not in told


async def test_sound_requests_follow_each_other_on_one_connection() -> None:
    async with server(HttpLimits()) as connect:
        reader, writer = await connect()
        writer.write(
            GET
            + CHUNKED + b"1;x=y\r\na\r\n2\r\nbc\r\n0\r\nX: y\r\n\r\n"
            + b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n\n\n"
        )  # fmt: skip
        for byte in GET:
            writer.write(bytes([byte]))
            await writer.drain()

        told = [await answer(reader) for _ in range(4)]

    assert [each.rpartition(b"\r\n\r\n")[2] for each in told] == [b"hello", b"3", b"2", b"hello"]


@pytest.mark.parametrize(
    ("target", "body"),
    [
        (b"http://a/read?x=/y", b"2"),
        (b"HTTPS://a:8443/read", b"2"),
        (b"http://a", b"hello"),
        (b"http://a?x", b"hello"),
    ],
)
async def test_a_target_with_scheme_and_host_is_that_path(target: bytes, body: bytes) -> None:
    async with server(HttpLimits()) as connect:
        reader, writer = await connect()
        writer.write(b"POST " + target + b" HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxy")

        told = await answer(reader)

    assert told.rpartition(b"\r\n\r\n")[2] == body


@pytest.mark.parametrize(
    ("begun", "status"),
    [
        (b"", b"HTTP/1.1 408 "),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", b"HTTP/1.1 408 "),
        (GET + b"GET / HTTP/1.1\r\nHo", b"HTTP/1.1 200 "),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n", b"HTTP/1.1 200 "),
    ],
    ids=["nothing", "half a head", "half a second head", "a body that nobody reads"],
)
async def test_a_client_that_goes_on_and_on_is_closed(begun: bytes, status: bytes) -> None:
    async with server(HttpLimits(head=0.5, idle=0.4)) as connect:
        reader, writer = await connect()
        writer.write(begun)

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(b"X")
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        try:
            told = await rest(reader)
        finally:
            dripping.cancel()

    assert told == b"" or told.startswith(status)


async def test_a_connection_without_a_next_request_is_closed() -> None:
    async with server(HttpLimits(idle=0.1)) as connect:
        reader, writer = await connect()
        writer.write(GET)

        told = await rest(reader)

    assert told.startswith(b"HTTP/1.1 200 ")
    assert told.endswith(b"hello")


async def test_a_client_that_does_not_read_its_answer_is_closed_and_holds_up_no_stop() -> None:
    async with asyncio.timeout(EVENT_S):
        async with server(HttpLimits(sending=0.2)) as connect:
            reader, writer = await connect()
            reader._transport.pause_reading()  # type: ignore[attr-defined]
            writer.write(b"GET /much HTTP/1.1\r\nHost: a\r\n\r\n")
            await asyncio.sleep(0.5)
            reader._transport.resume_reading()  # type: ignore[attr-defined]
            told = await rest(reader)

    assert len(told) < HUGE


async def test_a_slow_answer_of_ours_is_not_the_clients_fault() -> None:
    """The bounds hold while the client is waited for, never while the application works."""
    released = asyncio.Event()

    async def slow(_request: Request) -> Response:
        await released.wait()
        return PlainTextResponse("hello")

    limits = HttpLimits(head=0.1, idle=0.1)
    async with serving(Starlette(routes=[Route("/", slow)]), LOOPBACK, 0, limits=limits) as url:
        reader, writer = await asyncio.open_connection(LOOPBACK, int(url.rpartition(":")[2]))
        writer.write(GET)
        await asyncio.sleep(0.4)
        released.set()
        told = await answer(reader)
        writer.close()

    assert told.endswith(b"hello")


@pytest.mark.parametrize(
    "limits",
    [HttpLimits(connections=2), HttpLimits(per_address=2)],
    ids=["of all", "of one address"],
)
async def test_connections_are_bounded_and_a_place_that_is_free_is_given_again(
    limits: HttpLimits,
) -> None:
    async with server(limits) as connect:
        held = [await connect() for _ in range(2)]
        for reader, writer in held:
            writer.write(GET)
            assert (await answer(reader)).endswith(b"hello")
        refused = await rest((await connect())[0])
        held[0][1].close()
        await held[0][1].wait_closed()

        async with asyncio.timeout(EVENT_S):
            while not (told := await _asked(connect)).endswith(b"hello"):
                assert told == b"" or told.startswith(b"HTTP/1.1 503 ")

    assert refused.startswith(b"HTTP/1.1 503 ")


async def _asked(connect: Callable[[], Awaitable[Streams]]) -> bytes:
    reader, writer = await connect()
    writer.write(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    return await rest(reader)


async def test_our_proxies_may_have_any_number_of_the_connections() -> None:
    limits = HttpLimits(per_address=1, many_clients=lambda address: address == LOOPBACK)
    async with server(limits) as connect:
        held = [await connect() for _ in range(3)]
        for reader, writer in held:
            writer.write(GET)
            assert (await answer(reader)).endswith(b"hello")


async def test_a_request_that_is_not_whole_holds_up_no_stop() -> None:
    async with asyncio.timeout(EVENT_S):
        async with serving(APP, LOOPBACK, 0, limits=HttpLimits()) as url:
            reader, writer = await asyncio.open_connection(LOOPBACK, int(url.rpartition(":")[2]))
            writer.write(b"POST /read HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx")
            await asyncio.sleep(0.2)
        told = await rest(reader)
        writer.close()

    assert told.startswith(b"HTTP/1.1 503 ")


async def test_a_server_is_woken_when_it_must_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However seldom it looks by itself."""
    monkeypatch.setattr("runtime.wiring.http_server._TICK_S", 3600.0)

    async with asyncio.timeout(EVENT_S), server(HttpLimits()) as connect:
        assert (await _asked(connect)).endswith(b"hello")
