"""The people of the demo, who act on cases as the story says."""

import asyncio
import io
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import TypeAdapter

from consumers.ports import Commands
from domain.policy.model import Policy
from runtime.cli.act_arguments import actor_for, message_for
from runtime.cli.demo.story import Scene
from runtime.problems import Problem, RefusalProblem
from schemas.commands import CommandMessage, NotTaken
from schemas.intake import Unavailable

AGAIN = 10
"""Times that a person gives a command; the engine may take some seconds to answer each."""
_DURATION = TypeAdapter(timedelta)
_FILES = (
    *("photo", "photo-marked", "photo-failed", "photo-after", "survey", "receipt"),
    *("report", "commitment", "minutes", "minutes-of-interview", "opinion", "opinion-on-building"),
)


@dataclass
class DemoPeople:
    """Carries out the steps of scenes. `speed`: town seconds per second.

    `evidence`: directory of the files that steps attach, those of each case apart. `failed`: steps
    that failed, and why.
    `waiting`: how many of them wait for the answer of a case.
    """

    cases: Commands
    policy: Policy
    speed: int
    evidence: Path
    now: Callable[[], datetime]
    failed: list[str] = field(default_factory=list)
    waiting: int = 0
    failing: asyncio.Event = field(default_factory=asyncio.Event)
    _named: dict[str, "asyncio.Future[str]"] = field(
        default_factory=lambda: defaultdict(asyncio.Future)
    )

    async def play(self, case_id: str, scene: Scene) -> None:
        """Carry out the steps of a scene in order; stop at the first that fails."""
        if scene.name:
            self._named[scene.name].set_result(case_id)
        files = put_evidence(self.evidence / case_id)
        for number, step in enumerate(scene.steps):
            await asyncio.sleep(self.real(step.after))
            try:
                actor = actor_for(self.policy, step.by, step.do, self.now())
                fields = [await self._meant(field, files) for field in step.fields]
                message = message_for(step.do, fields, actor, f"demo:{case_id}:{number}")
                await self._act(case_id, message)
            except Problem as problem:
                self.failed.append(f"{case_id} {step.do} by {step.by}: {problem}")
                self.failing.set()
                return

    async def _act(self, case_id: str, message: CommandMessage) -> None:
        """Give a command, and again while a busy engine gives no answer: it has effect once."""
        self.waiting += 1
        silent = Unavailable("temporal")
        try:
            for _ in range(AGAIN):
                try:
                    await self.cases.give(self.policy.tenant, case_id, message)
                except Unavailable as error:
                    silent = error
                else:
                    return
            raise Problem(f"no answer from the case ({silent})") from silent
        except NotTaken as refused:
            raise RefusalProblem(refused.code, str(refused), refused.seq) from refused
        finally:
            self.waiting -= 1

    def real(self, town: timedelta) -> float:
        """Return the real seconds of an amount of town time."""
        return town.total_seconds() / self.speed

    async def _meant(self, given: str, files: Path) -> str:
        """Resolve `=@photo` (file), `=#name` (case of another scene), `=+PT2H` (time from now).

        A file may also be the last of several values: `=UNIT:PERSON:@opinion`.
        """
        name, _, value = given.partition("=")
        before, at, file = value.rpartition(":@")
        if at:
            return f"{name}={before}:{files}/{file}"
        match value[:1]:
            case "@":
                value = f"{files}/{value[1:]}"
            case "#":
                value = await self._named[value[1:]]
            case "+":
                ahead = _DURATION.validate_python(value[1:])
                value = (self.now() + ahead / self.speed).isoformat()
            case _:
                pass
        return f"{name}={value}"


def put_evidence(directory: Path) -> Path:
    """Write sample files of one case for photographs and reports; a step names one as `@photo`."""
    directory.mkdir(parents=True, exist_ok=True)
    picture = _picture()
    for name in _FILES:
        said = f"in place of the {name} that an officer would attach to {directory.name}\n".encode()
        # What follows the end of a picture makes it another file: each case has its own.
        begins = picture if name.startswith("photo") else b"%PDF-1.4\n"
        (directory / name).write_bytes(begins + said)
    return directory


def _picture() -> bytes:
    from PIL import Image  # noqa: PLC0415 - a large library, which the other commands do not need

    written = io.BytesIO()
    Image.new("RGB", (64, 48), (120, 140, 110)).save(written, "JPEG")
    return written.getvalue()
