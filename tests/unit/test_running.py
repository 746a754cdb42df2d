"""`sanban doctor` says which processes answer, and names a port that another program holds."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from runtime.embedded.ports import free_port
from runtime.preflight.access import MachineUser
from runtime.preflight.diagnosis import Diagnosis, Severity
from runtime.preflight.running import look_at_running
from runtime.preflight.settings import look_at_settings
from runtime.processes import PROCESSES, Process
from runtime.settings import Settings


def here(user: str) -> MachineUser | None:
    return MachineUser(user, 64001, frozenset({64001}))


@pytest.fixture
def gateway() -> Process:
    [found] = [each for each in PROCESSES if each.name == "gateway"]
    return replace(found, health_port=free_port())


@asynccontextmanager
async def listening(port: int, answer: bytes = b"") -> AsyncIterator[None]:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", port):
        yield


async def told(process: Process, gateway_port: int) -> list[Diagnosis]:
    return await look_at_running(Settings(gateway_port=gateway_port), [process], here)


@pytest.mark.parametrize(
    ("status", "level"), [(b"200 OK", Severity.OK), (b"503 Service Unavailable", Severity.REMARK)]
)
async def test_a_process_that_answers_is_named_with_its_port(
    gateway: Process, status: bytes, level: Severity
) -> None:
    async with listening(gateway.health_port, b"HTTP/1.1 " + status + b"\r\n\r\n"):
        [line] = await told(gateway, free_port())

    assert line.sentence.startswith(f"gateway: answers on port {gateway.health_port}")
    assert line.level is level


async def test_one_that_is_stopped_is_a_remark(gateway: Process) -> None:
    [line] = await told(gateway, free_port())

    assert line.level is Severity.REMARK
    assert f"gateway: does not answer on 127.0.0.1:{gateway.health_port}" in line.sentence


async def test_a_port_of_people_that_another_program_holds_is_a_fault(gateway: Process) -> None:
    port = free_port()
    async with listening(port):
        [_, line] = await told(gateway, port)

    assert line.level is Severity.FAULT
    assert f"SANBAN_GATEWAY_PORT: port {port} is held by another program" in line.sentence


async def test_one_that_runs_and_says_nothing_is_a_remark_and_holds_its_own_port(
    gateway: Process,
) -> None:
    """While PostgreSQL is away, what runs answers late; its port is not another program's."""
    port = free_port()
    async with listening(gateway.health_port), listening(port):
        [line] = await told(gateway, port)

    assert line.level is Severity.REMARK
    assert "runs, and has not answered on port" in line.sentence


async def test_where_no_user_of_ours_is_no_port_is_known(gateway: Process) -> None:
    assert await look_at_running(Settings(), [gateway], lambda _user: None) == []


def remarks(settings: Settings) -> list[str]:
    found = look_at_settings(settings, PROCESSES, lambda _user: None)
    return [each.sentence for each in found if each.level is Severity.REMARK]


def test_a_misspelt_setting_is_named_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANBAN_PARKED_HUORS", "5")
    monkeypatch.setenv("SANBAN_AS", "tang-ke")
    monkeypatch.setenv("SANBAN_LOG_LEVEL", "info")
    found = [each for each in remarks(Settings()) if "is no setting" in each]

    assert len(found) == 1
    assert found[0].startswith(
        "SANBAN_PARKED_HUORS: is no setting, and is ignored; did you mean SANBAN_PARKED_HOURS?"
    )


@pytest.mark.parametrize(("brokers", "bare"), [("kafka1,kafka2:9092", ["kafka1"]), ("[::1]:9", [])])
def test_an_address_of_kafka_without_a_port_is_named(brokers: str, bare: list[str]) -> None:
    found = [each for each in remarks(Settings(kafka_bootstrap=brokers)) if "names no port" in each]

    assert [each.split()[1] for each in found] == bare
