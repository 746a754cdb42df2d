"""Acts for many cases, and named lists, in memory, as store/console keeps them in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from schemas.bulk_acts import BulkAct, BulkItem, BulkState
from schemas.saved_views import MOST_VIEWS, SavedView
from schemas.screens import Escalation, Screen


@dataclass
class FakeBulkActs:
    """`holder`: the process that an act is lent to. `lost`: another process has taken the act."""

    acts: dict[str, BulkAct] = field(default_factory=dict)
    items: dict[str, list[BulkItem]] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    holder: str = ""
    lost: bool = False

    async def begin(self, bulk: BulkAct, items: Sequence[BulkItem]) -> None:
        if bulk.id not in self.acts:
            self.acts[bulk.id], self.items[bulk.id] = bulk, [*items]

    async def find(
        self, id_: str, tenant: str, person: str, *, wait: bool = False
    ) -> tuple[BulkAct, Sequence[BulkItem]] | None:
        act = self.acts.get(id_)
        if act is None or (act.tenant, act.person) != (tenant, person):
            return None
        return act, self.items[id_]

    async def take(self, holder: str, lease_s: float) -> BulkAct | None:
        self.holder = holder
        left = (act for act in self.acts.values() if act.id not in self.finished)
        return next(left, None)

    async def waiting(self, id_: str, limit: int) -> Sequence[str]:
        waiting = [i.case_id for i in self.items[id_] if i.state is BulkState.WAITING]
        return waiting[:limit]

    async def settle(
        self, id_: str, holder: str, items: Sequence[BulkItem], lease_s: float
    ) -> bool:
        found = {item.case_id: item for item in items}
        self.items[id_] = [found.get(each.case_id, each) for each in self.items[id_]]
        return not self.lost

    async def finish(self, id_: str) -> None:
        self.finished.add(id_)
        self.acts[id_] = replace(self.acts[id_], command="")


@dataclass
class FakeScreens:
    """`screens`: by the digest of their tokens."""

    screens: dict[str, Screen] = field(default_factory=dict)
    latest: list[Escalation] = field(default_factory=list)

    async def find(self, sha256: str) -> Screen | None:
        return self.screens.get(sha256)

    async def escalations(self, tenant: str) -> Sequence[Escalation]:
        return self.latest


@dataclass
class FakeSavedViews:
    views: list[SavedView] = field(default_factory=list)

    async def of(self, tenant: str, person: str, units: Sequence[str]) -> Sequence[SavedView]:
        return [view for view in self.views if view.tenant == tenant and _of(view, person, units)]

    async def save(self, view: SavedView) -> bool:
        same = [
            v for v in self.views if v.unit == view.unit and (v.unit or v.person == view.person)
        ]
        if len(same) < MOST_VIEWS and view.id not in {each.id for each in self.views}:
            self.views.append(view)
        return view.id in {each.id for each in self.views}

    async def delete(self, id_: str, tenant: str, person: str, units: Sequence[str]) -> None:
        self.views = [
            view
            for view in self.views
            if view.id != id_ or view.tenant != tenant or not _of(view, person, units)
        ]


def _of(view: SavedView, person: str, units: Sequence[str]) -> bool:
    return view.person == person if view.unit is None else view.unit in units
