"""The day as it is written down: complaints with their hour, and what people do about each."""

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, StringConstraints

from runtime.jobs.publish import Line, key_of
from schemas.base import Written
from schemas.events.complaint import FILED

SOURCE = "/demo/youchegang"
HourOfDay = Annotated[str, StringConstraints(pattern=r"^\d\d:\d\d$")]


class SceneStep(Written):
    """Somebody does something, so long after the step before (town time)."""

    after: timedelta
    by: str
    do: str
    fields: tuple[str, ...] = ()


class Scene(Written):
    """One complaint. `again`: the same event is sent twice. `broken`: sent as no event at all.

    `name`: steps of other scenes may mean this one's case by `#name`.
    """

    at: HourOfDay
    name: str = ""
    data: dict[str, Any]
    steps: tuple[SceneStep, ...] = ()
    again: bool = False
    broken: bool = False


class Story(Written):
    """A day from `opens` on, in order of the scenes' hours; it is watched for `lasts`.

    `away`: who is on leave that day, whatever the roster says.
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
        """How far into the day the scene is."""
        return _of_day(scene.at) - self.opens_at


def load_story(path: Path) -> Story:
    return Story.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


def event_of(story: Story, complaint_id: str, scene: Scene, now: datetime) -> dict[str, Any]:
    """The scene's CloudEvent, reported now."""
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
    """The record of an event; of a broken scene, only the first half of it arrives."""
    value = json.dumps(event, ensure_ascii=False).encode()
    return Line(0, key_of(event), value[: len(value) // 2] if scene.broken else value)


def _of_day(text: str) -> timedelta:
    clock = time.fromisoformat(text)
    return timedelta(hours=clock.hour, minutes=clock.minute)
