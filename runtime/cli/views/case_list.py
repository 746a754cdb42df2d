"""Prints lists of cases: a table as wide as the terminal, lines for a pipe, JSON for programs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from domain.policy.model import Policy
from domain.sla.calendars import Calendar
from domain.sla.clocks import EVERY_DAY
from domain.sla.explanations import hours
from domain.sla.working_days import DAY, between
from runtime.cli.languages import ListLanguage
from runtime.cli.output import Output, Table, columns_of, say_json
from runtime.cli.views.list_words import ListWords, words_of
from schemas.records import CaseRow
from store.cases.filters import is_late
from store.cases.read_model import CaseCount, CasePage

PROVISIONAL = ", provisional"
"""Follows a deadline that counts days whose holidays are not published yet."""

_MINUTE = timedelta(minutes=1)
_LONG = timedelta(hours=48)
_NARROW = 130
"""Columns of a terminal below which a line has less, so that what it is about is still there."""
_WIDE = 600
"""A line of a pipe is one record, whatever its length."""
_SHORT = ("case", "unit", "due", "clock", "urgency", "L", "place", "what")
_LONG_LINE = (
    *("case", "tier", "stage", "turn", "unit", "due", "clock", "urgency", "L", "place"),
    *("category", "what"),
)
_MOST = {"unit": 12, "clock": 9, "due": 20, "place": 8}
_LEAST, _GAP = 8, 1


def print_list(
    page: CasePage,
    total: CaseCount,
    now: datetime,
    *,
    near: bool = False,
    policies: Mapping[str, Policy] | None = None,
    language: ListLanguage = ListLanguage.EN,
) -> None:
    """Print one page of a list. `near`: found by text, in which the words may be apart.

    `policies`: by tenant; time is counted by the calendar of the town that is there, and names are
    its own. A list with a case of another town has codes, whatever the language.
    """
    out, towns = Output(_WIDE), policies or {}
    is_narrow = out.width < _NARROW
    named = all(row.tenant in towns for row in page.rows)
    words = words_of(language if named else ListLanguage.EN, towns)
    lines = [_cells(row, now, towns, words, is_narrow=is_narrow) for row in page.rows]
    table = _table(_SHORT if is_narrow else _LONG_LINE, lines, out.width, words)
    for row, cells in zip(page.rows, lines, strict=True):
        # What rests may have been late before it rested.
        late = is_late(row, now) or missed_before(row)
        table.add_row(*cells, style="red" if late else None)
    out.table(table)
    number = f"{total.number:,}+" if total.and_more else str(total.number)
    out.print(f"{len(page.rows)} of {number} cases", style="dim")
    if near and page.rows:
        out.print("all cases have these characters; some may have them in other words", style="dim")
    if page.following is not None:
        out.print(f"more: --after {page.following}", style="dim")


def list_as_json(page: CasePage, total: CaseCount, now: datetime) -> None:
    """Print one document: the rows as lists have them, and if each is late."""
    rows = [row.model_dump(mode="json") | {"late": is_late(row, now)} for row in page.rows]
    say_json(
        {
            "as_of": now.isoformat(),
            "cases": rows,
            "total": total.number,
            "and_more": total.and_more,
            "after": str(page.following) if page.following else None,
        }
    )


def next_due(row: CaseRow, now: datetime, calendar: Calendar | None = None) -> str:
    """Say when an open case is due; without a deadline it is merged, suspended or reported."""
    if row.closed_at is not None:
        return "missed" if row.missed_at is not None else "-"
    if row.next_due is None:
        missed = row.missed_at if missed_before(row) else None
        return f"rests, missed {roughly(now - missed)} ago" if missed else "rests"
    if row.due_measure in {None, *EVERY_DAY} or calendar is None:
        left = due(row.next_due, now)
    else:
        amount = _working(abs(between(calendar, now, row.next_due)))
        left = f"in {amount}" if row.next_due >= now else f"late {amount}"
    rests = "rests, " if row.rests else ""
    return rests + left + PROVISIONAL * bool(row.next_due_provisional)


def missed_before(row: CaseRow) -> bool:
    """Return whether the case rests, and missed a deadline before that still counts."""
    return row.closed_at is None and row.next_due is None and row.missed_at is not None


def due(at: datetime | None, now: datetime) -> str:
    if at is None:
        return "-"
    left = at - now
    return f"in {roughly(left)}" if left > timedelta(0) else f"late {roughly(-left)}"


def roughly(amount: timedelta) -> str:
    """Format with two units at most: 3 d 4 h, 2 h 30 min, 40 min, 20 s."""
    if amount < _MINUTE:
        return f"{int(amount.total_seconds())} s"
    if amount < _LONG:
        return hours(timedelta(minutes=round(amount / _MINUTE)))
    days, rest = divmod(amount, timedelta(days=1))
    return f"{days} d {rest // timedelta(hours=1)} h"


def _working(amount: timedelta) -> str:
    """Format working time: of eight hours is a working day (`3 wd 2 h`)."""
    if amount < 2 * DAY:
        return roughly(amount) if amount >= _MINUTE else "under 1 min"
    days, rest = divmod(amount, DAY)
    return f"{days} wd {rest // timedelta(hours=1)} h"


def _cells(
    row: CaseRow,
    now: datetime,
    policies: Mapping[str, Policy],
    words: ListWords,
    *,
    is_narrow: bool,
) -> Sequence[str]:
    calendar = policies[row.tenant].calendar if row.tenant in policies else None
    when = (words.unit(row), words.time(next_due(row, now, calendar)), words.clock(row))
    if is_narrow:
        return (row.case_id.partition("-")[0], *when, *words.grave(row), row.title)
    rest = (*words.grave(row), words.category(row), row.title)
    return (row.case_id, *words.where(row), *when, *rest)


def _table(
    names: Sequence[str], lines: Sequence[Sequence[str]], width: int, words: ListWords
) -> Table:
    """Return a table in which the last column gets what the others leave of the width."""
    table, left = Table(padding=(0, _GAP, 0, 0)), width
    for place, name in enumerate(names[:-1]):
        widest = max((columns_of(line[place]) for line in lines), default=0)
        heading = words.heading(name)
        wide = min(
            max(widest, columns_of(heading)), _MOST.get(name, width) if width < _NARROW else width
        )
        table.add_column(heading, no_wrap=True, overflow="ellipsis", width=wide)
        left -= wide + _GAP
    last = words.heading(names[-1])
    table.add_column(last, no_wrap=True, overflow="ellipsis", max_width=max(left, _LEAST))
    return table
