"""People of the roster who act on no case: one reads without words, one reads none."""

import pytest

from console.desk.app import OWN, ROUTES
from tests.fakes.desk import Browser, Desk

AUDITOR, OPERATOR = "yu-zhengming", "yin-hao"
WORDS = "井盖丢了，请尽快处理"
POSTS = [path for method, path, _ in ROUTES if method != "GET"]


async def at_the_desk(person: str) -> tuple[Browser, Desk, str]:
    desk = Desk()
    case = desk.file("restaurant-fumes", text=WORDS).case_id
    browser = Browser(desk)
    await browser.sign_in(person)
    return browser, desk, case


async def test_an_auditor_reads_every_case_without_its_words() -> None:
    browser, _, case = await at_the_desk(AUDITOR)

    listed, page = await browser.open("/cases"), await browser.open(f"/cases/{case}")

    assert case in listed.text
    assert page.status == 200
    for text in (listed.text, page.text):
        assert WORDS not in text
        assert "兴业路" not in text
    assert "〓" in page.text
    assert f'"/cases/{case}/acts/' not in page.text


async def test_an_operator_reads_no_case() -> None:
    browser, _, case = await at_the_desk(OPERATOR)

    assert case not in (await browser.open("/cases")).text
    assert (await browser.open(f"/cases/{case}")).status == 404


async def test_an_auditor_searches_for_no_words_and_finds_a_number() -> None:
    browser, _, case = await at_the_desk(AUDITOR)

    words, number = (
        await browser.open("/cases?q=%E4%BA%95%E7%9B%96"),
        await browser.open(f"/cases?q={case}"),
    )

    assert words.status == 400
    assert case not in words.text
    assert number.status == 303


@pytest.mark.parametrize("path", POSTS)
async def test_an_auditor_changes_nothing_by_any_form(path: str) -> None:
    browser, desk, case = await at_the_desk(AUDITOR)
    cases = await browser.open("/cases")
    token = cases.text.partition('name="token" value="')[2].partition('"')[0]
    to = path.replace("{number}", case).replace("{kind}", "comment")

    answer = await browser.send(to, {"token": token, "id": "x"}, why="x", purpose="other")

    assert answer.status == (303 if path in OWN else 403)
    assert desk.given == []
    assert desk.readings == []
