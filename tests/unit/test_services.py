"""What a process says of its services: all in one say what each says alone."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.requests import Request
from temporalio.envconfig import ClientConnectConfig

from runtime.embedded.ports import LOOPBACK, free_port
from runtime.problems import Problem
from runtime.services.base import Service
from runtime.services.checkpoints.keys import with_checkpoints
from runtime.services.intake import IntakeService
from runtime.services.registry import SERVICES
from runtime.services.relay.service import RelayService
from runtime.services.resources import Resources
from runtime.services.serving import health_of, serve
from runtime.settings import Settings

NOWHERE = f"{LOOPBACK}:1"


@pytest.fixture
async def on(tmp_path: Path) -> AsyncIterator[Resources]:
    """No server is there: every check has something to say."""
    settings = Settings.model_construct(**Settings.model_construct().model_dump()).model_copy(
        update={
            "database_url": SecretStr(f"postgresql://sanban_app@{NOWHERE}/sanban"),
            "kafka_bootstrap": NOWHERE,
        }
    )
    settings = with_checkpoints(settings, tmp_path)
    async with Resources(settings, "test", ClientConnectConfig(target_host=NOWHERE)) as found:
        yield found


@pytest.fixture
def unreadable(tmp_path: Path) -> Settings:
    """A master key that this process may not read."""
    return Settings.model_construct(**Settings.model_construct().model_dump()).model_copy(
        update={
            "database_url": SecretStr(f"postgresql://sanban_app@{NOWHERE}/sanban"),
            "kafka_bootstrap": NOWHERE,
            "http_port": free_port(),
            "sealing_key": str(tmp_path / "of-others.key"),
        }
    )


async def readiness(services: Iterable[Service]) -> dict[str, Any]:
    """The answer of /readyz."""
    [route] = [each for each in health_of(services).routes if each.path == "/readyz"]  # type: ignore[attr-defined]
    request = Request({"type": "http", "method": "GET", "path": "/readyz", "headers": []})
    answer = await route.endpoint(request)  # type: ignore[attr-defined]
    found: dict[str, Any] = json.loads(answer.body)
    return found


async def test_all_in_one_report_every_check_and_note_of_each_alone(on: Resources) -> None:
    services = [service(on) for service in SERVICES]
    together = await readiness(services)
    alone = [await readiness([service]) for service in services]

    assert together["notes"] == {
        name: note for each in alone for name, note in each.get("notes", {}).items()
    }
    assert together["reasons"].keys() == {name for each in alone for name in each["reasons"]}


async def test_a_service_with_a_lease_says_how_it_goes_in_a_note(on: Resources) -> None:
    together = await readiness([service(on) for service in SERVICES])

    assert together["notes"].keys() == {
        *("relay", "notify", "contacts", "clients", "checkpoints"),
        *("task queue", "calendar", "sign-in"),
    }


async def test_checks_of_one_name_are_the_same_check(on: Resources) -> None:
    """Otherwise `sanban up` would ask one of them alone."""
    checks: dict[str, set[object]] = {}
    for service in SERVICES:
        for name, check in service(on).checks().items():
            checks.setdefault(name, set()).add(check)

    assert {name for name, found in checks.items() if len(found) > 1} == set()


async def test_what_hangs_in_one_service_is_what_the_process_says(on: Resources) -> None:
    worker, intake, *_ = services = [service(on) for service in SERVICES]
    assert worker.why_not_alive() is None
    intake.why_not_alive = lambda: "hangs"  # type: ignore[method-assign]
    [route] = [each for each in health_of(services).routes if each.path == "/livez"]  # type: ignore[attr-defined]
    answer = await route.endpoint(None)  # type: ignore[attr-defined]

    assert answer.status_code == 503
    assert answer.body == b"hangs"


def test_only_what_seals_or_unseals_words_reads_the_master_key() -> None:
    reads = {service.name for service in SERVICES if service.seals}

    assert reads == {"intake", "gateway", "console"}


async def test_a_relay_never_reads_the_master_key(unreadable: Settings) -> None:
    stopped = asyncio.Event()
    stopped.set()

    await serve("relay", unreadable, None, (RelayService,), stopped)


async def test_a_process_that_seals_ends_at_once_without_its_master_key(
    unreadable: Settings,
) -> None:
    temporal = ClientConnectConfig(target_host=NOWHERE)

    with pytest.raises(Problem, match="cannot read SANBAN_SEALING_KEY"):
        await serve("intake", unreadable, temporal, (IntakeService,), asyncio.Event())
