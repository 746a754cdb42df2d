"""The bell outside: it rings when the watchdog or the canary falls silent, whatever the reason."""

import asyncio
import http.client
import runpy
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from runtime.embedded.ports import LOOPBACK, free_port
from tests.deploy.programs import DEPLOY
from tests.fakes.canary import PARTS, FakeSystem
from tests.fakes.waiting import until
from tests.limits import EVENT_S

PROGRAM = DEPLOY / "bell/bell.py"
MINUTE = 60.0


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class World:
    """A bell, what it has rung, and a time that passes when we say so."""

    clock: Clock = field(default_factory=Clock)
    rung: list[str] = field(default_factory=list)
    bell: Any = None

    def __post_init__(self) -> None:
        make = runpy.run_path(str(PROGRAM))["Bell"]
        self.bell = make(("watchdog", "canary"), 11 * MINUTE, self.rung.append, self.clock)

    def pass_minutes(self, minutes: int, *heard: str) -> None:
        """Let time pass; what is heard comes as often as in production."""
        for _ in range(minutes):
            self.clock.now += MINUTE
            if "watchdog" in heard:
                self.bell.hear("watchdog")
            if "canary" in heard and self.clock.now % (5 * MINUTE) == 0:
                self.bell.hear("canary")
            self.bell.look()


@pytest.fixture
def world() -> World:
    return World()


def test_it_is_silent_while_both_are_heard(world: World) -> None:
    world.pass_minutes(24 * 60, "watchdog", "canary")

    assert world.rung == []


@pytest.mark.parametrize("silent", ["watchdog", "canary"])
def test_it_rings_within_twelve_minutes_when_one_is_silent(world: World, silent: str) -> None:
    other = {"watchdog", "canary"} - {silent}
    world.pass_minutes(60, "watchdog", "canary")
    world.pass_minutes(12, *other)

    [rung] = world.rung
    assert f"{silent} silent for" in rung


def test_one_round_that_is_missing_does_not_ring(world: World) -> None:
    world.pass_minutes(60, "watchdog", "canary")
    world.pass_minutes(9, "watchdog")
    world.pass_minutes(60, "watchdog", "canary")

    assert world.rung == []


def test_it_rings_again_and_says_when_it_is_over(world: World) -> None:
    world.pass_minutes(75, "watchdog")
    world.pass_minutes(10, "watchdog", "canary")

    assert ["ALARM" in each for each in world.rung] == [True, True, True, False]


def test_it_rings_for_the_second_that_falls_silent(world: World) -> None:
    world.pass_minutes(12, "watchdog")
    world.pass_minutes(12)

    assert ["watchdog" in each for each in world.rung] == [False, True]


def test_a_bell_that_just_began_gives_them_time(world: World) -> None:
    world.pass_minutes(10)

    assert world.rung == []


def asked(port: int, method: str, path: str) -> int:
    """Return the status of the answer; 0 while no server is there."""
    try:
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=EVENT_S)
        connection.request(method, path, body=b"{}" if method == "POST" else None)
        return connection.getresponse().status
    except OSError:
        return 0


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A bell as it runs on its machine, which rings after a fraction of a second."""
    port = free_port()
    heard = ("--sources=watchdog,canary", "--minutes=0.005")
    words = (f"--listen={LOOPBACK}:{port}", *heard, f"--ring=cat >> {tmp_path}/rung")
    with subprocess.Popen([sys.executable, PROGRAM, *words], stdout=subprocess.DEVNULL) as bell:
        yield port
        bell.terminate()


async def test_the_program_hears_over_http_and_runs_its_command(port: int, tmp_path: Path) -> None:
    def hears() -> bool:
        return asked(port, "POST", "/watchdog") == 200

    def rings() -> bool:
        rung = tmp_path / "rung"
        return rung.exists() and "canary silent" in rung.read_text()

    await until(hears)
    await until(rings)

    assert asked(port, "GET", "/") == 503
    assert asked(port, "POST", "/sparrow") == 404


async def rounds_of(system: FakeSystem, world: World, until_minute: float) -> None:
    """Fly rounds every five minutes; the bell lives in the time of the system."""

    def passes(now: float) -> None:
        world.clock.now = now
        world.bell.hear("watchdog")
        world.bell.look()

    system.passes, number = passes, 0
    while system.now < until_minute * MINUTE:
        number, begun = number + 1, system.now
        flown = await system.round(number)
        if not flown.missing:
            world.bell.hear("canary")
        while system.now < begun + 5 * MINUTE:
            await system.rest(asyncio.Event(), 10)


@pytest.mark.parametrize("part", PARTS)
async def test_it_rings_within_twelve_minutes_whatever_part_stops(world: World, part: str) -> None:
    system = FakeSystem()
    await rounds_of(system, world, 30)
    assert world.rung == []
    system.stopped.add(part)
    stopped = world.clock.now
    await rounds_of(system, world, stopped / MINUTE + 15)

    assert "canary silent" in world.rung[0]
    minutes = float(world.rung[0].split("for ")[1].split(" min")[0])
    assert minutes <= 12


async def test_it_is_silent_for_a_part_that_is_restarted(world: World) -> None:
    system = FakeSystem({"worker"})
    await rounds_of(system, world, 5)
    system.stopped.clear()
    await rounds_of(system, world, 60)

    assert world.rung == []
