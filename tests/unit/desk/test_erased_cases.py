"""The page of a case says who erased what was said in it: a row of the town says so, none of it."""

from domain.case.closing.acts import Withdraw
from domain.case.commands import Actor
from domain.vocabulary import Role
from store.privacy.erasure import ErasedBy
from tests.fakes.desk import Browser, Desk

WHY = "应来电人要求"


async def page_of(desk: Desk, *, ended: bool, language: str) -> str:
    case = desk.file("garbage").case_id
    if ended:
        desk.act(case, Withdraw(reason="已自行解决"), Actor("hotline", Role.REPORTER))
    desk.erased[case] = ErasedBy(desk.now, "zhu-lihua", WHY, "operations/youchegang:4")
    browser = Browser(desk)
    await browser.sign_in("zhu-lihua", language=language)
    return (await browser.open(f"/cases/{case}")).text


async def test_who_erased_a_case_when_and_why_is_on_its_page() -> None:
    desk = Desk()
    shown = await page_of(desk, ended=True, language="en")
    name = next(each.name for each in desk.policy.roster.people if each.id == "zhu-lihua")

    assert f"What was said here, and by whom, was erased by {name}" in shown
    assert WHY in shown
    assert "operations/youchegang:4" in shown


async def test_the_page_says_so_in_chinese() -> None:
    assert "身份信息已由" in await page_of(Desk(), ended=True, language="zh")


async def test_of_an_open_case_no_one_asks() -> None:
    assert WHY not in await page_of(Desk(), ended=False, language="zh")
