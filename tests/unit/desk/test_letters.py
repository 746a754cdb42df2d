"""Papers of a case: what they say was so when their row was written, on one sheet each."""

import re
from datetime import timedelta
from html import unescape

import pytest

from console.desk.letters import names_of
from console.desk.names import TownNames
from console.desk.uploads import AttachedFile
from domain.case.supervision.facts import Circulated
from domain.complaints import Evidence
from tests.fakes.desk import NOW, Browser, Desk

OFFICE, SQUAD = "shen-haifeng", "xu-meng"


def words(page: str) -> str:
    """Return what a reader sees of the sheet."""
    sheet = page.partition('<article class="sheet')[2].partition("</article>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", sheet)))


async def supervised(language: str = "zh") -> tuple[Desk, Browser, str]:
    """A signed case, and the person of the office who presses its unit."""
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    squad = Browser(desk)
    await squad.sign_in(SQUAD)
    await squad.fill(f"/cases/{case}/acts/sign")
    office = Browser(desk)
    await office.sign_in(OFFICE, language=language)
    return desk, office, case


async def test_a_letter_says_to_which_unit_what_is_asked_and_until_when() -> None:
    desk, office, case = await supervised()
    await office.fill(f"/cases/{case}/acts/issue_letter", text="查明暗管走向；\n书面说明原因。")

    page = await office.open(f"/cases/{case}/letters/letter-1")

    shown = words(page.text)
    [part] = desk.lives[case].case.open_parts()
    assert page.status == 200
    assert part.id == "letter-1"
    assert "督办单" in shown
    assert "二〇二六年十一月二十四日" in shown
    assert "综合行政执法中队" in shown
    assert "查明暗管走向" in shown
    assert "承办时限" in shown
    assert "发文时未超期" in shown
    assert "沈海峰" in shown
    assert f'href="/cases/{case}/letters/letter-1"' in (await office.open(f"/cases/{case}")).text


async def test_a_letter_stays_as_it_was_when_it_is_printed_later() -> None:
    desk, office, case = await supervised()
    await office.fill(f"/cases/{case}/acts/issue_letter", text="请说明")
    before = words((await office.open(f"/cases/{case}/letters/letter-1")).text)
    desk.now += timedelta(days=60)
    await office.sign_in("shen-haifeng", language="zh")

    assert words((await office.open(f"/cases/{case}/letters/letter-1")).text) == before


async def test_a_circular_and_its_row_are_found() -> None:
    desk, office, case = await supervised()
    await office.fill(f"/cases/{case}/acts/circulate", text="办理迟缓，现予通报")
    [name] = names_of(desk.lives[case].events)

    page = await office.open(f"/cases/{case}/letters/{name.id}")

    assert "办理迟缓，现予通报" in words(page.text)
    assert f"日志第 {name.row} 行" in words(page.text)


def called() -> dict[str, str | list[str]]:
    """Return the form that calls a unit to a conference of tomorrow."""
    return {
        "units": ["market-supervision"],
        "at.date": "2026-11-25",
        "at.time": "10:00",
        "agenda": "油烟管道归谁管",
    }


async def test_minutes_say_who_came_and_what_each_unit_has_to_do() -> None:
    desk, office, case = await supervised()
    at = NOW + timedelta(hours=26)
    await office.fill(f"/cases/{case}/acts/convene", **called())
    office.desk.now = at
    await office.sign_in("shen-haifeng", language="zh")
    desk.media.kept[case, f"{'5a' * 32}.pdf"] = b"%PDF-"
    file = {
        "evidence.kept": AttachedFile(
            Evidence("5a" * 32, "urn:minutes", "application/pdf"), ""
        ).text
    }
    held = await office.fill(
        f"/cases/{case}/acts/hold",
        part="conference-1",
        minutes="已现场查看",
        present=["enforcement-squad", "market-supervision"],
        came="market-supervision:wang-xinmin",
        tasks="市场监督管理所：核对证照",
        **file,
    )
    page = await office.open(f"/cases/{case}/letters/conference-1")

    assert held.status == 303
    assert "会商纪要" in words(page.text)
    assert "油烟管道归谁管" in words(page.text)
    assert "核对证照" in words(page.text)
    assert "unit='market-supervision', what='核对证照'" in repr(desk.given[-1])


@pytest.mark.parametrize("paper", ["letter-1", "2", "none", "conference-1"])
async def test_what_is_no_paper_is_not_found(paper: str) -> None:
    _, office, case = await supervised()

    assert (await office.open(f"/cases/{case}/letters/{paper}")).status == 404


async def test_a_stranger_prints_nothing() -> None:
    desk, office, case = await supervised()
    await office.fill(f"/cases/{case}/acts/issue_letter", text="请说明")
    stranger = Browser(desk)
    await stranger.sign_in("lin-yan")

    assert (await stranger.open(f"/cases/{case}/letters/letter-1")).status == 404
    assert (await stranger.open(f"/cases/{case}/print")).status == 404


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_sheet_of_a_case_has_its_promise_and_what_happened(language: str) -> None:
    _, office, case = await supervised(language)

    page = await office.open(f"/cases/{case}/print")

    assert page.status == 200
    assert case in words(page.text)
    assert "井盖丢了" in words(page.text)
    assert ("签收" if language == "zh" else "signed") in words(page.text)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_circular_of_a_clock_names_the_clock_and_how_late_it_is_in_words(
    language: str,
) -> None:
    desk = Desk()
    case = desk.file("restaurant-fumes", ago=timedelta(days=30)).case_id
    desk.ring(case)
    browser = Browser(desk)
    await browser.sign_in(OFFICE, language=language)
    circulars = [each.fact for each in desk.lives[case].events if isinstance(each.fact, Circulated)]
    papers = [each for each in names_of(desk.lives[case].events) if each.kind == "circular"]

    assert papers
    for fact, paper in zip(circulars, papers, strict=True):
        shown = words((await browser.open(f"/cases/{case}/letters/{paper.id}")).text)
        names = TownNames(desk.policy, language)
        assert "clock reached" in fact.text
        assert "clock reached" not in shown
        assert names.unit(fact.unit) in shown
        assert names.clock(fact.text.partition(" ")[0]) in shown
        assert ("发文时超" if language == "zh" else "late by") in shown
