"""axe-core finds nothing wrong on full, empty and wrong pages, at three widths, in both languages.

The town is in memory, so a page can be as full as it ever is, and a server be away at will.
"""

from collections.abc import Mapping

import pytest
from playwright.async_api import Browser

from schemas.intake import Unavailable
from tests.browser.barriers import barriers
from tests.browser.full_town import SCREEN, Scenes, empty_town, full_town, work_off
from tests.browser.in_memory import MemoryTown, memory_town
from tests.browser.people import Person, Visitor

WIDTHS = (1440, 720, 320)
"""The second is a window of 1440 px at 200 %."""
SUPERVISOR, DISPATCHER, OPERATOR, AUDITOR = "shen-haifeng", "zhu-lihua", "yin-hao", "yu-zhengming"
OFFICER, HEAD = "xu-meng", "zhou-zhiqiang"
FINDING = "/patrols/market.2026-11-24/G08/finding"
LIST = "list=&at=2099-01-01T00:00:00Z"
PAGES: Mapping[str, tuple[str, ...]] = {
    SUPERVISOR: (
        "/", "/cases", "/cases/map", "/approvals", "/board", "/duty", "/views", "/sessions",
        f"/batches/new?{LIST}&scope=all&act=urge", f"/batches/new?{LIST}&scope=picked&act=urge",
    ),
    DISPATCHER: ("/", "/callbacks"),
    OFFICER: ("/patrols", FINDING),
    HEAD: ("/patrols",),
    OPERATOR: ("/health", "/intake", "/dead-letters", "/deliveries"),
    AUDITOR: ("/audit", "/audit?of=readings", "/audit/checkpoints", "/audit/operations"),
}  # fmt: skip
in_both = pytest.mark.parametrize("language", ["zh", "en"])


class Looked:
    """What axe has found, by page and width.

    A screen on a wall has no reader whom its refresh could interrupt; what it shows is on /board.
    """

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self.seen = 0

    async def look(self, person: Person, name: str = "") -> None:
        for width in WIDTHS:
            await person.page.set_viewport_size({"width": width, "height": 900})
            self.seen += 1
            without = ("meta-refresh",) if "/screen/" in person.page.url else ()
            if faults := await barriers(person, without=without):
                self.found[f"{name or person.page.url.split('/', 3)[3]}, {width} px"] = faults

    async def open(self, person: Person, path: str, status: int = 200) -> None:
        assert await person.open(path) == status, path
        await self.look(person)


@in_both
async def test_no_full_page_has_a_barrier(chromium: Browser, language: str) -> None:
    scenes, looked = await full_town(), Looked()
    case, visitor = scenes.case, Visitor(language)
    more = {
        SUPERVISOR: (
            f"/cases/{case}",
            f"/cases/{case}/print",
            f"/cases/{scenes.asked}/acts/answer",
        ),
        OPERATOR: ("/dead-letters/1",),
        AUDITOR: ("/audit/policies/1", "/audit/operations/1", f"/audit/cases/{case}"),
    }
    async with memory_town(chromium, scenes.desk) as town:
        for id_, paths in PAGES.items():
            async with town.person(id_, visitor) as someone:
                for path in (*paths, *more.get(id_, ())):
                    await looked.open(someone, path, 422 if "picked" in path else 200)
        async with town.person(SUPERVISOR, visitor) as someone:
            await someone.open(f"/batches/new?{LIST}&scope=all&act=urge")
            await someone.write("#f-text", "请抓紧")
            await someone.press("form.form button")
            await looked.look(someone, "a bulk act that has begun")
            await work_off(scenes.desk)
            await someone.page.reload()
            await looked.look(someone, "a bulk act that is over")
            await looked.open(someone, f"{scenes.task}?language={language}")
            await looked.open(someone, f"/screen/{SCREEN}?language={language}")

    assert looked.found == {}
    assert looked.seen > 60


@in_both
async def test_no_empty_page_has_a_barrier(chromium: Browser, language: str) -> None:
    scenes, looked = empty_town(), Looked()
    async with memory_town(chromium, scenes.desk) as town:
        for id_, paths in PAGES.items():
            async with town.person(id_, Visitor(language)) as someone:
                for path in paths:
                    await looked.open(someone, path, 422 if "/new" in path else 200)
                await looked.open(someone, f"/screen/{SCREEN}?language={language}")

    assert looked.found == {}
    assert looked.seen > 40


@in_both
async def test_no_page_that_says_what_is_wrong_has_a_barrier(
    chromium: Browser, language: str
) -> None:
    scenes, looked = await full_town(), Looked()
    visitor = Visitor(language)
    async with memory_town(chromium, scenes.desk) as town:
        await wrong_addresses(town, visitor, looked)
        await wrong_forms(town, visitor, scenes, looked)
        await wrong_patrols(town, visitor, looked)
        async with town.person(SUPERVISOR, visitor) as someone:
            form = f"/cases/{scenes.case}/acts/comment"
            await someone.open(form)
            await someone.write("#f-text", "已看")
            scenes.desk.away = Unavailable("temporal", "no answer in time")
            await someone.press("form.form button")
            await looked.look(someone, "not recorded")
            scenes.desk.away = None

    assert looked.found == {}
    assert looked.seen > 40


async def wrong_addresses(town: MemoryTown, visitor: Visitor, looked: Looked) -> None:
    async with town.person(SUPERVISOR, visitor) as someone:
        await looked.open(someone, "/nothing", 404)
        await looked.open(someone, "/health", 404)
        await looked.open(someone, "/cases?light=blue", 400)
        await looked.open(someone, "/task/none", 404)
        await looked.open(someone, "/screen/none", 404)
        await looked.open(someone, "/batches/none", 404)
    async with town.person(OPERATOR, visitor) as someone:
        await looked.open(someone, "/intake?days=2", 400)
        await looked.open(someone, "/dead-letters/99", 404)
    async with town.person(AUDITOR, visitor) as someone:
        await looked.open(someone, "/audit?before=x", 400)


async def wrong_patrols(town: MemoryTown, visitor: Visitor, looked: Looked) -> None:
    for id_, path in ((OFFICER, FINDING), (HEAD, "/patrols")):
        async with town.person(id_, visitor) as someone:
            await someone.open(path)
            await someone.press("form.form button")
            await looked.look(someone, f"{path}, wrong")


async def wrong_forms(town: MemoryTown, visitor: Visitor, scenes: Scenes, looked: Looked) -> None:
    """Send each form with nothing in it."""
    async with town.person(SUPERVISOR, visitor) as someone:
        for path in (
            f"/batches/new?{LIST}&scope=all&act=urge",
            f"/cases/{scenes.asked}/acts/answer",
            f"/cases/{scenes.asked}/acts/circulate",
        ):
            await someone.open(path)
            await someone.press("form.form button")
            await looked.look(someone, f"{path.partition('?')[0]}, wrong")
        await someone.open("/duty")
        await someone.press('form.form[action="/duty"] button')
        await looked.look(someone, "duty, wrong")
        await someone.open(f"{scenes.task}?language={visitor.language}")
        await someone.press("form button")
        await looked.look(someone, "task, wrong")
    async with town.person(OPERATOR, visitor) as someone:
        for to in ("reveal", "replay", "discard"):
            await someone.open("/dead-letters/1")
            for hidden in await someone.page.query_selector_all("main summary"):
                await hidden.click()
            await someone.press(f'form[action$="/{to}"] button')
            await looked.look(someone, f"dead letter, {to}, wrong")
