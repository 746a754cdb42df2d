"""Hints for open pages: to those who may read the case, and to no other person."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import cast

import pytest

from console.desk import live
from console.desk.context import Visit
from console.desk.live import STREAMS, CaseChange, Lasts, LiveHub, event
from console.desk.pages import live as live_pages
from domain.case.access import Reach
from store.errors import StoreUnavailable
from tests.fakes.desk import Browser, Desk

OFFICE = Reach("shen", "town", (), whole_tenant=True)
SQUAD = Reach("xu", "town", ("squad",))


@dataclass
class Journal:
    """What the feed says next: changes, or that the database is away."""

    said: list[Sequence[CaseChange] | StoreUnavailable] = field(default_factory=list)
    read: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once everything was said, and passed on."""

    async def next(self) -> Sequence[CaseChange]:
        if not self.said:
            self.read.set()
        following = self.said.pop(0) if self.said else ()
        if isinstance(following, StoreUnavailable):
            raise following
        return following


@asynccontextmanager
async def running(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[LiveHub]:
    monkeypatch.setattr(live, "EACH_S", 0.01)
    hub, stop = LiveHub(journal, "build-1"), asyncio.Event()
    task = asyncio.create_task(hub.run(stop))
    try:
        yield hub
    finally:
        stop.set()
        await task


async def always() -> bool:
    return True


async def opened(
    hub: LiveHub,
    reach: Reach,
    session: str = "s",
    *,
    again: bool = False,
    lasts: Lasts = always,
) -> AsyncIterator[str]:
    """Open a stream, past its greeting."""
    stream = hub.stream(reach, session, again=again, lasts=lasts)
    assert "build-1" in await anext(stream)
    return stream


def change(number: str, *units: str, tenant: str = "town") -> CaseChange:
    return CaseChange(number, 7, tenant, units)


async def test_a_hint_comes_to_who_reads_the_case_and_not_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = Journal()
    async with running(journal, monkeypatch) as hub:
        office, squad = await opened(hub, OFFICE), await opened(hub, SQUAD, "t")
        journal.said.append([change("a", "water"), change("x", "squad", tenant="other")])
        journal.said.append([change("b", "squad")])

        assert '"number": "a"' in await anext(office)
        assert '"number": "b"' in await anext(office)
        assert '"number": "b"' in await anext(squad)


async def test_after_the_database_was_away_pages_ask_for_everything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = Journal()
    async with running(journal, monkeypatch) as hub:
        page = await opened(hub, OFFICE)
        journal.said += [StoreUnavailable("away"), StoreUnavailable("away"), ()]

        assert "event: stale" in await anext(page)
        assert "event: resync" in await anext(page)


async def test_a_page_that_comes_back_asks_for_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(Journal(), monkeypatch) as hub:
        page = await opened(hub, OFFICE, again=True)

        assert "event: resync" in await anext(page)


async def test_the_end_of_the_process_ends_every_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(Journal(), monkeypatch) as hub:
        pages = [await opened(hub, OFFICE, str(number)) for number in range(200)]

    assert [[text async for text in page] for page in pages] == [[]] * 200
    assert hub.streams == 0


async def test_as_many_tabs_as_may_be_all_hear_and_one_more_lets_the_oldest_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = Journal()
    async with running(journal, monkeypatch) as hub:
        tabs = [await opened(hub, OFFICE) for _ in range(STREAMS)]
        journal.said.append([change("a")])
        heard = [await anext(tab) for tab in tabs]
        tabs.append(await opened(hub, OFFICE))
        journal.said.append([change("b")])
        later = [await anext(tab) for tab in tabs[1:]]
        last = [text async for text in tabs[0]]

    assert {*heard} == {event("case", {"number": "a", "seq": 7})}
    assert {*later} == {event("case", {"number": "b", "seq": 7})}
    assert last == [event("rest")]


async def test_a_page_that_reads_nothing_is_told_to_ask_instead_of_filling_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journal = Journal()
    async with running(journal, monkeypatch) as hub:
        page = await opened(hub, OFFICE)
        journal.said.append([change(str(number)) for number in range(1000)])
        journal.read.clear()
        await journal.read.wait()
        first = await anext(page)

    assert "event: resync" in first


async def test_a_list_says_how_many_of_its_rows_differ_from_what_a_page_shows() -> None:
    desk = Desk()
    browser = Browser(desk)
    first, second = desk.file("garbage"), desk.file("stray-dogs")
    await browser.sign_in("shen-haifeng")

    same = await browser.open(
        f"/live/list?shown={first.case_id}:{first.seq},{second.case_id}:{second.seq}"
    )
    moved = await browser.open(f"/live/list?shown={first.case_id}:1,{second.case_id}:{second.seq}")

    assert same.text == '{"changed":0}'
    assert moved.text == '{"changed":1}'


async def test_without_a_session_no_stream_begins() -> None:
    assert (await Browser(Desk()).open("/live")).status == 303


async def test_a_stream_ends_with_its_session_before_it_says_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "QUIET_S", 0.01)
    signed_in = True

    async def lasts() -> bool:
        return signed_in

    journal = Journal()
    async with running(journal, monkeypatch) as hub:
        stream = await opened(hub, OFFICE, lasts=lasts)
        quiet = await anext(stream)
        signed_in = False
        await asyncio.sleep(0.02)
        journal.said.append([change("a", "water")])
        rest = [text async for text in stream]

    assert quiet == event("here")
    assert rest == []


@pytest.mark.parametrize("how", ["ended", "left the roster"])
async def test_a_page_knows_that_its_session_is_over(how: str) -> None:
    desk = Desk()
    browser = Browser(desk)
    await browser.sign_in("shen-haifeng")
    [session] = desk.sessions.values()
    visit = cast("Visit", SimpleNamespace(context=desk.context(), session=session))
    before = await live_pages._lasts(visit)
    if how == "ended":
        await desk.kept.end(session.id, desk.now)
    else:
        visit = cast(
            "Visit",
            SimpleNamespace(context=desk.context(), session=replace(session, person="mallory")),
        )

    assert before is True
    assert await live_pages._lasts(visit) is False
