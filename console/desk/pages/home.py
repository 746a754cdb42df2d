"""The first page of a person: what waits for them, what is late, what will be late tomorrow."""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.late_forms import kept_of
from console.desk.lists import Query, RowView, view_of, wanted_by
from console.desk.loads import loads_of
from console.desk.navigation import CALLERS
from console.desk.pages import approvals, callbacks
from console.desk.ports import Listed, Wanted
from console.desk.rendering import page
from domain.people.acting import acting_for
from domain.people.rosters import Absence
from domain.vocabulary import CREW, OFFICE, OVERSEERS, Channel, Role, Stage
from store.cases.filters import Promise

ROWS, FEW = 10, 6
"""How many rows a list of the page has, and a short one at its side."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A list of the home page: its name is the key of the template's texts. `link`: the list."""

    name: str
    link: str
    rows: tuple[RowView, ...]
    total: str

    @property
    def is_empty(self) -> bool:
        """Return whether no case is in the list; of some lists the page has the figure alone."""
        return self.total == "0"


@dataclass(frozen=True, slots=True)
class Away:
    """A person of the town who is absent, and who stands in."""

    person: str
    unit: str
    until: str
    deputy: str


async def home(visit: Visit) -> Response:
    """Show the lists of the person, each with its count, all of one snapshot."""
    if visit.roles <= OVERSEERS:  # no case waits for who acts on none
        return RedirectResponse("/audit" if Role.AUDITOR in visit.roles else "/health", 303)
    asked = {name: (link, wanted) for name, link, wanted in _asked(visit)}
    found = await visit.reader.overview([wanted for _, wanted in asked.values()], visit.now)
    listed = dict(zip(asked, found.lists, strict=True))
    tabs = {name: tab_of(name, asked[name][0], each, visit) for name, each in listed.items()}
    waiting = None
    if "approvals" in listed:
        waiting = await approvals.opened(visit, listed["approvals"])
    return page(
        visit,
        "home.html",
        tabs=tabs,
        heads=[tabs[name] for name in heads_of(visit) if name in tabs],
        approvals=waiting,
        late=[tabs[each] for each in Promise if tabs.get(each) and tabs[each].rows],
        loads=loads_of(found.units, visit) if visit.reach.whole_tenant else (),
        away=list(away_now(visit)) if visit.reach.whole_tenant else (),
        working_left=_left_today(visit),
        drafts=await kept_of(visit),
    )


def heads_of(visit: Visit) -> tuple[str, ...]:
    """Return the figures at the head of the page, by what the person is in the town."""
    if visit.roles & OFFICE:
        return ("approvals", "waiting", "late", "tomorrow", "high", "superior", "open")
    if visit.reach.whole_tenant:
        return ("waiting", "approvals", "callbacks", "late", "tomorrow", "open")
    return ("unsigned", "waiting", "tomorrow", "late", "resting", "open")


def queries_of(visit: Visit) -> dict[str, Query]:
    """Return the lists of the page that are lists of cases, by name."""
    whole = visit.reach.whole_tenant
    own = "" if whole else "1"
    found = {
        "waiting": Query(mine="1"),
        "late": Query(light="red", mine=own),
        "tomorrow": Query(due="tomorrow", mine=own),
        "resting": Query(light="grey"),
        "open": Query(),
    }
    if whole:
        found |= {
            "high": Query(level="3"),
            "superior": Query(channel=Channel.SUPERIOR),
        }
        found |= {str(each): Query(promise=each) for each in Promise}
    if visit.roles & CREW:
        found["unsigned"] = Query(stage=Stage.DISPATCHED, mine="1")
    return found


def _asked(visit: Visit) -> Iterator[tuple[str, str, Wanted]]:
    """Yield each list of the page: its name, its address, and what to read."""
    few = {*Promise, "tomorrow", *(("waiting",) if visit.roles & OFFICE else ())}
    # Of the others the page has the figure alone: what is late in the town it shows by promise.
    shown = {*few, "waiting", *(() if visit.reach.whole_tenant else ("late",))}
    for name, query in queries_of(visit).items():
        rows = (FEW if name in few else ROWS) if name in shown else 0
        yield name, f"/cases?{query}".removesuffix("?"), wanted_by(query, visit, rows)
    if (wanted := approvals.wanted_of(visit, FEW)) is not None:
        yield "approvals", "/approvals", wanted
    if visit.roles & CALLERS:
        yield "callbacks", "/callbacks", callbacks.wanted_of(visit, 0)


def tab_of(name: str, link: str, listed: Listed, visit: Visit) -> Tab:
    """Return a list of the page, with its count."""
    total = listed.total
    return Tab(
        name,
        link,
        tuple(view_of(row, visit) for row in listed.page.rows),
        f"{total.number}+" if total.and_more else str(total.number),
    )


def away_now(visit: Visit) -> Iterator[Away]:
    """Yield who is absent now, and the person who acts in their place."""
    roster, names = visit.policy.roster, visit.names
    units = {person.id: person.unit for person in roster.people}
    for absence in _now(visit):
        present = acting_for(roster, absence.person, visit.now)
        yield Away(
            names.person(absence.person),
            names.unit(units.get(absence.person)),
            visit.moments.text(absence.until),
            names.person(present.id) if present else "",
        )


def _now(visit: Visit) -> list[Absence]:
    absences = visit.policy.roster.absences
    return [each for each in absences if each.since <= visit.now < each.until]


def _left_today(visit: Visit) -> str:
    """Return how much working time is left today; "" if there is none."""
    local = visit.now.astimezone(visit.moments.zone)
    midnight = local.replace(hour=23, minute=59, second=59)
    left = visit.policy.calendar.elapsed(visit.now, midnight)
    return visit.moments.amount(left, "working") if left else ""
