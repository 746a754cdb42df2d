"""The story of a day as a file: complaints with their hour, and the steps of people."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, StringConstraints

from runtime.jobs.publish import Line, complaint_key
from schemas.base import Written
from schemas.events.complaint import FILED

SOURCE = "/demo/youchegang"
HourOfDay = Annotated[str, StringConstraints(pattern=r"^\d\d:\d\d$")]


class SceneStep(Written):
    """One act of a person, `after` the step before (town time)."""

    after: timedelta
    by: str
    do: str
    fields: tuple[str, ...] = ()


class Scene(Written):
    """One complaint. `again`: the event is sent twice. `broken`: only its first half is sent.

    `name`: steps of other scenes refer to this case by `#name`.
    """

    at: HourOfDay
    name: str = ""
    data: dict[str, Any]
    steps: tuple[SceneStep, ...] = ()
    again: bool = False
    broken: bool = False


class Story(Written):
    """A day from `opens` on, with scenes in order of their hours; it is played for `lasts`.

    `away`: people on leave that day, in addition to the roster.
    """

    opens: HourOfDay
    lasts: timedelta
    tenant: str
    away: tuple[str, ...] = ()
    scenes: Annotated[tuple[Scene, ...], Field(min_length=1)]

    @property
    def opens_at(self) -> timedelta:
        return _of_day(self.opens)

    def hour(self, scene: Scene) -> timedelta:
        """Return the time from opening to the scene."""
        return _of_day(scene.at) - self.opens_at


def load_story(path: Path) -> Story:
    return Story.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def event_of(story: Story, complaint_id: str, scene: Scene, now: datetime) -> dict[str, Any]:
    """Return the scene's CloudEvent, reported at `now`."""
    return {
        "specversion": "1.0",
        "type": FILED,
        "source": SOURCE,
        "id": complaint_id,
        "time": now.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "schema_version": 1,
            "tenant": story.tenant,
            "complaint_id": complaint_id,
            "reported_at": now.isoformat(),
            **scene.data,
        },
    }


def line_of(event: dict[str, Any], scene: Scene) -> Line:
    """Return the record of an event; a broken scene has only the first half of its bytes."""
    value = json.dumps(event, ensure_ascii=False).encode()
    return Line(0, complaint_key(event), value[: len(value) // 2] if scene.broken else value)


def _of_day(text: str) -> timedelta:
    clock = time.fromisoformat(text)
    return timedelta(hours=clock.hour, minutes=clock.minute)
