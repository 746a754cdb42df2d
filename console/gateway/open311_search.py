"""The search for reports of one source by date, service and status, page by page."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.gateway.answers import HttpRefusal
from schemas.notations import moment_of

LONGEST = timedelta(days=90)
"""The standard's period for a search without start_date, or without end_date."""
LARGEST_PAGE = 50
LAST_PAGE = 1_000
"""All pages after it are empty: finding one costs as much as all before it."""
_NUMBER = re.compile("([+-]?)0*([0-9]+)")
_STATES = {"open": False, "closed": True}


@dataclass(frozen=True, slots=True)
class Search:
    """Reports from `since` up to, not including, `until`; latest first.

    `closed` and `categories`: None means all. `skip`: reports on the pages before this one.
    `limit` is 0 after the last page.
    """

    since: datetime
    until: datetime
    categories: tuple[str, ...] | None
    closed: bool | None
    limit: int = LARGEST_PAGE
    skip: int = 0


def search_of(asked: Mapping[str, str], now: datetime) -> Search:
    """Raises HttpRefusal 400 that names the parameter."""
    until = _moment(asked, "end_date")
    since = _moment(asked, "start_date")
    if since is None:
        since = (until or now) - LONGEST
    if until is None:  # times have whole seconds: include reports of this second
        until = min(since + LONGEST, now) if "start_date" in asked else now
        until += timedelta(seconds=1)
    if not since < until:
        raise _wrong("end_date", "is not after start_date; swap them")
    size = min(_number(asked, "page_size", LARGEST_PAGE), LARGEST_PAGE)
    page = _number(asked, "page", 1)
    codes = tuple(
        code for part in asked.get("service_code", "").split(",") if (code := part.strip())
    )
    return Search(
        since=since,
        until=until,
        categories=codes or None,
        closed=_closed(asked.get("status", "")),
        limit=size if page <= LAST_PAGE else 0,
        skip=(min(page, LAST_PAGE) - 1) * size,
    )


def _closed(said: str) -> bool | None:
    states = {state.strip().lower() for state in said.split(",") if state.strip()}
    if unknown := states - _STATES.keys():
        raise _wrong("status", f"{min(unknown)!r} is no status; send open, closed or both")
    return _STATES[states.pop()] if len(states) == 1 else None


def _moment(asked: Mapping[str, str], name: str) -> datetime | None:
    said = asked.get(name, "")
    if not said.strip():
        return None
    try:
        return moment_of(said)
    except ValueError as error:
        raise _wrong(name, f"{error}; in an address, + is written %2B") from None


def _number(asked: Mapping[str, str], name: str, default: int) -> int:
    """Return a number of at least 1: a smaller one means the first page, or the smallest."""
    said = asked.get(name, "").strip()
    if not said:
        return default
    number = _NUMBER.fullmatch(said)
    if number is None:
        raise _wrong(name, "is no whole number; send 1 or more")
    # Any number is read, but no more of it than tells that it is too large.
    return 1 if number[1] == "-" else max(1, int(number[2][:20]))


def _wrong(name: str, what: str) -> HttpRefusal:
    return HttpRefusal(400, "invalid_request", f"{name}: {what}")
