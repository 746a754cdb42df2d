"""Patrols on a page: who sees it, who passes a grid there, and what no one looks at."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.patrols.routes import today
from domain.vocabulary import Channel, Stage
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import Answer

OFFICER, VILLAGER, OFFICE = "xu-meng", "lu-fang", "shen-haifeng"
IN_G08, IN_G01 = "120.75725,30.813", "120.7695,30.83875"
MARKET = "market.2026-11-24"


async def at_the_desk(person: str, language: str = "en") -> tuple[Browser, Desk]:
    desk = Desk()
    browser = Browser(desk)
    await browser.sign_in(person, language=language)
    return browser, desk


def form_of(page: Answer, grid: str) -> dict[str, str]:
    part = page.text.partition(f'action="/patrols/{MARKET}/{grid}"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', part))


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_officer_passes_a_grid_and_the_page_shows_it(language: str) -> None:
    browser, desk = await at_the_desk(OFFICER, language)
    form = form_of(await browser.open("/patrols"), "G08")
    sent = await browser.send(f"/patrols/{MARKET}/G08", form, point=IN_G08)
    page = await browser.open("/patrols")
    [row] = desk.patrols.rows

    assert sent.status == 303
    assert row.person == OFFICER
    assert row.point == (120757250, 30813000)
    assert row.at == desk.now
    assert form_of(page, "G08") == {}
    assert form_of(page, "G07") != {}
    assert "徐猛" in page.text


@pytest.mark.parametrize(
    ("point", "status", "words"),
    [
        ("", 422, "请填写经度和纬度"),
        ("here", 422, "请填写经度和纬度"),
        (IN_G01, 409, "坐标不在该网格内"),
    ],
)
async def test_what_is_no_pass_is_said_in_words_and_the_value_is_kept(
    point: str, status: int, words: str
) -> None:
    browser, desk = await at_the_desk(OFFICER, "zh")
    form = form_of(await browser.open("/patrols"), "G08")
    answer = await browser.send(f"/patrols/{MARKET}/G08", form, point=point)

    assert answer.status == status
    assert words in answer.text
    assert f'value="{point}"' in answer.text
    assert desk.patrols.rows == []


async def test_a_person_of_another_unit_sees_the_routes_and_has_no_form() -> None:
    browser, desk = await at_the_desk(VILLAGER)
    page = await browser.open("/patrols")
    token = page.text.partition('name="token" value="')[2].partition('"')[0]
    forged = await browser.send(f"/patrols/{MARKET}/G08", {"token": token}, point=IN_G08)

    assert page.status == 200
    assert MARKET in page.text
    assert "/patrols/market" not in page.text
    assert forged.status == 409
    assert desk.patrols.rows == []


async def test_a_patrol_and_a_grid_that_are_not_there_are_no_page() -> None:
    browser, _ = await at_the_desk(OFFICER)
    form = form_of(await browser.open("/patrols"), "G08")

    for path in (f"{MARKET}/G01", "market.2026-11-22/G08", "market/G08", "none.2026-11-24/G08"):
        assert (await browser.send(f"/patrols/{path}", form, point=IN_G08)).status == 404


async def test_grids_that_no_one_passed_are_listed() -> None:
    browser, desk = await at_the_desk(OFFICE)
    before = await browser.open("/patrols")
    found = await desk.patrols.on(desk.policy, today(desk.policy, desk.now))

    assert "never passed" in before.text
    assert "Passed 0 of 0" in before.text
    assert found.patrol(MARKET) is not None


async def test_a_case_that_is_due_is_listed_for_those_who_may_look() -> None:
    browser, desk = await at_the_desk(OFFICE)
    case = settled(desk)
    none = await browser.open("/patrols")
    desk.now += timedelta(days=20)
    await browser.sign_in(OFFICE)
    due = await browser.open("/patrols")
    await browser.sign_in(OFFICER)
    officer = await browser.open("/patrols")

    assert case not in none.text
    assert f"/cases/{case}/acts/look_back" in due.text
    assert "To look back at: 1" in due.text
    assert case not in officer.text


def settled(desk: Desk) -> str:
    """A case of a class of which all are looked back at, closed now."""
    case = desk.file("illegal-construction", channel=Channel.PATROL, grid="G08").case_id
    life = desk.lives[case]
    life.case = replace(life.case, stage=Stage.CLOSED, closed_at=desk.now)
    return case


HEAD = "zhou-zhiqiang"
CANCEL = f"/patrols/{MARKET}/cancel"


def cancel_form(page: Answer) -> dict[str, str]:
    part = page.text.partition(f'action="{CANCEL}"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', part))


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_head_cancels_a_patrol_with_a_reason_that_all_see(language: str) -> None:
    browser, desk = await at_the_desk(HEAD, language)
    form = cancel_form(await browser.open("/patrols"))
    sent = await browser.send(CANCEL, form, why="台风红色预警")
    again = await browser.send(CANCEL, form, why="台风红色预警")
    page = await browser.open("/patrols")
    await browser.sign_in(OFFICER, language=language)
    officer = await browser.open("/patrols")
    [gone] = desk.patrols.cancelled

    assert sent.status == 303
    assert again.status == 409
    assert gone.person == HEAD
    assert gone.why == "台风红色预警"
    assert "台风红色预警" in page.text
    assert cancel_form(page) == {}
    assert form_of(officer, "G08") == {}
    assert "台风红色预警" in officer.text


@pytest.mark.parametrize(("why", "words"), [(" ", "请填写"), ("雨" * 501, "500")])
async def test_a_patrol_is_not_cancelled_without_a_reason(why: str, words: str) -> None:
    browser, desk = await at_the_desk(HEAD, "zh")
    answer = await browser.send(CANCEL, cancel_form(await browser.open("/patrols")), why=why)

    assert answer.status == 422
    assert words in answer.text
    assert desk.patrols.cancelled == []


@pytest.mark.parametrize("person", [OFFICER, VILLAGER])
async def test_who_heads_no_unit_of_a_patrol_cannot_cancel_it(person: str) -> None:
    browser, desk = await at_the_desk(person, "zh")
    page = await browser.open("/patrols")
    token = page.text.partition('name="token" value="')[2].partition('"')[0]
    forged = await browser.send(CANCEL, {"token": token}, why="下雨")

    assert cancel_form(page) == {}
    assert forged.status == 409
    assert desk.patrols.cancelled == []
