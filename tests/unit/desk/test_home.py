"""The first page: each figure is the length of the list to which it leads."""

import re
from datetime import timedelta

import pytest

from tests.fakes.desk import Browser, Desk

FIGURE = re.compile(r'<li[^>]*><a href="([^"]+)"><span>([^<]+)</span><b>(\d+)</b>')
LOAD = re.compile(
    r'<li><a href="(/cases\?unit=[^"]+)">.*?<span class="off">open </span>(\d+)', re.DOTALL
)
PEOPLE = ("shen-haifeng", "lu-jianming", "zhu-lihua", "ruan-fang", "xie-bin", "zhou-zhiqiang")


def town() -> Desk:
    """Cases of all tiers and ages; the engine has rung for those that are late."""
    desk = Desk()
    for number, category in enumerate(
        ("garbage", "stray-dogs", "restaurant-fumes", "railside-hazard", "parking", None) * 2
    ):
        case = desk.file(category, ago=timedelta(hours=number * number * 3))
        desk.ring(case.case_id)
    return desk


@pytest.mark.parametrize("person", PEOPLE)
async def test_each_figure_is_the_length_of_its_list(person: str) -> None:
    browser = Browser(town())
    await browser.sign_in(person)

    figures = FIGURE.findall((await browser.open("/")).text)
    lengths = {name: await length(browser, path) for path, name, _ in figures}

    assert len(figures) >= 4
    assert lengths == {name: int(number) for _, name, number in figures}


async def test_each_late_case_is_counted_once_by_what_it_breaks() -> None:
    browser = Browser(town())
    await browser.sign_in("shen-haifeng")

    late = await length(browser, "/cases?light=red")
    broken = [
        await length(browser, f"/cases?promise={each}") for each in ("citizen", "holder", "other")
    ]

    assert late > 0
    assert sum(broken) == late


async def test_what_is_due_by_tomorrow_is_not_late() -> None:
    browser = Browser(town())
    await browser.sign_in("shen-haifeng")

    assert 'class="light light--red"' not in (await browser.open("/cases?due=tomorrow")).text


async def test_the_load_of_a_unit_leads_to_its_cases() -> None:
    browser = Browser(town())
    await browser.sign_in("shen-haifeng")

    page = (await browser.open("/")).text
    loads = re.findall(
        r'<li><a href="(/cases\?unit=[^"]+)">.*?<span class="off">open </span>(\d+)',
        page,
        re.DOTALL,
    )

    assert len(loads) > 3
    for path, number in loads:
        assert await length(browser, path) == int(number)


@pytest.mark.parametrize("hours", [0, 30])
@pytest.mark.parametrize("path", ["/", "/board"])
async def test_a_town_whose_only_case_has_no_unit_yet_has_its_pages(path: str, hours: int) -> None:
    """The platform answers for its deadline, and holds no case."""
    desk = Desk()
    desk.ring(desk.file(None, ago=timedelta(hours=hours)).case_id)
    browser = Browser(desk)
    await browser.sign_in("shen-haifeng")

    assert (await browser.open(path)).status == 200


async def length(browser: Browser, path: str) -> int:
    """Return how many cases a page says that its list has."""
    page = (await browser.open(path.replace("&amp;", "&"))).text
    found = re.search(r"<title>[^<]*?(\d+)[^<]*</title>", page)
    if found is not None:
        return int(found.group(1))
    return int(re.findall(r"Cases: (\d+)", page)[0]) if "Cases: " in page else 0


async def test_the_office_sees_what_waits_for_it_though_it_is_asked_nothing() -> None:
    desk = Desk()
    case = desk.file("railside-hazard")
    browser = Browser(desk)
    await browser.sign_in("shen-haifeng")
    page = (await browser.open("/")).text
    figures = {path: int(number) for path, _, number in FIGURE.findall(page)}

    assert figures["/approvals"] == 0
    assert figures["/cases?mine=1"] == 1
    assert (
        f"/cases/{case.case_id}" in page.partition('id="waiting-h"')[2].partition("</section>")[0]
    )
    assert case.case_id in (await browser.open("/cases?turn=office")).text
