"""A session that ends while a person writes: the text is there again after the sign-in."""

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import Answer

SQUAD, OTHER = "xu-meng", "shen-haifeng"
TEXT = "已约谈店主，三日内加装油烟净化器 <b>"


async def writing(kind: str = "comment") -> tuple[Browser, Desk, str, dict[str, str]]:
    """A person of the unit that has a case has opened a form. Return its hidden fields, too."""
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    browser = Browser(desk)
    await browser.sign_in(SQUAD)
    if kind == "resolve":
        await browser.fill(f"/cases/{case}/acts/sign")
    path = f"/cases/{case}/acts/{kind}"
    return browser, desk, path, browser.hidden(await browser.open(path))


def wanted_by(answer: Answer) -> str:
    """Return the page to which the sign-in leads."""
    assert answer.status == 303
    [wanted] = parse_qs(urlsplit(answer.headers["location"]).query)["next"]
    return wanted


@pytest.mark.parametrize("how", ["idle", "signed out", "signed out elsewhere", "cookie lost"])
async def test_a_form_whose_session_has_ended_is_shown_again_filled_in(how: str) -> None:
    browser, desk, path, hidden = await writing()
    if how == "idle":
        desk.now += timedelta(minutes=31)
    elif how == "signed out":
        await browser.send("/sign-out", {})
    elif how == "signed out elsewhere":
        [session] = desk.sessions
        await desk.kept.end(session, desk.now)
    else:
        browser.cookie = ""

    late = await browser.send(path, hidden, text=TEXT)
    before = await browser.open(late.headers["location"])
    await browser.sign_in(SQUAD)
    shown = await browser.open(wanted_by(late))

    assert "kept for an hour" in before.text
    assert TEXT not in before.text
    assert shown.status == 200
    assert TEXT in unescape(shown.text)
    assert "<b>" not in shown.text
    assert "your session had ended" in shown.text
    assert browser.hidden(shown)["id"] == hidden["id"]
    assert desk.given == []

    done = await browser.send(path, browser.hidden(shown), text=TEXT)

    assert done.status == 303
    assert [getattr(message.act, "text", "") for message in desk.given] == [TEXT]


async def test_another_person_who_signs_in_does_not_see_it() -> None:
    browser, desk, path, hidden = await writing()
    desk.now += timedelta(minutes=31)
    late = await browser.send(path, hidden, text=TEXT)
    await browser.sign_in(OTHER)

    assert TEXT not in unescape((await browser.open(wanted_by(late))).text)


async def test_after_an_hour_it_is_gone() -> None:
    browser, desk, path, hidden = await writing()
    desk.now += timedelta(minutes=31)
    late = await browser.send(path, hidden, text=TEXT)
    desk.now += timedelta(minutes=61)
    await browser.sign_in(SQUAD)
    shown = await browser.open(wanted_by(late))

    assert shown.status == 200
    assert TEXT not in unescape(shown.text)


async def test_a_case_that_moved_meanwhile_is_told_before_anything_is_recorded() -> None:
    browser, desk, path, hidden = await writing("return")
    desk.now += timedelta(minutes=31)
    late = await browser.send(path, hidden, reason=TEXT)
    await browser.sign_in(SQUAD)
    other = Browser(desk)
    await other.sign_in(OTHER)
    said = await other.fill(f"{path.removesuffix('/return')}/comment", text="先看现场")
    assert said.status == 303
    shown = await browser.open(wanted_by(late))

    again = await browser.send(path, browser.hidden(shown), reason=TEXT)

    assert TEXT in unescape(shown.text)
    assert again.status == 409
    assert "since you opened the page this has happened" in again.text
    assert TEXT in unescape(again.text)


async def test_an_act_that_is_not_possible_any_more_still_shows_what_was_typed() -> None:
    browser, desk, path, hidden = await writing("sign")
    await browser.sign_in(SQUAD)
    await browser.fill(path)
    return_path = path.replace("/sign", "/resolve")
    desk.now += timedelta(minutes=31)
    late = await browser.send(path.replace("/sign", "/verify"), hidden, note=TEXT)
    await browser.sign_in(SQUAD)

    shown = await browser.open(wanted_by(late))

    assert shown.status == 409
    assert TEXT in unescape(shown.text)
    assert return_path in shown.text


async def test_who_signed_in_again_in_another_tab_confirms_the_old_form() -> None:
    browser, desk, path, hidden = await writing()
    await browser.sign_in(SQUAD)

    shown = await browser.send(path, hidden, text=TEXT)

    assert shown.status == 200
    assert TEXT in unescape(shown.text)
    assert desk.given == []
    assert (await browser.send(path, browser.hidden(shown), text=TEXT)).status == 303


async def test_the_form_of_another_person_is_not_taken_over_by_who_signs_in() -> None:
    browser, desk, path, hidden = await writing()
    await browser.sign_in(OTHER)

    assert (await browser.send(path, hidden, text=TEXT)).status == 403
    assert desk.kept_forms.forms == {}


@pytest.mark.parametrize("token", ["", "x", "0" * 64])
async def test_a_form_that_no_session_has_shown_is_not_kept(token: str) -> None:
    browser, desk, path, hidden = await writing()
    browser.cookie = ""

    answer = await browser.send(path, {**hidden, "token": token}, text=TEXT)

    assert answer.headers["location"] == "/sign-in?ended"
    assert desk.kept_forms.forms == {}


async def test_a_form_from_another_site_is_not_kept() -> None:
    browser, desk, path, hidden = await writing()
    browser.cookie, browser.headers = "", (("origin", "https://evil.example"),)

    assert (await browser.send(path, hidden, text=TEXT)).headers["location"] == "/sign-in?ended"
    assert desk.kept_forms.forms == {}


async def test_of_a_case_that_the_person_may_not_read_nothing_is_kept() -> None:
    browser, desk, _, hidden = await writing()
    foreign = desk.file("stray-dogs").case_id
    assert (await browser.open(f"/cases/{foreign}")).status == 404
    browser.cookie = ""

    await browser.send(f"/cases/{foreign}/acts/comment", hidden, text=TEXT)

    assert desk.kept_forms.forms == {}


async def test_a_file_that_is_not_taken_costs_no_text() -> None:
    browser, desk, path, hidden = await writing("resolve")

    answer = await browser.send(path, {**hidden, "evidence.kept": "no file"}, result=TEXT)

    assert answer.status == 422
    assert TEXT in unescape(answer.text)
    assert desk.given[1:] == []


@pytest.mark.parametrize("path", ["/language", "/sessions", "/cases/{}/reveal"])
async def test_whatever_else_comes_too_late_is_said_to_be_not_recorded(path: str) -> None:
    browser, _, form, hidden = await writing()
    browser.cookie = ""
    late = await browser.send(path.format(form.split("/")[2]), hidden, reason=TEXT)

    shown = await browser.open(late.headers["location"])

    assert "nothing is recorded" in shown.text or "没有记录" in shown.text


async def test_of_what_is_too_large_or_comes_too_often_nothing_is_kept() -> None:
    browser, desk, path, hidden = await writing()
    browser.cookie = ""
    await browser.send(path, hidden, text="x" * 400_000)
    browser.headers = (("content-length", str(10**9)),)
    await browser.send(path, hidden, text=TEXT)
    browser.headers = ()
    for _ in range(298):
        desk.ways.limits.buckets.take("address 127.0.0.1", per_minute=120, burst=300)
    await browser.send(path, hidden, text=TEXT)
    await browser.send(path, hidden, text=TEXT)

    assert len(desk.kept_forms.forms) == 1
