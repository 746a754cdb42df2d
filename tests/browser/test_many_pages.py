"""Many pages of one person at once, all of them in sight, and a browser in another zone."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Route

from domain.case.joint_work.acts import Convene
from tests.browser.acting import give
from tests.browser.in_memory import memory_town
from tests.browser.people import Visitor
from tests.browser.town import Town

FAR = "America/Los_Angeles"
HOME = ZoneInfo("Asia/Shanghai")
_OPEN = 12


async def test_twelve_tabs_open_all_load_and_the_one_in_use_hears_what_changes(town: Town) -> None:
    """A browser keeps six connections for a host, and here each of the tabs is in sight."""
    number = town.numbers[0]
    async with town.person("shen-haifeng") as someone, town.person("zhu-lihua") as other:
        more = range(_OPEN - 1)
        tabs = [someone.page, *[await someone.page.context.new_page() for _ in more]]
        for tab in tabs:
            answer = await tab.goto(f"{town.url}/cases/{number}")
            assert answer is not None
            assert answer.status == 200
        first, last = tabs[0], tabs[-1]
        await first.evaluate("window.dispatchEvent(new Event('focus'))")
        await give(other, number, "comment", text="已联系承办单位")
        for tab in (first, last):
            await tab.wait_for_selector("#pill a")
        for tab in tabs:
            await tab.reload()
            assert "已联系承办单位" in await tab.inner_text("main")


async def test_a_browser_in_another_zone_shows_and_takes_the_hours_of_the_town(
    chromium: Browser,
) -> None:
    """In Los Angeles it is the evening of the day before."""
    async with memory_town(chromium) as here:
        number = here.desk.file("sewage-discharge").case_id
        meeting = here.hour + timedelta(hours=5)
        for visitor in (Visitor("zh", zone=FAR), Visitor("en", zone=FAR, keyboard=True)):
            async with here.person("shen-haifeng", visitor) as someone:
                await someone.open(f"/cases/{number}")
                received = await someone.page.get_attribute("main time", "title")
                said = await someone.page.inner_text(".foot")
                day = await someone.page.evaluate("new Date().getTimezoneOffset()")
                await give(
                    someone, number, "convene", units=["water-agriculture"], at=meeting,
                    agenda="暗管排查分工",
                )  # fmt: skip
            assert day == 480
            assert received is not None
            assert received.endswith("Asia/Shanghai")
            assert "10:30" in said
        appointed = [each.act.at for each in here.desk.given if isinstance(each.act, Convene)]

    assert appointed == [meeting, meeting]


async def test_since_when_nothing_arrives_is_an_hour_of_the_town(town: Town) -> None:
    async with town.person("shen-haifeng", Visitor(zone=FAR)) as someone:
        await someone.open("/cases")
        before = datetime.now(UTC)
        await someone.page.context.set_offline(True)
        await someone.page.wait_for_selector("#pill a")
        said = await someone.page.inner_text("#pill")
        await someone.page.context.set_offline(False)

    [hour] = re.findall(r"\d\d:\d\d", said)
    minutes = (before + timedelta(minutes=each) for each in range(10))
    assert hour in {f"{each.astimezone(HOME):%H:%M}" for each in minutes}


async def test_a_stream_that_is_dead_without_an_error_is_noticed(town: Town) -> None:
    """As after a router has forgotten the connection: what was asked is never answered."""
    async with town.person("shen-haifeng") as someone:
        streams = list[Route]()

        def asked(route: Route) -> None:
            streams.append(route)

        await someone.page.route(re.compile(r"/live(\?again=1)?$"), asked)
        await someone.page.clock.install()
        await someone.open("/cases")
        await someone.page.clock.run_for(40_000)
        early = await someone.page.inner_text("#pill")
        await someone.page.clock.run_for(20_000)
        await someone.page.wait_for_selector("#pill a")

    assert early == ""
    assert len(streams) == 2
