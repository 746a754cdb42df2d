"""Who comes in, and what every answer carries."""

import pytest

from console.desk.protection import HEADERS
from console.desk.sign_in import own_path
from tests.fakes.desk import Browser, Desk


async def test_a_page_without_a_session_leads_to_the_sign_in_and_from_there_back() -> None:
    answer = await Browser(Desk()).open("/cases?light=red")

    assert answer.status == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fcases%3Flight%3Dred"


async def test_who_signs_in_gets_a_cookie_that_no_script_and_no_other_site_can_use() -> None:
    answer = await Browser(Desk()).sign_in("shen-haifeng")

    assert answer.status == 303
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "SameSite=lax" in answer.headers["set-cookie"]


async def test_the_database_never_sees_the_cookie() -> None:
    desk = Desk()
    browser = Browser(desk)
    await browser.sign_in("shen-haifeng")

    assert browser.cookie
    assert browser.cookie not in desk.sessions


async def test_without_the_list_of_the_roster_no_one_comes_in() -> None:
    desk = Desk(roster_sign_in=False)
    answer = await Browser(desk).sign_in("shen-haifeng")

    assert answer.status == 200
    assert "shen-haifeng" not in (await Browser(desk).open("/sign-in")).text
    assert desk.sessions == {}


async def test_a_person_who_is_not_of_the_roster_is_not_signed_in() -> None:
    desk = Desk()
    answer = await Browser(desk).sign_in("mallory")

    assert answer.status == 422
    assert desk.sessions == {}


async def test_signing_out_ends_the_session_for_every_tab() -> None:
    desk = Desk()
    browser = Browser(desk)
    await browser.sign_in("shen-haifeng")

    await browser.send("/sign-out", {})

    assert (await browser.open("/")).status == 303
    assert desk.sessions == {}


async def test_a_request_from_another_site_changes_nothing() -> None:
    desk = Desk()
    browser = Browser(desk)
    await browser.sign_in("shen-haifeng")
    browser.headers = (("origin", "https://evil.example"), ("sec-fetch-site", "cross-site"))

    assert (await browser.send("/sign-out", {})).status == 403
    assert len(desk.sessions) == 1


async def test_every_answer_carries_the_headers_and_personal_ones_are_not_kept() -> None:
    browser = Browser(Desk())
    await browser.sign_in("shen-haifeng")
    for path in ("/", "/cases", "/cases/none", "/nothing", "/static/console.css"):
        answer = await browser.open(path)
        kept = path.startswith("/static/")

        assert {name: answer.headers.get(name.lower()) for name in HEADERS} == HEADERS
        assert ("no-store" in answer.headers["cache-control"]) is not kept


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/a\\b", "/a\r\nX: y", "", "a"],
)
def test_nothing_leads_to_another_host(wanted: str) -> None:
    assert own_path(wanted) == "/"


async def test_the_language_is_the_persons_and_stays() -> None:
    browser = Browser(Desk())
    await browser.sign_in("shen-haifeng", language="zh")
    page = await browser.open("/")
    token = page.text.partition('name="token" value="')[2].partition('"')[0]

    await browser.send("/language", {"token": token, "language": "en", "next": "/"})

    assert '<html lang="zh-Hans">' in page.text
    assert '<html lang="en">' in (await browser.open("/")).text
