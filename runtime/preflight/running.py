"""Which processes of this machine answer, and who holds the ports at which people come in."""

import asyncio
from collections.abc import Collection, Iterator

from runtime.preflight.access import Accounts, account_of
from runtime.preflight.diagnosis import Diagnosis, fault, good, remark
from runtime.processes import Process, variable
from runtime.settings import Settings

_CONNECTS_S = 3.0
_ANSWERS_S = 15.0
"""While a server is away, `/readyz` takes up to 7 s; on a busy machine longer."""
_STATUS = b"HTTP/1."


async def look_at_running(
    settings: Settings, processes: Collection[Process], accounts: Accounts = account_of
) -> list[Diagnosis]:
    """Return a line for each process whose user this machine has.

    Only there the health ports of deploy/systemd are known: of instance 1, on loopback.
    """
    here = [each for each in processes if accounts(each.user) is not None]
    found = await asyncio.gather(*(_process(settings, each) for each in here))
    return [line for lines in found for line in lines]


async def _process(settings: Settings, process: Process) -> list[Diagnosis]:
    port = process.health_port
    if not await _is_open(port):
        return [*_stopped(process, port), *await _held(settings, process)]
    answer, do = await _answer(port, "/readyz"), f"curl 127.0.0.1:{port}/readyz says why"
    if not answer:
        found = f"runs, and has not answered on port {port} within {_ANSWERS_S:g} s"
        return [remark(process.name, found, "that it answers", do)]
    said = f"answers on port {port}"
    if " 200 " in answer:
        return [good(process.name, said)]
    return [remark(process.name, f"{said}: {answer}", do=do)]


def _stopped(process: Process, port: int) -> Iterator[Diagnosis]:
    do = f"systemctl status 'sanban-{process.name}*'; journalctl -u 'sanban-{process.name}*'"
    yield remark(process.name, f"does not answer on 127.0.0.1:{port}", "that it runs", do)


async def _held(settings: Settings, process: Process) -> list[Diagnosis]:
    """Return that another program has the port of a process that does not run."""
    port = getattr(settings, process.port) if process.port else 0
    if not port or not await _is_open(port):
        return []
    do = f"`ss -ltnp 'sport = :{port}'` names it: end it, or set another port"
    found = f"port {port} is held by another program, so {process.name} cannot start"
    return [fault(variable(process.port), found, "a free port", do)]


async def _is_open(port: int) -> bool:
    try:
        async with asyncio.timeout(_CONNECTS_S):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


async def _answer(port: int, path: str) -> str:
    """Return the line of status of what speaks HTTP there, "" where nothing does in time."""
    try:
        async with asyncio.timeout(_ANSWERS_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
                line = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return ""
    return line.decode("ascii", "replace").strip() if line.startswith(_STATUS) else ""
