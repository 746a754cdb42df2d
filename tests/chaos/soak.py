"""Promise 23 as a soak: kill any process at any moment under load, wait for rest, compare."""

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from typing_extensions import override

from runtime.embedded.child_server import temporary_directory
from tests.chaos import kept, told
from tests.chaos.evidence import gathered, numbers
from tests.chaos.keeping import Keeper, Say
from tests.chaos.lives import Lives
from tests.chaos.load import Load
from tests.chaos.plan import planned
from tests.chaos.resting import Rest
from tests.chaos.stand import Stand, open_stand
from tests.limits import LOAD_S
from tests.pictures import fresh_photo

LOGS = Path(__file__).parents[2] / ".cache/chaos"
LISTED = 200


@dataclass(frozen=True)
class Options:
    """`only`: the kinds of processes that are killed, all if empty. `at_once`: how many lives at a
    time.
    """

    seed: int
    seconds: float
    only: Sequence[str] = ()
    copies: int = 1
    cluster: bool = False
    at_once: int = 16

    @override
    def __str__(self) -> str:
        """Return the arguments of `python -m tests.chaos` that repeat it."""
        only = f" --only {','.join(self.only)}" if self.only else ""
        temporal = "cluster" if self.cluster else "embedded"
        return (
            f"--seed {self.seed} --seconds {self.seconds:g} --copies {self.copies} "
            f"--lives {self.at_once} --temporal {temporal}{only}"
        )


@dataclass
class Result:
    options: Options
    timeline: list[str]
    numbers: dict[str, object] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    logs: Path | None = None

    @override
    def __str__(self) -> str:
        """Return what was found; after faults, also what is needed to repeat and to investigate."""
        counted = [f"{name:>28}  {number}" for name, number in self.numbers.items()]
        if not self.faults:
            return "\n".join([*counted, f"seed {self.options.seed}: nothing lost, nothing twice"])
        return "\n".join(
            [
                *self.timeline,
                *counted,
                f"{len(self.faults)} faults:",
                *self.faults[:LISTED],
                f"What every process said: {self.logs}",
                f"Again: python -m tests.chaos {self.options}",
            ]
        )


async def soak(options: Options, say: Say) -> Result:
    with temporary_directory() as directory:
        async with open_stand(directory, copies=options.copies, cluster=options.cluster) as stand:
            return await _soaked(options, stand, say)


async def _soaked(options: Options, stand: Stand, say: Say) -> Result:
    """Take the steps in order; one that goes wrong is a fault and does not stop the next."""
    keeper = Keeper(stand.processes, say)
    photo = stand.town.directory / "after.jpg"
    photo.write_bytes(fresh_photo())
    load = Load(stand.town, Lives(stand.town.source, options.seed, photo))
    result = Result(options, keeper.timeline)
    rest = Rest(stand, load, say, result.faults)

    keeper.keep()
    result.faults += await keeper.until_all_are_up(LOAD_S)
    plan = planned(options.seed, options.seconds, stand.victims(options.only))
    say(f"{options}: {len(plan)} kills to come")
    hanging, _ = await asyncio.gather(
        load.run(options.seconds, options.at_once, LOAD_S), keeper.carry_out(plan)
    )
    result.faults += hanging
    result.faults += await keeper.until_all_are_up(LOAD_S)
    await rest.until_taken_in()
    await rest.until_every_case_is_over()
    await rest.until_everybody_is_told()
    await keeper.let_go()
    await rest.stop_and_ask()
    evidence = await gathered(stand, load)
    result.faults += [*keeper.faults(), *kept.faults(evidence, load), *told.faults(evidence)]
    result.numbers = {"kills": dict(keeper.kills), **numbers(evidence, load)}
    if result.faults:
        result.logs = _kept_logs(options, stand)
    return result


def _kept_logs(options: Options, stand: Stand) -> Path:
    """Copy all logs out of the directory that is removed at the end."""
    logs = LOGS / str(options.seed)
    logs.mkdir(parents=True, exist_ok=True)
    for name, server in stand.processes.items():
        shutil.copy(server.log, logs / f"{name}.log")
    return logs
