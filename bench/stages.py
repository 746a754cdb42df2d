"""A staged program from outside: tells it what to do next, and measures everybody's CPU time."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from bench.cpu import between, cpu_of
from bench.rounds import SETTLING_S, Child, child
from bench.servers import Servers
from bench.spec import Spec


@dataclass(frozen=True)
class Stage:
    """What one stage took: `cpu_s` by family of processes, `told` by the program."""

    name: str
    seconds: float
    cpu_s: Mapping[str, float]
    told: Mapping[str, Any]
    load_before: float

    def cpu_ms(self, pieces: int) -> dict[str, float]:
        return {name: 1000 * seconds / pieces for name, seconds in self.cpu_s.items()}

    @property
    def percent(self) -> dict[str, float]:
        """CPU in percent of one core."""
        return {name: 100 * seconds / self.seconds for name, seconds in self.cpu_s.items()}


@dataclass(frozen=True)
class Staging:
    """One running program and the servers it runs on."""

    families: Mapping[str, int]
    process: Child

    async def do(self, name: str) -> Stage:
        """Until the program says that it is done, and a moment more for the servers to tidy up."""
        load, clock = os.getloadavg()[0], asyncio.get_running_loop().time
        before, begun = cpu_of(self.families), clock()
        await self.process.say(name)
        told = json.loads(await self.process.hear())
        seconds = clock() - begun
        await asyncio.sleep(SETTLING_S)
        spent = between(before, cpu_of(self.families))
        return Stage(name, seconds, spent, told, load)

    async def watch(self, name: str, seconds: float) -> Stage:
        """What everybody takes while nobody asks for anything."""
        load, clock = os.getloadavg()[0], asyncio.get_running_loop().time
        before, begun = cpu_of(self.families), clock()
        await asyncio.sleep(seconds)
        spent = between(before, cpu_of(self.families))
        return Stage(name, clock() - begun, spent, {}, load)


@asynccontextmanager
async def staging(servers: Servers, spec: Spec) -> AsyncIterator[Staging]:
    log = servers.postgres.directory.parent / f"{spec.program}.log"
    async with child(spec, log) as process:
        yield Staging(servers.families | {"application": process.pid}, process)
