"""Named lists: of a person, or of a unit by its head; a view is a filter, and no more."""

import re
from html import unescape
from typing import cast

import pytest

from domain.people.rosters import Person
from schemas.saved_views import MOST_VIEWS, SavedView
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import POLICIES, TOWN, Answer

OTHER = "zhu-lihua"


async def at(person: str, desk: Desk | None = None) -> Browser:
    browser = Browser(desk or Desk())
    await browser.sign_in(person)
    return browser


def desk_of(browser: Browser) -> Desk:
    return cast("Desk", browser.desk)


def kept(browser: Browser) -> list[SavedView]:
    return desk_of(browser).views.views


def hidden(page: Answer) -> dict[str, str]:
    form = page.text.partition('action="/views"')[2].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form)
    return {name: unescape(value) for name, value in found}


async def saved(browser: Browser, query: str, **said: str | list[str]) -> Answer:
    page = await browser.open(f"/views?list={query}")
    return await browser.send("/views", hidden(page), **said)


async def test_a_named_list_is_in_the_views_of_the_person_and_leads_to_the_list() -> None:
    browser = await at(OTHER)

    answer = await saved(browser, "light%3Dred%26tier%3Dassign", name="公铁沿线")
    shown = await browser.open(answer.headers["location"])

    assert answer.headers["location"] == "/cases?tier=assign&light=red"
    assert 'light=red" aria-current="page">公铁沿线</a>' in unescape(shown.text)


async def test_a_view_of_one_person_is_not_seen_by_others() -> None:
    browser = await at(OTHER)
    await saved(browser, "light%3Dred", name="我盯的")

    other = await at("shen-haifeng", desk_of(browser))

    assert "我盯的" not in (await other.open("/cases")).text


async def test_the_form_of_a_view_sent_twice_names_one() -> None:
    browser = await at(OTHER)
    page = await browser.open("/views?list=light%3Dred")

    for _ in range(2):
        await browser.send("/views", hidden(page), name="超期")

    assert [view.name for view in kept(browser)] == ["超期"]


async def test_the_head_names_lists_for_the_unit_and_its_officers_do_not() -> None:
    heads = [p for p in _people() if "unit_head" in p.roles]
    head = next(p for p in heads if any(q.unit == p.unit and q is not p for q in _people()))
    officer = next(p for p in _people() if p.unit == head.unit and "unit_head" not in p.roles)
    browser = await at(head.id)
    await saved(browser, "mine%3D1", name="本单位要办的", whose="unit")

    theirs = await at(officer.id, desk_of(browser))
    refused = await saved(theirs, "mine%3D1", name="全体", whose="unit")
    [view] = kept(browser)
    gone = await theirs.send(f"/views/{view.id}/delete", hidden(await theirs.open("/views")))

    assert "本单位要办的" in (await theirs.open("/cases")).text
    assert refused.status == 422
    assert gone.status == 303
    assert kept(browser) == [view]
    await browser.send(f"/views/{view.id}/delete", hidden(await browser.open("/views")))
    assert kept(browser) == []


def _people() -> tuple[Person, ...]:
    return POLICIES[TOWN].roster.people


async def test_no_one_deletes_the_view_of_another_person() -> None:
    browser = await at(OTHER)
    await saved(browser, "light%3Dred", name="我盯的")
    [view] = kept(browser)

    other = await at("shen-haifeng", desk_of(browser))
    await other.send(f"/views/{view.id}/delete", hidden(await other.open("/views")))

    assert kept(browser) == [view]


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "\u200b", "a\u202eb"])
async def test_a_view_needs_a_name_that_people_can_read(name: str) -> None:
    browser = await at(OTHER)

    answer = await saved(browser, "light%3Dred", name=name)

    assert answer.status == 422
    assert kept(browser) == []


async def test_there_is_a_most_of_views() -> None:
    browser = await at(OTHER)
    for number in range(MOST_VIEWS):
        assert (await saved(browser, "light%3Dred", name=f"视图 {number}")).status == 303

    assert (await saved(browser, "light%3Dred", name="再一个")).status == 422


@pytest.mark.parametrize("query", ["stage%3Dnone-such", "after%3Dx", "x"])
async def test_a_list_that_does_not_exist_is_not_named(query: str) -> None:
    browser = await at(OTHER)

    assert (await browser.open(f"/views?list={query}")).status == 400


async def test_another_site_names_and_deletes_nothing() -> None:
    browser = await at(OTHER)
    await saved(browser, "light%3Dred", name="超期")
    [view] = kept(browser)

    assert (await browser.send("/views", {"token": "x"}, name="坏")).status == 403
    assert (await browser.send(f"/views/{view.id}/delete", {"token": "x"})).status == 403
    assert kept(browser) == [view]
