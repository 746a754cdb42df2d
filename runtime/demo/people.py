"""The people of the demo: each acts on a case when the story says so."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from domain.policies import Policy
from runtime.acts import actor_for, message_for
from runtime.cases import TemporalCases
from runtime.demo.story import Scene
from runtime.problems import Problem


@dataclass
class People:
    """`speed`: how many town seconds pass in one. `failed` says what the engine said no to.

    `evidence`: the directory of the files that steps attach.
    """

    cases: TemporalCases
    policy: Policy
    speed: int
    evidence: Path
    failed: list[str] = field(default_factory=list)

    async def play(self, case_id: str, scene: Scene) -> None:
        """The steps of one scene, one after the other, up to the first that does not work."""
        for number, step in enumerate(scene.steps):
            await asyncio.sleep(self.real(step.after))
            try:
                actor = actor_for(self.policy, step.by, step.do, None)
                fields = [field.replace("=@", f"={self.evidence}/") for field in step.fields]
                message = message_for(step.do, fields, actor, f"demo:{case_id}:{number}")
                await self.cases.act(self.policy.tenant, case_id, message)
            except Problem as problem:
                self.failed.append(f"{case_id} {step.do} by {step.by}: {problem}")
                return

    def real(self, town: timedelta) -> float:
        """Seconds to wait for that much of the town's time."""
        return town.total_seconds() / self.speed


def put_evidence(directory: Path) -> Path:
    """Files that stand for the photographs and reports of the day; a step names one as `@photo`."""
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("photo", "report"):
        (directory / name).write_text(f"stands for the {name} that an officer would attach\n")
    return directory
