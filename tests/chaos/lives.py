"""Make the lives of the load: what is published about a complaint, and who acts on its case.

A life follows from seed and number alone; only its outcome depends on the kills.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from schemas.events.follow_ups import RATED, SUPPLEMENTED, WITHDRAWN
from tests.integration.promises.events import Event, event
from tests.integration.promises.people import AGREED, HANDLED, Step
from tests.integration.promises.test_follow_ups import later

LONGEST_PAUSE_S = 1.0
PLACES = 5
"""Where pipes burst: so few that reports of one place become a surge."""
BY_EVENT = 0.4
"""The share of acts that come over sanban.case-commands; the others are given as Updates."""

STORIES = {
    "handled": 4,
    "withdrawn": 2,  # by the source, before a unit has signed it
    "dropped": 1,  # by a person
    "talked_about": 3,  # supplements, reminders, a rating
    "left_alone": 3,  # until its clocks run out
    "returned": 2,  # a request that nobody answers
    "merged": 1,
    "burst": 2,  # one of a surge
}
"""How often each comes, of so many together."""

RETURN: Step = ("tang-ke", "return", "reason=不属于本单位")
DROP: Step = ("ruan-fang", "withdraw", "reason=重复来电")


@dataclass(frozen=True, slots=True)
class Act:
    """One act. `by_event`: sent over sanban.case-commands. `twice`: repeated before its answer."""

    step: Step
    by_event: bool
    twice: bool


Turn = Event | Act


@dataclass(frozen=True, slots=True)
class Life:
    """The `turns` of a life, its complaint among them, each after a pause in seconds."""

    filed: Event
    turns: list[tuple[float, Turn]]


@dataclass(frozen=True)
class Lives:
    """Make lives. `photo`: the file that people give as evidence."""

    source: str
    seed: int
    photo: Path

    def life(self, number: int) -> Life:
        chance = Random(f"{self.seed}:life:{number}")  # noqa: S311
        [story] = chance.choices(list(STORIES), list(STORIES.values()))
        filed = self._filed(number, **(_pipe(chance) if story == "burst" else {}))
        turns = self._around(filed, chance, self._story(story, filed, number, chance))
        return Life(filed, [(chance.uniform(0, LONGEST_PAUSE_S), turn) for turn in turns])

    def _filed(self, number: int, **about: Any) -> Event:
        return event(self.source, f"L-{number:05}", **about)

    def _story(self, story: str, filed: Event, number: int, chance: Random) -> list[Turn]:
        if story == "talked_about":
            return self._talk(filed, chance)
        into = self._filed(max(number - chance.randint(1, 5), 0)).case_id
        steps: Mapping[str, Sequence[Step]] = {
            "handled": HANDLED,
            "dropped": (DROP, AGREED),
            "returned": (RETURN,),
            "merged": (("zhu-lihua", "merge", f"into={into}", "reason=同一件事"),),
            "burst": self._mended(),
        }
        turns = _acts(chance, steps.get(story, ()))
        if story == "withdrawn":
            turns.append(later(filed, f"{filed.event_id}-back", WITHDRAWN, reason="已自行解决"))
        return turns

    def _talk(self, filed: Event, chance: Random) -> list[Turn]:
        said: list[Turn] = [
            later(
                filed,
                f"{filed.event_id}-more-{turn}",
                SUPPLEMENTED,
                text=f"第{turn}晚又响了",
                reminder=chance.random() < 0.3,
            )
            for turn in range(chance.randint(1, 3))
        ]
        rated = later(filed, f"{filed.event_id}-rate", RATED, satisfaction="basically_satisfied")
        return [*said, *_acts(chance, HANDLED), rated]

    def _mended(self) -> tuple[Step, ...]:
        return (
            ("song-tao", "sign"),
            ("song-tao", "resolve", "result=已抢修", f"evidence={self.photo}"),
            ("xie-bin", "verify", "passed=true", "note=现场已看"),
        )

    def _around(self, filed: Event, chance: Random, turns: Sequence[Turn]) -> list[Turn]:
        """Return the complaint with what is published around it: events about it before and after,
        a repetition, another complaint under its id, a record that cannot be read.
        """
        found = list(turns)
        early = bool(found) and isinstance(found[0], Event) and chance.random() < 0.3
        found.insert(1 if early else 0, filed)
        for turn in [turn for turn in found if isinstance(turn, Event)]:
            if chance.random() < 0.25:
                found.insert(chance.randint(found.index(turn) + 1, len(found)), turn)
        if chance.random() < 0.04:
            other = (filed.value or b"").replace("音响".encode(), "音箱".encode())
            found.append(filed.but(value=other))
        if chance.random() < 0.04:
            found.append(filed.but(value=b"{not json"))
        return found


def _acts(chance: Random, steps: Sequence[Step]) -> list[Turn]:
    """Return the acts; most lives send all of them the same way, so that their order is kept."""
    way = chance.random() < BY_EVENT
    return [Act(step, way ^ (chance.random() < 0.1), chance.random() < 0.1) for step in steps]


def _pipe(chance: Random) -> dict[str, Any]:
    text = chance.choice(("自来水管爆了，水喷得很高", "路边水管爆裂，水漫到马路上了"))
    place = {"address": f"人民路{chance.randrange(PLACES) + 1}2号"}
    return {"category": "water-burst", "text": text, "place": place}
