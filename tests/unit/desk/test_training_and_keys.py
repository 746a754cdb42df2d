"""Every page of a training town says so, and keys work for who wants them."""

import pytest

from tests.fakes.desk import Browser, Desk

PEOPLE = ("shen-haifeng", "xu-meng", "yin-hao", "yu-zhengming")
PAGES = ("/", "/cases", "/sessions", "/shortcuts", "/health", "/audit", "/board", "/views")
BANNER = "Training: nothing that is done here counts"


@pytest.mark.parametrize("person", PEOPLE)
async def test_every_page_of_a_training_town_says_so(person: str) -> None:
    desk = Desk(training=True)
    case = desk.file("garbage").case_id
    browser = Browser(desk)
    await browser.sign_in(person)

    for path in (*PAGES, f"/cases/{case}", f"/cases/{case}/acts/comment", f"/cases/{case}/print"):
        page = await browser.open(path)
        if page.status != 303:
            assert BANNER in page.text, path
            assert 'class="training"' in page.text, path


async def test_pages_before_the_sign_in_and_by_link_say_so_as_well() -> None:
    browser = Browser(Desk(training=True))

    for path in ("/sign-in?language=en", "/task/none?language=en", "/screen/none?language=en"):
        assert BANNER in (await browser.open(path)).text, path
    assert "演练环境" in (await browser.open("/no-such-page")).text


async def test_a_real_town_has_no_such_banner() -> None:
    desk = Desk()
    browser = Browser(desk)
    await browser.sign_in("shen-haifeng")

    page = await browser.open("/")

    assert BANNER not in page.text
    assert "training" not in page.text


async def test_a_person_switches_the_keys_off_in_every_browser_and_on_again() -> None:
    desk = Desk()
    here, there, other = Browser(desk), Browser(desk), Browser(desk)
    await here.sign_in("xu-meng")
    await there.sign_in("xu-meng")
    await other.sign_in("shen-haifeng")
    before = await there.open("/")

    answer = await here.fill("/shortcuts", use="no")
    after = await there.open("/")

    assert answer.status == 303
    assert "data-shortcuts" in before.text
    assert "data-shortcuts" not in after.text
    assert "data-shortcuts" in (await other.open("/")).text

    await here.fill("/shortcuts", use="yes")

    assert "data-shortcuts" in (await there.open("/")).text


async def test_a_form_of_another_page_switches_nothing() -> None:
    desk = Desk()
    browser = Browser(desk)
    await browser.sign_in("xu-meng")

    answer = await browser.send("/shortcuts", {"token": "x"}, use="no")

    assert answer.status == 403
    assert "data-shortcuts" in (await browser.open("/")).text
