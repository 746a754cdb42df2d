"""Lives of real cases: complaints and acts of the shipped day, at any age, decided by the rules.

Each is what the read model and the journal would have of such a case at this moment. A million
cases are copies of some thousand lives (bench/desk/filling.py).
"""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from activities.lookups import LookupActivities
from bench.town import town
from domain.case.agenda import next_item
from domain.case.commands import ENGINE, Act, Actor, Command, Lookup
from domain.case.decide import decide
from domain.case.escalation.acts import Ring
from domain.case.events import Event
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.planning.planner import plan
from domain.policy.model import Policy
from domain.privacy.personal import sealed_act, sealed_complaint
from domain.vocabulary import CREW
from packs import day_of
from runtime.cli.act_arguments import actor_for, message_for
from runtime.cli.demo.people import put_evidence
from runtime.cli.demo.story import SOURCE, Scene, SceneStep, load_story
from runtime.problems import Problem
from runtime.wiring.policy_registry import PolicyRegistry
from schemas.events.complaint import ComplaintFiled
from schemas.journal import batch_of
from schemas.records import Batch
from store import ciphers
from store.connection import Database
from store.packs.published import PostgresPolicies
from workflows.questions import question

_HOLDER = "the holder"
_PLAIN = (
    (40, _HOLDER, "sign"),
    (600, _HOLDER, "progress", "note=已到现场"),
    (1500, _HOLDER, "resolve", "result=已处理完毕", "evidence=@photo", "evidence=@photo-after"),
    (300, "xie-bin", "verify", "passed=true", "note=现场已看"),
    (400, "ruan-fang", "close", "callback=satisfied", "solved=true"),
)
"""Minutes after the step before, who, and what."""
_ASKED = (30, _HOLDER, "ask_extension", "hours=16", "reason=等待配件", "evidence=@report")
ASKING = 0.1
HELD_UP = 0.15
"""Share of the open cases whose people stopped somewhere on the way."""
OPEN_DAYS, CLOSED_DAYS = 4, (40, 365)
MOST_RINGS = 60


@dataclass(frozen=True)
class Lived:
    """A case as its last stage wrote it; `words`: sealed text -> what it says."""

    event_id: str
    batch: Batch
    words: dict[str, str]
    over: bool


@dataclass
class _Life:
    """One case on its way. It is sealed with `key`, as intake and the doors of acts do it."""

    case_id: str
    key: bytes
    words: dict[str, str] = field(default_factory=dict)
    case: Case | None = None
    events: list[Event] = field(default_factory=list)
    given: int = 0

    def seal(self, text: str) -> str:
        sealed = ciphers.seal(self.key, self.case_id, text)
        if sealed != text:
            self.words[sealed] = text
        return sealed


@dataclass(frozen=True)
class Lives:
    """Makes lives under the shipped town's policy."""

    policy: Policy
    lookups: LookupActivities
    scenes: Sequence[Scene]
    now: datetime
    evidence: Path

    @classmethod
    def of(cls, database: Database, now: datetime, evidence: Path) -> "Lives":
        policy = town()
        registry = PolicyRegistry({policy.tenant: policy}, PostgresPolicies(database))
        story = load_story(day_of(policy.tenant))
        scenes = [scene for scene in story.scenes if not scene.broken and not _names_others(scene)]
        return cls(policy, LookupActivities(registry), scenes, now, evidence)

    async def made(self, count: int, *, over: bool, seed: int) -> list[Lived]:
        """Return so many lives that are over, or that are not."""
        chance, found, number = random.Random(seed), list[Lived](), 0  # noqa: S311
        while len(found) < count:
            number += 1
            if number > 20 * count:
                raise AssertionError(f"{len(found)} of {count} lives, over={over}")
            days = chance.uniform(*CLOSED_DAYS) if over else OPEN_DAYS * chance.random() ** 2
            scene = (
                self.scenes[number // 2 % len(self.scenes)] if number % 2 else self._plain(chance)
            )
            steps = len(scene.steps)
            if not over and chance.random() < HELD_UP:
                steps = chance.randint(0, steps)
            filed = self.now - timedelta(days=days)
            lived = await self._lived(f"{seed}-{number}", scene, filed, scene.steps[:steps])
            if lived is not None and lived.over == over:
                found.append(lived)
            await asyncio.sleep(0)
        return found

    def _plain(self, chance: random.Random) -> Scene:
        """Return a matter of any category in any grid, handled as most are.

        In some the unit asks for more time, and no answer has come.
        """
        category = chance.choice(self.policy.categories).id
        data = {
            "channel": chance.choice(("hotline", "hotline", "citizen")),
            "category": category,
            "text": f"{category}: 请尽快处理",
            "place": {"grid": chance.choice(self.policy.grids).id, "address": "兴业路 8 号"},
            "reporter": {"name": "王强", "phone": "13812340217"},
        }
        return Scene.model_validate(
            {
                "at": "09:00",
                "data": data,
                "steps": [_plain_step(*each) for each in self._way(chance)],
            }
        )

    @staticmethod
    def _way(chance: random.Random) -> Sequence[tuple[Any, ...]]:
        return (*_PLAIN[:2], _ASKED) if chance.random() < ASKING else _PLAIN

    async def _lived(
        self, name: str, scene: Scene, filed: datetime, steps: Sequence[SceneStep]
    ) -> Lived | None:
        data = {
            "schema_version": 1,
            "tenant": self.policy.tenant,
            "complaint_id": name,
            "reported_at": filed.isoformat(),
            **scene.data,
        }
        about = ComplaintFiled.model_validate_json(json.dumps(data)).to_domain(SOURCE, name)
        life = _Life(about.case_id, ciphers.new_key())
        opening = Open(plan=plan(self.policy, sealed_complaint(about, life.seal)))
        await self._take(life, opening, ENGINE, filed)
        files, at = put_evidence(self.evidence / life.case_id), filed
        for step in steps:
            at += step.after
            if at > self.now:
                break
            await self._ring(life, at)
            if not await self._act(life, step, files, at):
                break
        await self._ring(life, self.now)
        if life.case is None:
            return None
        batch = batch_of(life.case, tuple(life.events), summarize(life.case))
        return Lived(name, batch, life.words, life.case.closed_at is not None)

    async def _act(self, life: _Life, step: SceneStep, files: Path, at: datetime) -> bool:
        try:
            by = self._of_the_unit(life) if step.by == _HOLDER else step.by
            actor = actor_for(self.policy, by, step.do, at)
            fields = [_meant(each, files, at) for each in step.fields]
            message = message_for(step.do, fields, actor, f"{life.case_id}:{life.given}")
        except Problem:
            return False
        before = len(life.events)
        await self._take(life, sealed_act(message.act, life.seal), message.actor, at)
        return len(life.events) > before and life.events[-1].fact.kind != "command_refused"

    def _of_the_unit(self, life: _Life) -> str:
        holder = life.case.holder if life.case else None
        people = self.policy.roster.people
        return next((p.id for p in people if p.unit == holder and CREW & {*p.roles}), "")

    async def _ring(self, life: _Life, until: datetime) -> None:
        for _ in range(MOST_RINGS):
            item = next_item(life.case) if life.case and not life.case.stage.is_final else None
            if item is None or item.at > until:
                return
            await self._take(life, Ring(), ENGINE, max(item.at, life.events[-1].at))

    async def _take(self, life: _Life, act: Act, actor: Actor, at: datetime) -> None:
        life.given += 1
        command = Command(f"{life.case_id}:{life.given}", actor, act, Lookup())
        asked = question(life.case, command, at)
        if asked is not None:
            command = replace(command, lookup=await self.lookups.look_up(asked))
        decision = decide(life.case, command, at)
        life.case = decision.case
        life.events += decision.events


def _plain_step(minutes: int, by: str, do: str, *fields: str) -> dict[str, object]:
    return {"after": timedelta(minutes=minutes), "by": by, "do": do, "fields": fields}


def _names_others(scene: Scene) -> bool:
    return any("=#" in each for step in scene.steps for each in step.fields)


def _meant(given: str, files: Path, at: datetime) -> str:
    """Resolve `=@photo` (a file) and `=+PT2H` (a moment), as the demo does."""
    name, _, value = given.partition("=")
    before, is_opinion, file = value.rpartition(":@")
    if is_opinion:
        return f"{name}={before}:{files}/{file}"
    if value.startswith("@"):
        value = f"{files}/{value[1:]}"
    elif value.startswith("+"):
        value = (at + TypeAdapter(timedelta).validate_python(value[1:])).isoformat()
    return f"{name}={value}"
