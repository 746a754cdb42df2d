"""What came, by source and outcome: the ledger of intake, for operators."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from starlette.responses import Response
from typing_extensions import override

from console.desk.context import Visit
from console.desk.navigation import OPERATORS
from console.desk.pages.failures import bad_query, missing
from console.desk.rendering import page
from schemas.intake import TAKEN, Outcome
from store.intake.ledger_entries import LedgerFilter

PAGE = 50
GROUPS: Mapping[str, frozenset[Outcome]] = {
    "taken": TAKEN,
    "duplicate": frozenset({Outcome.DUPLICATE}),
    "refused": frozenset({Outcome.REJECTED, Outcome.CONFLICT}),
    "parked": frozenset({Outcome.PARKED}),
}
"""The columns of the page: every outcome is in one of them."""
DAYS = (1, 7, 30)
_USUAL = "7"
_LONGEST_SOURCE = 500


@dataclass(frozen=True, slots=True)
class IntakeQuery:
    """What the page is asked for; `outcome` is a group, "" all."""

    days: str = _USUAL
    outcome: str = ""
    source: str = ""
    before: str = ""

    @override
    def __str__(self) -> str:
        said = {name: getattr(self, name) for name in self.__slots__}
        return urlencode({name: value for name, value in said.items() if value})

    def only(self, source: str = "", outcome: str = "") -> "IntakeQuery":
        return replace(self, source=source, outcome=outcome, before="")


@dataclass(frozen=True, slots=True)
class SourceCounts:
    """One row: how many records of a source ended in each group."""

    source: str
    counts: Mapping[str, int]
    total: int


def of_own(visit: Visit) -> LedgerFilter:
    """Return the filter of records that the person's tenant decides about: its own, and those that
    name no tenant which is served here.
    """
    others = [each for each in visit.context.policies if each != visit.policy.tenant]
    return LedgerFilter(not_of=sorted(others))


async def intake(visit: Visit) -> Response:
    """Show how many records ended how, and the newest of them."""
    if visit.roles.isdisjoint(OPERATORS):
        return missing(visit, visit.request.url.path)
    params = visit.request.query_params
    query = IntakeQuery(**{n: params[n] for n in IntakeQuery.__slots__ if n in params})
    if wrong := _wrong(query):
        return bad_query(visit, wrong)
    since = visit.now - timedelta(days=int(query.days))
    counted = replace(of_own(visit), since=since)
    wanted = replace(
        counted, outcomes=sorted(GROUPS.get(query.outcome, ())), source=query.source or None
    )
    ledger = visit.context.oversight.ledger
    found = await ledger.by_source(counted)
    before = int(query.before) if query.before else None
    entries = await ledger.page(wanted, limit=PAGE + 1, before=before)
    sources = [_counted(source, outcomes) for source, outcomes in found.items()]
    shown = entries[:PAGE]
    return page(
        visit,
        "intake.html",
        query=query,
        groups=tuple(GROUPS),
        days=DAYS,
        sources=sources,
        total=_total(sources),
        entries=shown,
        following=replace(query, before=str(shown[-1].number)) if len(entries) > PAGE else None,
    )


def _wrong(query: IntakeQuery) -> str:
    if query.days not in map(str, DAYS):
        return f"days={query.days!r}"
    if query.outcome and query.outcome not in GROUPS:
        return f"outcome={query.outcome!r}"
    if query.before and not (query.before.isascii() and query.before.isdecimal()):
        return f"before={query.before!r}"
    if len(query.before) > 18 or len(query.source) > _LONGEST_SOURCE:  # noqa: PLR2004 - a bigint
        return "before, source"
    return ""


def _counted(source: str, outcomes: Mapping[Outcome, int]) -> SourceCounts:
    counts = {
        group: sum(outcomes.get(each, 0) for each in members) for group, members in GROUPS.items()
    }
    return SourceCounts(source, counts, sum(counts.values()))


def _total(sources: list[SourceCounts]) -> SourceCounts:
    counts = {group: sum(each.counts[group] for each in sources) for group in GROUPS}
    return SourceCounts("", counts, sum(counts.values()))
