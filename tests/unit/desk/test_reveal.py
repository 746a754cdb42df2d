"""Who reported a case is behind a reason: journaled before it is shown, and shown once."""

import re

import pytest

from schemas.intake import Reporter
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import Answer

NAME, NUMBER = "王静怡", "13600000217"
HOTLINE, DISPATCHER, VERIFIER, UNIT = "ruan-fang", "zhu-lihua", "xie-bin", "xu-meng"


async def desk_of(person: str, *, confidential: bool = False) -> tuple[Browser, Desk, str]:
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    desk.reporters[case] = Reporter(NAME, NUMBER, confidential=confidential)
    browser = Browser(desk)
    await browser.sign_in(person)
    return browser, desk, case


def form_of(page: Answer) -> dict[str, str]:
    part = re.split(r'action="/cases/[\w-]+/reveal">', page.text)[1].partition("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', part))


@pytest.mark.parametrize("person", [HOTLINE, DISPATCHER])
async def test_a_case_page_masks_the_reporter_for_who_may_call_back(person: str) -> None:
    browser, desk, case = await desk_of(person)

    page = await browser.open(f"/cases/{case}")

    assert "王**" in page.text
    assert "136****0217" in page.text
    assert NAME not in page.text
    assert NUMBER not in page.text
    assert desk.readings == []


async def test_a_reason_shows_the_reporter_after_it_is_journaled_and_for_five_minutes() -> None:
    browser, desk, case = await desk_of(HOTLINE)
    form = form_of(await browser.open(f"/cases/{case}"))

    shown = await browser.send(f"/cases/{case}/reveal", form, purpose="callback", why="回访第一次")

    assert shown.status == 200
    assert NAME in shown.text
    assert NUMBER in shown.text
    assert shown.headers["cache-control"] == "no-store"
    assert shown.headers["refresh"] == f"300; url=/cases/{case}"
    [reading] = desk.readings
    row = reading.operation
    assert row.kind == "reporter_read"
    assert row.person == HOTLINE
    assert row.about == case
    assert row.why == "回访第一次"
    assert dict(row.details) == {"purpose": "callback", "door": "console"}


async def test_a_reload_hides_it_and_is_no_second_reading() -> None:
    browser, desk, case = await desk_of(HOTLINE)
    form = form_of(await browser.open(f"/cases/{case}"))
    sent = {"purpose": "callback", "why": "回访"}
    await browser.send(f"/cases/{case}/reveal", form, **sent)

    again = await browser.send(f"/cases/{case}/reveal", form, **sent)

    assert again.status == 303
    assert again.headers["location"] == f"/cases/{case}"
    assert len(desk.readings) == 1


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        ({"purpose": "callback", "why": ""}, "f-why-e"),
        ({"purpose": "callback", "why": "\u200b \u3164"}, "f-why-e"),
        ({"purpose": "callback", "why": "长" * 501}, "f-why-e"),
        ({"purpose": "", "why": "回访"}, "f-purpose-e"),
        ({"purpose": "curiosity", "why": "回访"}, "f-purpose-e"),
    ],
)
async def test_without_a_purpose_and_a_reason_nothing_is_shown(
    sent: dict[str, str], wrong: str
) -> None:
    browser, desk, case = await desk_of(HOTLINE)
    form = form_of(await browser.open(f"/cases/{case}/reveal"))

    answer = await browser.send(f"/cases/{case}/reveal", form, **sent)

    assert answer.status == 422
    assert f'id="{wrong}"' in answer.text
    assert "<title>Error: " in answer.text
    assert NAME not in answer.text
    assert NUMBER not in answer.text
    assert desk.readings == []


@pytest.mark.parametrize("person", [VERIFIER, UNIT])
async def test_who_may_not_call_back_sees_no_reporter_and_has_no_such_page(person: str) -> None:
    browser, desk, case = await desk_of(person)

    page = await browser.open(f"/cases/{case}")
    asked = await browser.open(f"/cases/{case}/reveal")
    sent = await browser.send(f"/cases/{case}/reveal", {}, purpose="callback", why="回访")

    assert page.status == 200
    assert "136****" not in page.text
    assert asked.status == 404
    assert sent.status == 404
    assert desk.readings == []


async def test_a_form_of_another_session_shows_nothing() -> None:
    browser, desk, case = await desk_of(HOTLINE)

    answer = await browser.send(
        f"/cases/{case}/reveal", {"token": "x", "id": "1"}, purpose="callback", why="回访"
    )

    assert answer.status == 403
    assert desk.readings == []
