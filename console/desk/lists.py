"""Lists of cases: their state is the query string alone, so that a link is a list."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from typing_extensions import override

from console.desk.context import Visit
from console.desk.names import PLACELESS
from console.desk.ports import Wanted
from domain.case.turns import Turn
from domain.matching.search_terms import pairs_of
from domain.planning.plans import UNCOVERED
from domain.vocabulary import Channel, Stage, Tier
from schemas.records import CaseRow
from store.cases.filters import Bookmark, CaseFilter, Promise, is_late

PAGE = 20
LIGHTS = ("red", "grey")
"""Lights that a list can be filtered by; the others are not columns."""


class BadQuery(Exception):
    """A value of the query string that no page writes. `name` is that of the parameter."""

    def __init__(self, name: str, value: str) -> None:
        super().__init__(f"{name}={value!r}")
        self.name, self.value = name, value


@dataclass(frozen=True, slots=True)
class Query:
    """What a list is asked for, as the query string says it; "" leaves a condition open."""

    stage: str = ""
    tier: str = ""
    unit: str = ""
    grid: str = ""
    light: str = ""
    promise: str = ""
    owes: str = ""
    due: str = ""
    turn: str = ""
    level: str = ""
    category: str = ""
    channel: str = ""
    vacuum: str = ""
    open_lead: str = ""
    mine: str = ""
    closed: str = ""
    q: str = ""
    after: str = ""

    @override
    def __str__(self) -> str:
        """Return the query string, without what is left open."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return urlencode({name: value for name, value in said.items() if value})

    def without(self, name: str) -> "Query":
        return replace(self, **{name: "", "after": ""})

    @property
    def conditions(self) -> tuple[str, ...]:
        return tuple(name for name in self.__slots__ if name != "after" and getattr(self, name))


def query_of(params: Mapping[str, str], visit: Visit) -> Query:
    """Read a query string. Raises BadQuery for a unit, stage ... that does not exist."""
    query = Query(**{n: params[n].strip() for n in Query.__slots__ if n in params})
    policy = visit.policy
    known: tuple[tuple[str, set[str]], ...] = (
        ("stage", {*Stage}),
        ("tier", {*Tier}),
        ("unit", {unit.id for unit in policy.units}),
        ("grid", {UNCOVERED, PLACELESS, *(grid.id for grid in policy.grids)}),
        ("light", {*LIGHTS}),
        ("promise", {*Promise}),
        ("owes", {unit.id for unit in policy.units}),
        ("due", {"today", "tomorrow"}),
        ("turn", {*Turn}),
        ("level", {str(number) for number in range(1, 7)}),
        ("category", {category.id for category in policy.categories}),
        ("channel", {*Channel}),
        ("vacuum", {"1"}),
        ("open_lead", {"1"}),
        ("mine", {"1"}),
        ("closed", {"1"}),
    )
    for name, values in known:
        if (value := getattr(query, name)) and value not in values:
            raise BadQuery(name, value)
    try:
        Bookmark.read(query.after) if query.after else None
    except ValueError as error:
        raise BadQuery("after", query.after) from error
    return query


def list_of(text: str, visit: Visit) -> Query:
    """Read the query string of a list, without its place in the pages. Raises BadQuery."""
    try:
        said = dict(parse_qsl(text, strict_parsing=True, max_num_fields=20)) if text else {}
    except ValueError as error:
        raise BadQuery("list", text) from error
    return replace(query_of(said, visit), after="")


def is_searchable(query: Query, visit: Visit) -> bool:
    """Return whether the person may search for the text, if any, and it is long enough."""
    return not query.q or (visit.reach.reads_words and bool(pairs_of(query.q)))


def wanted_by(query: Query, visit: Visit, limit: int = PAGE) -> Wanted:
    """Return the list to read."""
    due = None
    if query.due:
        local = visit.now.astimezone(visit.moments.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        due = midnight + timedelta(days=1 if query.due == "today" else 2)
    wanted = CaseFilter(
        tenant=visit.policy.tenant,
        stage=query.stage or None,
        tier=query.tier or None,
        holder=query.unit or None,
        grid=query.grid if query.grid and query.grid != PLACELESS else None,
        placeless=query.grid == PLACELESS,
        due_before=due,
        due_from=visit.now if due else None,
        inbox=visit.waits_for if query.mine else None,
        open_only=not query.closed,
        late_only=query.light == "red",
        resting_only=query.light == "grey",
        level=int(query.level) if query.level else None,
        category=query.category or None,
        channel=query.channel or None,
        turn=query.turn or None,
        vacuum=bool(query.vacuum),
        open_lead=bool(query.open_lead),
        owed_by=query.owes or None,
        promise=Promise(query.promise) if query.promise else None,
    )
    after = Bookmark.read(query.after) if query.after else None
    return Wanted(wanted, limit, after, query.q)


@dataclass(frozen=True, slots=True)
class RowView:
    """One line of a list. `left`: the amount of time until the deadline, or since it."""

    row: CaseRow
    short: str
    light: str
    left: str
    is_late: bool


def view_of(row: CaseRow, visit: Visit) -> RowView:
    late, left = is_late(row, visit.now), ""
    if row.next_due is not None and row.closed_at is None:
        between = visit.working_time(visit.now, row.next_due, row.due_measure)
        left = visit.moments.amount(between, row.due_measure)
    return RowView(row, row.case_id.partition("-")[0], light_of(row, late=late), left, late)


def light_of(row: CaseRow, *, late: bool) -> str:
    """Return red for late, also at rest; amber after a warning, grey at rest, "" once over."""
    if row.closed_at is not None:
        return ""
    if late:
        return "red"
    if row.next_due is None or row.rests:
        return "grey"
    return "amber" if row.level else "green"
