"""Absences on a page: set by who may, effective at the next request, with reason and name."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import Answer
from tests.fakes.oversight import absence

HEAD, MEMBER, DISPATCHER = "pan-zhenhua", "lyu-ting", "zhu-lihua"
DAYS = {"first_day": "2026-11-24", "last_day": "2026-11-26"}


async def at_the_desk(person: str, language: str = "en") -> tuple[Browser, Desk]:
    desk = Desk()
    browser = Browser(desk)
    await browser.sign_in(person, language=language)
    return browser, desk


def form_of(page: Answer, action: str = "/duty") -> dict[str, str]:
    part = page.text.partition(f'action="{action}"')[2].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', part))


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_head_sets_an_absence_of_the_own_unit_and_it_holds_at_once(language: str) -> None:
    browser, desk = await at_the_desk(DISPATCHER, language)
    form = form_of(await browser.open("/duty"))

    sent = await browser.send(
        "/duty", form, person="shen-guoliang", stand_in="lu-fang", why="病假", **DAYS
    )
    page = await browser.open("/duty")
    await browser.sign_in("lu-fang", language=language)
    stands_in = await browser.open("/duty")

    assert sent.status == 303
    [row] = desk.absences.rows
    assert row.set_by == DISPATCHER
    assert row.stand_in == "lu-fang"
    assert "病假" in page.text
    assert "沈国良" in page.text
    assert stands_in.status == 200  # in the place of the head, from the next request on


async def test_the_own_unit_is_what_a_head_may_choose_from() -> None:
    browser, desk = await at_the_desk(HEAD)
    page = await browser.open("/duty")
    choices = page.text.partition('name="person"')[2].partition("</select>")[0]

    foreign = await browser.send("/duty", form_of(page), person="xu-meng", why="x", **DAYS)

    assert set(re.findall(r'value="([\w-]+)"', choices)) == {HEAD, MEMBER}
    assert foreign.status == 409
    assert "xu-meng" in foreign.text
    assert desk.absences.rows == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"why": " "}, "f-why-e"),
        ({"person": ""}, "f-person-e"),
        ({"first_day": "tomorrow"}, "f-first_day-e"),
        ({"last_day": "9999-12-31"}, "f-last_day-e"),
    ],
)
async def test_a_form_with_a_mistake_comes_back_filled(changes: dict[str, str], wrong: str) -> None:
    browser, desk = await at_the_desk(HEAD)
    form = form_of(await browser.open("/duty"))
    sent = {"person": MEMBER, "why": "培训", **DAYS} | changes

    answer = await browser.send("/duty", form, **sent)

    assert answer.status == 422
    assert f'id="{wrong}"' in answer.text
    assert desk.absences.rows == []


async def test_an_absence_ends_at_once_by_who_may_set_it_with_a_reason() -> None:
    browser, desk = await at_the_desk(HEAD)
    desk.absences.rows = [absence(1, MEMBER, desk.now), absence(2, "xu-meng", desk.now)]
    page = await browser.open("/duty")
    form = form_of(page, "/duty/1/end")

    bare = await browser.send("/duty/1/end", form, why="")
    foreign = await browser.send("/duty/2/end", form, why="回来了")
    ended = await browser.send("/duty/1/end", form, why="回来了")

    assert bare.status == 422
    assert foreign.status == 409
    assert ended.status == 303
    assert '"/duty/2/end"' not in page.text
    assert desk.absences.rows[0].until == desk.now
    assert desk.absences.rows[1].ended_by is None


async def test_no_person_takes_the_place_of_another_by_ending_what_they_have_set() -> None:
    browser, desk = await at_the_desk("shen-haifeng")
    days = timedelta(days=1)
    held = absence(1, "yao-liqin", desk.now)
    desk.absences.rows = [
        replace(held, stand_in="gu-xiaomin", set_by="shen-haifeng"),
        replace(held, number=2, set_by="shen-haifeng"),
    ]
    page = await browser.open("/duty")

    ended = await browser.send("/duty/1/end", form_of(page, "/duty/1/end"), why="回来了")
    twice = await browser.send("/duty", form_of(page), person="yao-liqin", why="x", **DAYS)

    assert ended.status == 409
    assert "then shen-haifeng would act for yao-liqin" in ended.text
    assert [each.until for each in desk.absences.rows] == [desk.now + days] * 2
    assert twice.status == 409
    assert "yao-liqin is away from 2026-11-2" in twice.text


async def test_an_absence_that_is_over_has_no_end_to_set() -> None:
    browser, desk = await at_the_desk(HEAD)
    desk.absences.rows = [absence(1, MEMBER, desk.now - timedelta(days=9))]
    form = form_of(await browser.open("/duty"))

    over = await browser.send("/duty/1/end", form, why="回来了")

    assert over.status == 404
