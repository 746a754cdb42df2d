"""Open pages that wait for hints: each is a connection on which nothing comes for long."""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bench.desk.visitors import PATIENCE_S, Visitor
from console.desk.context import COOKIE
from console.desk.live import STREAMS
from runtime.embedded.ports import LOOPBACK


@contextmanager
def streams(visitors: Sequence[Visitor], count: int) -> Iterator[None]:
    """Hold so many streams open, at most STREAMS of one person."""
    if count > STREAMS * len(visitors):
        raise ValueError(f"{count} streams of {len(visitors)} people")
    held = list[socket.socket]()
    try:
        for number in range(count):
            held.append(_begun(visitors[number % len(visitors)]))
        yield
        for each in held:
            each.setblocking(False)
            if _is_over(each):
                raise AssertionError("a stream has ended")
    finally:
        for each in held:
            each.close()


def _begun(visitor: Visitor) -> socket.socket:
    connection = socket.create_connection((LOOPBACK, visitor.port), PATIENCE_S)
    head = f"GET /live HTTP/1.1\r\nHost: bench\r\nCookie: {COOKIE}={visitor.secret}\r\n\r\n"
    connection.sendall(head.encode())
    answer = b""
    while b"event: hello" not in answer:
        more = connection.recv(4096)
        if not more:
            raise AssertionError(f"no stream: {answer!r}")
        answer += more
    return connection


def _is_over(connection: socket.socket) -> bool:
    try:
        while connection.recv(65536):
            pass
    except BlockingIOError:
        return False
    return True
