"""The SQL of lists of cases (docs/adr/0022-reading.md).

A list is made of streams, each served by one index: open and closed cases apart, and after a
bookmark cases with and without a deadline. Conditions compare bare columns, or no index serves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import sql

from store.cases.filters import Bookmark, CaseFilter, Promise, SortBy

TENANT = sql.SQL("tenant = %(tenant)s")
WITHOUT = sql.SQL("tenant <> %(without_tenant)s")
STAGE, TIER = sql.SQL("stage = %(stage)s"), sql.SQL("tier = %(tier)s")
HOLDER, GRID = sql.SQL("holder = %(holder)s"), sql.SQL("grid = %(grid)s")
PLACELESS = sql.SQL("grid IS NULL")
# Of a row of before the level, the category and the channel are known, the rest is not.
LEVEL = sql.SQL("level >= %(level)s")
CATEGORY = sql.SQL("category = %(category)s")
CHANNEL = sql.SQL("channel = %(channel)s")
TURN = sql.SQL("turn = %(turn)s")
VACUUM, OPEN_LEAD = sql.SQL("vacuum"), sql.SQL("open_lead")
AMONG = sql.SQL("case_id = ANY(%(among)s)")
MISSED = sql.SQL("missed_at IS NOT NULL")
RESTING = sql.SQL("(rests OR rests IS NULL AND next_due IS NULL)")
CITIZEN_LATE = sql.SQL("citizen_due < %(now)s")
CITIZEN_IN_TIME = sql.SQL("(citizen_due IS NULL OR citizen_due >= %(now)s)")
OWED_BY = sql.SQL("(owed_by = %(owed_by)s OR owed_by IS NULL AND holder = %(owed_by)s)")
HOLDER_LATE = sql.SQL("due_clock = 'holder'")
OTHER_LATE = sql.SQL("due_clock IS DISTINCT FROM 'holder'")
INBOX = sql.SQL("inbox && %(inbox)s")
WORDS = sql.SQL("words @> %(words)s::integer[]")
# The same condition in a form that no index serves: cases are checked in the order of the list.
COMMON_WORDS = sql.SQL("CASE WHEN words @> %(words)s::integer[] THEN true ELSE false END")
DUE = sql.SQL("next_due < %(due)s")
DUE_FROM = sql.SQL("next_due >= %(due_from)s")
OPEN, CLOSED = sql.SQL("closed_at IS NULL"), sql.SQL("closed_at IS NOT NULL")
WORDS_OF_OPEN, WORDS_OF_CLOSED = sql.SQL("of_open"), sql.SQL("NOT of_open")
AFTER = sql.SQL("(next_due, case_id) > (%(after_due)s, %(after_case)s)")
WITHOUT_DEADLINE = sql.SQL("next_due IS NULL")
AFTER_WITHOUT = sql.SQL("next_due IS NULL AND case_id > %(after_case)s")
BEFORE = sql.SQL("(next_due, case_id) < (%(before_due)s, %(before_case)s)")
READS, WAITS = sql.SQL("reads"), sql.SQL("waits")

OF_A_MARK = (
    *(TENANT, WITHOUT, AMONG, STAGE, OPEN, INBOX),
    *(DUE, DUE_FROM, AFTER, WITHOUT_DEADLINE, AFTER_WITHOUT, BEFORE),
)
"""What sanban.open_marks says of a case itself."""

_COMPARED = (
    *("tenant", "stage", "tier", "holder", "grid", "level", "category", "channel", "turn"),
    *("owed_by", "without_tenant"),
)
"""The fields of a filter that are parameters as they are."""
STREAM = sql.SQL(
    "(SELECT case_id, next_due FROM {source} WHERE {conditions} {order} LIMIT %(limit)s)"
)
# The first cases of each mark, which its index has in the order of lists; a case of several is one.
MARKED = sql.SQL("""
(SELECT DISTINCT found.case_id, found.next_due FROM unnest(%(marks)s::text[]) given (mark)
CROSS JOIN LATERAL (
    SELECT case_id, next_due FROM sanban.open_marks WHERE mark = given.mark AND {conditions}
    {order} LIMIT %(limit)s
) found {order} LIMIT %(limit)s)
""")
# The same, planned as if all of it were read: PostgreSQL does not pass the LIMIT in.
WHOLE = sql.SQL("(SELECT * FROM {source} WHERE {conditions} {order} OFFSET 0) s")
IN_ORDER, IN_ANY_ORDER = sql.SQL("ORDER BY next_due, case_id"), sql.SQL("")


ORDERS = {
    SortBy.RECEIVED: sql.SQL("received_at, case_id"),
    SortBy.LEVEL: sql.SQL("level DESC, next_due, case_id"),
    SortBy.URGENCY: sql.SQL(
        "array_position(ARRAY['critical', 'urgent', 'normal', 'complex'], urgency), "
        "next_due, case_id"
    ),
}

_BROKEN = {
    Promise.CITIZEN: (CITIZEN_LATE,),
    Promise.HOLDER: (CITIZEN_IN_TIME, HOLDER_LATE),
    Promise.OTHER: (CITIZEN_IN_TIME, OTHER_LATE),
}


@dataclass(frozen=True, slots=True)
class Marks:
    """Open cases that have any of these marks (sanban.open_marks). `kind`: READS or WAITS."""

    kind: sql.SQL
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseRelation:
    """Where a list is read. The fields `by_*` are views that have one condition in themselves.

    `row_access.say` gives them its values. `by_common_words` and `of_open` are in lists' order.
    `marks`: by what open cases are found instead, if a mark says all that a list asks.
    """

    relation: sql.Composable
    by_inbox: sql.Composable | None = None
    by_words: sql.Composable | None = None
    by_common_words: sql.Composable | None = None
    of_open: sql.Composable | None = None
    marks: Marks | None = None


def streams(
    source: CaseRelation,
    wanted: CaseFilter,
    *,
    now: datetime,
    limit: int,
    after: Bookmark | None = None,
    ordered: bool = True,
    closed_only: bool = False,
    before: Bookmark | None = None,
) -> tuple[sql.Composed, dict[str, object]]:
    """Return a query for `case_id` and `next_due`, and its parameters.

    It has the first `limit` cases of each stream, so the first `limit` of all are the first of the
    list. With `ordered` False it has any `limit` cases of each, which is enough for a count.
    `before` has a deadline, and leaves out what follows it in the list.
    """
    past = now if wanted.late_only or wanted.promise else None
    dues = [due for due in (wanted.due_before, past) if due]
    common = [*_conditions(wanted), *([] if before is None else [BEFORE])]
    kinds = []
    if not closed_only:
        of_open = [*([DUE] if dues else []), *([RESTING] if wanted.resting_only else [])]
        of_open += [DUE_FROM] if wanted.due_from else []
        of_open += _BROKEN[wanted.promise] if wanted.promise else ()
        kinds.append([OPEN, *of_open, *([WORDS_OF_OPEN, WORDS] if wanted.words else [])])
    if wanted.includes_closed:
        words = COMMON_WORDS if wanted.words and wanted.words.common else WORDS
        of_closed = [CLOSED, *([MISSED] if wanted.late_only else [])]
        kinds.append([*of_closed, *([WORDS_OF_CLOSED, words] if wanted.words else [])])
    asked = [
        _stream(source, [*common, *kind, *place], ordered=ordered)
        for kind in kinds
        for place in _places(after)
    ]
    params: dict[str, object] = {
        "marks": list(source.marks.marks) if source.marks else [],
        **{name: getattr(wanted, name) for name in _COMPARED},
        "among": list(wanted.among or ()),
        "inbox": list(wanted.inbox or ()),
        "words": list(wanted.words.numbers) if wanted.words else None,
        "now": now.astimezone(UTC),
        "due_from": wanted.due_from.astimezone(UTC) if wanted.due_from else None,
        "due": min(dues).astimezone(UTC) if dues else None,
        "after_due": after.next_due if after else None,
        "after_case": after.case_id if after else None,
        "before_due": before.next_due if before else None,
        "before_case": before.case_id if before else None,
        "limit": limit,
    }
    return sql.SQL(" UNION ALL ").join(asked), params


def _stream(source: CaseRelation, conditions: Sequence[sql.SQL], *, ordered: bool) -> sql.Composed:
    """Read a view that has a condition in itself, if there is one, and leave the condition out.

    PostgreSQL passes a LIMIT into a view if the query does not sort: then the plan is for few rows,
    else for all. Common words are for few: all cases would be collected and sorted. An inbox is for
    all, also to be counted: hardly any closed case is in one, so no search in order ends soon. A
    page of a unit's closed cases is for all: a small one may have none in a million.
    """
    if source.marks and OPEN in conditions and all(each in OF_A_MARK for each in conditions):
        asked = [each for each in conditions if each not in (OPEN, INBOX)]
        return MARKED.format(
            conditions=sql.SQL(" AND ").join([source.marks.kind, *asked]),
            order=IN_ORDER if ordered else IN_ANY_ORDER,
        )
    relation, within, sorts = source.relation, None, ordered
    if WORDS in conditions and source.by_words is not None:
        relation, within = source.by_words, WORDS
    elif INBOX in conditions and source.by_inbox is not None:
        relation, within, sorts = source.by_inbox, INBOX, True
    elif COMMON_WORDS in conditions and ordered and source.by_common_words is not None:
        relation, within, sorts = source.by_common_words, COMMON_WORDS, False
    elif source.of_open is not None and OPEN in conditions:
        relation = source.of_open
    where = sql.SQL(" AND ").join(each for each in conditions if each is not within)
    order = IN_ORDER if sorts else IN_ANY_ORDER
    if source.of_open is not None and OPEN not in conditions and ordered:
        relation = WHOLE.format(source=relation, conditions=where, order=order)
    return STREAM.format(source=relation, conditions=where, order=order)


def _conditions(wanted: CaseFilter) -> Iterator[sql.SQL]:
    chosen = (
        (wanted.tenant, TENANT),
        (wanted.without_tenant, WITHOUT),
        (wanted.stage, STAGE),
        (wanted.tier, TIER),
        (wanted.holder, HOLDER),
        (wanted.grid, GRID),
        (wanted.placeless or None, PLACELESS),
        (wanted.level, LEVEL),
        (wanted.category, CATEGORY),
        (wanted.channel, CHANNEL),
        (wanted.turn, TURN),
        (wanted.vacuum or None, VACUUM),
        (wanted.open_lead or None, OPEN_LEAD),
        (wanted.among, AMONG),
        (wanted.owed_by, OWED_BY),
        (wanted.inbox, INBOX),
    )
    return (condition for value, condition in chosen if value is not None)


def _places(after: Bookmark | None) -> list[list[sql.SQL]]:
    """Return the conditions of the part of the order that is after the bookmark."""
    if after is None:
        return [[]]
    return [[AFTER_WITHOUT]] if after.next_due is None else [[AFTER], [WITHOUT_DEADLINE]]
