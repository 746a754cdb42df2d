"""What people ask of the console in the bench, one at a time and fifty at once."""

import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from bench.desk.visitors import Page, Visitor

LISTS = (
    "/cases", "/cases?mine=1", "/cases?light=red", "/cases?light=red&mine=1",
    "/cases?promise=citizen", "/cases?promise=holder", "/cases?promise=other", "/cases?level=3",
    "/cases?channel=superior", "/cases?due=tomorrow", "/cases?light=grey", "/cases?stage=signed",
    "/cases?unit=environment", "/cases?owes=water-company", "/cases?grid=G05", "/cases?closed=1",
    "/cases?closed=1&unit=sanitation", f"/cases?q={quote('扰民')}",
    f"/cases?q={quote('人民路')}", f"/cases?closed=1&q={quote('扰民')}",
    f"/cases?closed=1&q={quote('消防栓破裂')}",
)  # fmt: skip
KINDS = ("bare", "home", "list", "case")
_COMMENT = (("text", "居民反映摊贩晚上又回来了，已拍照，请承办单位再看一次。"),)
# What fifty people do: mostly lists and cases, an act now and then.
_SHARES = {"home": 2, "list": 4, "case": 3, "act": 1}


@dataclass
class Times:
    """Seconds of each answer by kind; `wrong`: answers that are no page."""

    of: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, kind: str, what: str, page: Page, wanted: int = 200) -> None:
        with self._lock:
            self.of.setdefault(kind, []).append(page.seconds)
            if page.status != wanted:
                self.wrong.append(f"{page.status} {what}")


@dataclass(frozen=True)
class Asking:
    """`readable`: person -> open cases that the person may read, with their journal. `acted`: cases
    that run, and the person who comments on them.
    """

    visitors: Sequence[Visitor]
    readable: Mapping[str, Sequence[str]]
    acted: Sequence[str] = ()
    actor: str = ""

    def one_by_one(self, kind: str, rounds: int, seed: int) -> Times:
        """Ask for pages of a kind as each person in turn."""
        times, chance = Times(), random.Random(seed)  # noqa: S311
        for _ in range(rounds):
            for visitor in self.visitors:
                self._page(kind, visitor, chance, times)
        return times

    def all_at_once(self, seconds: float, think_s: float, seed: int) -> Times:
        """Let each person work for so long: ask, read for about `think_s`, ask again."""
        times, ends = Times(), time.monotonic() + seconds
        people = [
            threading.Thread(target=self._work, args=(visitor, ends, think_s, times, seed + number))
            for number, visitor in enumerate(self.visitors)
        ]
        for person in people:
            person.start()
        for person in people:
            person.join()
        return times

    def many(self, count: int, seed: int) -> Times:
        """Ask for pages of every kind, as fast as one person after the other can."""
        times, chance = Times(), random.Random(seed)  # noqa: S311
        for number in range(count):
            visitor = self.visitors[number % len(self.visitors)]
            self._page(chance.choice(KINDS), visitor, chance, times)
        return times

    def _work(self, visitor: Visitor, ends: float, think_s: float, times: Times, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311
        time.sleep(chance.random() * think_s)
        while time.monotonic() < ends:
            kind = chance.choices([*_SHARES], [*_SHARES.values()])[0]
            if kind == "act" and visitor.person.id == self.actor:
                self._act(visitor, chance, times)
            else:
                self._page("case" if kind == "act" else kind, visitor, chance, times)
            time.sleep(chance.expovariate(1 / think_s))

    def act(self, count: int, seed: int) -> Times:
        """Give so many acts, one after the other."""
        times, chance = Times(), random.Random(seed)  # noqa: S311
        visitor = next(each for each in self.visitors if each.person.id == self.actor)
        for _ in range(count):
            self._act(visitor, chance, times)
        return times

    def _act(self, visitor: Visitor, chance: random.Random, times: Times) -> None:
        number = chance.choice(self.acted)
        times.add("act", f"comment on {number}", visitor.give(number, "comment", _COMMENT), 303)

    def _page(self, kind: str, visitor: Visitor, chance: random.Random, times: Times) -> None:
        path = self._path(kind, visitor, chance)
        if path is not None:
            times.add(kind, f"{path} by {visitor.person.id}", visitor.get(path))

    def _path(self, kind: str, visitor: Visitor, chance: random.Random) -> str | None:
        paths: Mapping[str, Callable[[], str]] = {
            "bare": lambda: "/sessions",
            "home": lambda: "/",
            "list": lambda: chance.choice(LISTS),
            "case": lambda: f"/cases/{chance.choice(own)}",
        }
        own = self.readable.get(visitor.person.id, ())
        return None if kind == "case" and not own else paths[kind]()
