"""An upgrade under open cases of every tier: old and new programs side by side, and back again.

There is no tag yet. The release before is the last commit that pinned new cases to the revision of
the rules before today's (domain/planning/plans.py). It runs from its source, with the libraries of
this build.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest

from domain.vocabulary import Role, Tier
from store.migrate import migrate
from tests.integration.promises.events import Event, event
from tests.integration.promises.people import Step
from tests.integration.promises.services import ROOT, IntakeProcess, WorkerProcess
from tests.integration.promises.town import Servers, Town, open_town
from tests.limits import COMMAND_S
from tests.smoke.commands import Told, sanban

BEFORE = "805a0149ec37bcf2bc84b5c503935803dcb72e57"
MATTERS = {
    Tier.DIRECT: ("noise-neighbourhood", "road-occupation"),
    Tier.ASSIGN: ("land-occupation", "construction-waste"),
    Tier.SUPERVISE: ("railside-hazard", "legacy-land-dispute"),
}
EACH = 4
"""Cases of each matter that the release before opens."""
HOLDERS = "SELECT case_id, holder, tier FROM sanban.cases ORDER BY case_id"

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Write the source of the release before; skip where the clone does not have it."""
    archived = subprocess.run(
        ["git", "-C", ROOT, "archive", BEFORE], check=False, capture_output=True
    )
    if archived.returncode != 0:
        what = f"commit {BEFORE[:12]}, the release before"
        pytest.skip(f"this clone lacks {what}: `git fetch --unshallow` gets it")
    source = tmp_path_factory.mktemp("before")
    with tarfile.open(fileobj=BytesIO(archived.stdout)) as tar:
        tar.extractall(source, filter="data")
    yield source
    shutil.rmtree(source)


@dataclass
class Upgrade:
    """A town of the release before; its intake and worker, and beside them those of this build."""

    town: Town
    old: tuple[IntakeProcess, WorkerProcess]
    new: tuple[IntakeProcess, WorkerProcess]

    async def type(self, *words: str) -> Told:
        return await sanban(*words, **self.town.environment)

    async def opened(self, release: str, each: int) -> None:
        """Publish cases of every matter, and wait until they are open."""
        number = len(await self.town.cases())
        events = list[Event]()
        for matter in (matter for matters in MATTERS.values() for matter in matters):
            names = (f"{release}-{matter}-{n}" for n in range(each))
            events += [event(self.town.source, name, category=matter) for name in names]
        await self.town.publish_all(events)
        await self.town.until_cases(number + len(events))

    async def act(self, kind: str, *fields: str, phase: str, every: int = 1) -> int:
        """Let a person of its holder act on every (second, third) case; each must be answered."""
        rows = (await self.town.database.fetch(HOLDERS))[::every]

        async def one(case_id: str, holder: str) -> None:
            step: Step = (self.handler(holder), kind, *fields)
            async with self.town.people.busy:
                await self.town.people.act(case_id, step, f"{case_id}:{phase}:{kind}")

        await asyncio.gather(*(one(case_id, holder) for case_id, holder, _ in rows))
        return len(rows)

    def handler(self, unit: str) -> str:
        people = self.town.people.policy.roster.people
        return next(p.id for p in people if p.unit == unit and Role.HANDLER in p.roles)

    async def agrees(self) -> None:
        """Check that nothing is stuck or lost, and every open case goes on under this build."""
        await self.goes_on()
        agreed = await self.type("reconcile", "--grace", "0")
        assert agreed.code == 0, agreed

    async def goes_on(self) -> None:
        checked = await self.type("upgrade", "check")
        assert checked.code == 0, checked.output

    async def tiers(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for _, _, tier in await self.town.database.fetch(HOLDERS):
            found[tier] = found.get(tier, 0) + 1
        return found


@pytest.fixture
async def upgrade(servers: Servers, before: Path, tmp_path: Path) -> AsyncIterator[Upgrade]:
    pack = tmp_path / "pack"
    shutil.copytree(
        before / "packs/youchegang", pack, ignore=shutil.ignore_patterns("sources.yaml")
    )

    def migrating(dsn: str) -> None:
        """Migrate with the program of the release before."""
        environment = {**os.environ, "PYTHONPATH": str(before), "SANBAN_DATABASE_OWNER_URL": dsn}
        subprocess.run(
            [sys.executable, "-m", "runtime", "migrate"],
            env=environment,
            cwd=before,
            check=True,
            timeout=COMMAND_S,
        )

    async with (
        open_town(servers, partitions=2, pack=pack, migrating=migrating) as town,
        AsyncExitStack() as stack,
    ):
        of_before = {**town.environment, "PYTHONPATH": str(before)}
        old = (
            IntakeProcess(town.directory / "old-intake", of_before),
            WorkerProcess(town.directory / "old-worker", of_before),
        )
        for each in old:
            stack.push_async_callback(each.stop)
        yield Upgrade(town, old, (town.intake, town.worker))


async def test_open_cases_of_every_tier_live_through_an_upgrade_and_back(upgrade: Upgrade) -> None:
    """Workers first, what opens cases last; and back again in between (docs/RUNBOOK.md)."""
    town = upgrade.town
    (old_intake, old_worker), (new_intake, new_worker) = upgrade.old, upgrade.new
    await asyncio.gather(old_intake.start(), old_worker.start())
    await upgrade.opened("before", EACH)
    await upgrade.act("sign", phase="before", every=2)
    await upgrade.act("progress", "note=已到现场", phase="before", every=4)
    tiers = await upgrade.tiers()
    await upgrade.goes_on()

    assert tiers == {tier.value: 2 * EACH for tier in MATTERS}

    await asyncio.to_thread(migrate, town.servers.postgres.dsn(dbname=town.name))
    await new_worker.start()
    await upgrade.opened("beside", 1)
    await upgrade.act("comment", "text=同时", phase="beside")
    await old_worker.stop()
    alone = await upgrade.act("comment", "text=新版", phase="new")
    await upgrade.agrees()

    assert alone == 6 * EACH + 6

    await old_worker.start()
    await new_worker.stop()
    await upgrade.act("comment", "text=旧版", phase="back")
    await upgrade.opened("back", 1)
    await upgrade.agrees()

    await new_worker.start()
    await old_worker.stop()
    await new_intake.start()
    await old_intake.stop()
    await upgrade.opened("after", 1)
    await upgrade.act("comment", "text=新版", phase="after")
    await upgrade.agrees()
    audited = await upgrade.type("audit", "verify")

    assert audited.output.endswith(" 0 broken\n")
    assert await town.outcomes() == {"accepted": 6 * EACH + 18}
