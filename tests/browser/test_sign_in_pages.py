"""Signing in at a browser: with an account, and once more after the session has ended."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape

import pyotp
import pytest
from playwright.async_api import Browser

from console.desk.secrets_of_accounts import code_secret, hashed_password
from console.desk.sign_in_ports import SingleSignOn, WaysIn
from runtime.embedded.ports import LOOPBACK
from runtime.wiring.http_server import serving
from schemas.console import Account
from store.ciphers import new_key
from tests.browser.barriers import barriers
from tests.browser.people import Person
from tests.fakes.desk import NOW, Desk
from tests.fakes.gateway import TOWN
from tests.fakes.sign_in import AccountsInMemory, AttemptsInMemory, FakeProvider

SQUAD, PASSWORD = "xu-meng", "four words make one"
TEXT = "已约谈店主，三日内加装油烟净化器"
KEY = new_key()


@dataclass
class Served:
    """A console in memory, whose people have accounts or come by a provider."""

    desk: Desk = field(default_factory=lambda: Desk(roster_sign_in=False))
    url: str = ""

    def code(self) -> str:
        return pyotp.TOTP(code_secret(KEY)).at(self.desk.now)

    async def sign_in(self, person: Person) -> None:
        """Fill in the form of the accounts; the page that was wanted comes next."""
        await person.page.fill("#person", SQUAD)
        await person.page.fill("#password", PASSWORD)
        await person.page.fill("#code", self.code())
        await person.press("form[action*=account] button")


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    found = Served()
    accounts = AccountsInMemory()
    accounts.accounts[TOWN, SQUAD] = Account(TOWN, SQUAD, hashed_password(PASSWORD), KEY, NOW)
    single = SingleSignOn(FakeProvider(), lambda _: None, AttemptsInMemory())
    found.desk.ways = WaysIn(accounts=accounts, single=single, contact="指挥中心 8001")
    async with serving(found.desk.app(), LOOPBACK, 0) as url:
        found.url = url
        yield found


@asynccontextmanager
async def person(
    served: Served, chromium: Browser, language: str, width: int, *, script: bool = True
) -> AsyncIterator[Person]:
    context = await chromium.new_context(
        viewport={"width": width, "height": 900},
        java_script_enabled=script,
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
    )
    try:
        yield Person(await context.new_page(), served.url, keyboard=False)
    finally:
        await context.close()


@pytest.mark.parametrize("width", [1440, 320])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_pages_before_and_about_a_session_have_no_barrier(
    served: Served, chromium: Browser, language: str, width: int
) -> None:
    async with person(served, chromium, language, width) as someone:
        found = {}
        await someone.open("/sign-in?next=/sessions")
        found["sign-in"] = await barriers(someone)
        await someone.press("form[action*=account] button")
        found["wrong"] = await barriers(someone)
        await served.sign_in(someone)
        found["sessions"] = await barriers(someone)
        await someone.open("/callback")
        found["over"] = await barriers(someone)

    assert {page: faults for page, faults in found.items() if faults} == {}


async def test_a_text_is_there_again_after_the_session_has_ended_without_script(
    served: Served, chromium: Browser
) -> None:
    desk = served.desk
    desk.now = datetime.now(UTC)
    number = desk.file("restaurant-fumes").case_id
    async with person(served, chromium, "zh", 1440, script=False) as someone:
        await someone.open(f"/cases/{number}/acts/comment")
        await served.sign_in(someone)
        await someone.page.fill("#f-text", TEXT)
        desk.now += timedelta(minutes=31)
        await someone.press("form.form .buttons button")
        before = await someone.text()
        await served.sign_in(someone)
        again = await someone.page.input_value("#f-text")
        said = await someone.text()
        given = len(desk.given)
        await someone.press("form.form .buttons button")
        after = await someone.page.content()

    assert "保留一小时" in before
    assert again == TEXT
    assert "提交时登录已结束" in said
    assert given == 0
    assert TEXT in unescape(after)
