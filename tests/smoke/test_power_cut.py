"""`sanban up` and its directory: after a power cut, for a second process, and for other users."""

import asyncio
import json
import os
import re
import signal
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from console.gateway.clients import ClientFile
from domain.complaints import case_id_of
from runtime.cli.commands.services.demo import MARK
from runtime.embedded.home import LOCK
from runtime.embedded.ports import free_port
from runtime.wiring.reloading_file import read_as
from tests.integration.promises.events import TENANT
from tests.limits import EVENT_S, LOAD_S, SERVER_S
from tests.smoke.commands import sanban
from tests.smoke.conftest import UpProcess

BATCH = {"Content-Type": "application/cloudevents-batch+json"}
NUMBER = 100
TWICE = 2


class OpenUpProcess(UpProcess):
    """Started by a person whose files are open to all."""

    @override
    def command(self) -> list[str]:
        return ["sh", "-c", 'umask 000; exec "$@"', "sh", *super().command()]


@pytest.fixture
async def own_up(servers_directory: Path) -> AsyncIterator[UpProcess]:
    """A system of this test alone, which it may kill."""
    process = OpenUpProcess(servers_directory / "power-cut", {})
    try:
        await process.start()
        yield process
    finally:
        await process.stop(grace_s=SERVER_S)


def post(url: str, body: bytes, headers: dict[str, str]) -> tuple[int, float]:
    """Return the status, and after how many seconds to try again."""
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - ours
    try:
        with urllib.request.urlopen(request, timeout=EVENT_S) as answer:  # noqa: S310 - ours
            return answer.status, 0
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, float(refusal.headers.get("Retry-After", "nan"))


async def acknowledged(up: UpProcess, events: list[dict[str, Any]]) -> None:
    """Send them until they are acknowledged, as a client does: a busy machine takes its time."""
    headers = {**BATCH, "Authorization": f"Bearer {token_of(up)}"}
    body = json.dumps(events).encode()
    async with asyncio.timeout(LOAD_S):
        while True:
            sending = asyncio.to_thread(post, f"{gateway_of(up)}/events", body, headers)
            status, rest = await sending
            if status == 202:
                return
            assert status in (429, 503), status
            await asyncio.sleep(rest)


def gateway_of(up: UpProcess) -> str:
    return str(re.findall(r"^gateway +(http://\S+)$", up.log.read_text(), re.MULTILINE)[-1])


def token_of(up: UpProcess) -> str:
    lines = (up.home / "gateway-tokens").read_text().splitlines()
    return dict(map(str.split, lines))[TENANT]


def complaints(up: UpProcess) -> list[dict[str, Any]]:
    file = up.home / "gateway-clients.yaml"
    clients = read_as(ClientFile, file.read_bytes(), file)[0].clients
    [client] = [each for each in clients if each.tenant == TENANT]
    return [
        {
            "specversion": "1.0",
            "type": "org.sanban.complaint.filed.v1",
            "source": client.source,
            "id": f"cut-{number}",
            "data": {
                "schema_version": 1,
                "tenant": TENANT,
                "complaint_id": f"cut-{number}",
                "channel": client.channel,
                "reported_at": "2026-11-24T09:12:00+08:00",
                "text": "路口垃圾桶满溢",
            },
        }
        for number in range(NUMBER)
    ]


async def listed(up: UpProcess, events: list[dict[str, Any]]) -> bool:
    """Return whether the list of open cases has the case of each."""
    told = await up.type("cases", "list", "--limit", str(NUMBER))
    numbers = [case_id_of(TENANT, each["source"], each["id"]) for each in events]
    return all(number in told.output for number in numbers)


def power_cut(up: UpProcess) -> None:
    """Kill the broker, then everything else of it, without a farewell."""
    pid, _ = (up.home / "broker/server.pid").read_text().split()
    os.kill(int(pid), signal.SIGKILL)
    up.kill()


async def test_what_was_acknowledged_survives_a_power_cut(own_up: UpProcess) -> None:
    """The broker has everything in memory, and loses it: before, all of these events were lost."""
    events = complaints(own_up)
    await acknowledged(own_up, events)
    power_cut(own_up)
    await own_up.start()

    there = False
    async with asyncio.timeout(EVENT_S):
        while not there:
            there = await listed(own_up, events)
    agreed = await own_up.type("reconcile", "--json", "--grace", "0")
    assert json.loads(agreed.output)["odd"] == {}
    # The first start, and the one after the power cut.
    assert own_up.log.read_text().count("\ngateway ") == TWICE


def of_its_owner_alone(home: Path) -> list[str]:
    """Return the files that others could read; PostgreSQL closes its directory itself."""
    found = [home, *home.rglob("*")]
    passed = 0o711 if os.geteuid() == 0 else 0o700
    return [
        f"{path} {path.stat().st_mode & 0o777:o}"
        for path in found
        if path.stat().st_mode & 0o777 & ~(passed if path == home else 0o700)
        and home / "postgres/data" not in path.parents
        and not path.is_socket()
    ]


async def test_its_directory_is_for_its_owner_alone_and_no_log_has_a_token(
    own_up: UpProcess,
) -> None:
    tokens = (own_up.home / "gateway-tokens").read_text().split()[1::2]
    said = own_up.log.read_text()

    assert of_its_owner_alone(own_up.home) == []
    assert tokens
    assert not [token for token in tokens if token in said]
    assert str(own_up.home / "gateway-tokens") in said


async def test_a_second_one_on_its_directory_is_refused_before_it_starts_anything(
    up: UpProcess,
) -> None:
    before = sorted(up.home.rglob("server.pid"))
    pids = [path.read_text() for path in before]
    ports = [f"--{name}-port={free_port()}" for name in ("temporal", "ui", "kafka", "gateway")]
    told = await sanban("up", "--home", str(up.home), *ports)
    status, _ = await up.ask("/livez")

    assert told.code == 2
    assert f"{up.home} is in use by process " in told.complaint
    assert f"(sanban up --home {up.home} " in told.complaint
    assert len(told.complaint.splitlines()) == 1
    assert told.output == ""
    assert [path.read_text() for path in before] == pids
    assert status == 200


async def test_a_demo_deletes_no_directory_in_use(own_up: UpProcess, tmp_path: Path) -> None:
    """The demo's own directory, which another process holds: here a running system is behind it."""
    in_use = tmp_path / "demo"
    in_use.mkdir()
    (in_use / MARK).touch()
    os.link(own_up.home / LOCK, in_use / LOCK)
    (in_use / "data").write_text("kept")
    told = await sanban("demo", "--home", str(in_use))

    assert told.code == 2
    assert f"{in_use} is in use by process " in told.complaint
    assert (in_use / "data").read_text() == "kept"
