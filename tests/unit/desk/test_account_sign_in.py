"""Signing in with an account: all three must fit, and no answer tells which one did not."""

import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from console.desk.secrets_of_accounts import (
    code_secret,
    enrolment,
    hashed_password,
    password_fits,
    step_of,
)
from console.desk.sign_in_ports import WaysIn
from schemas.console import Account, Way
from store.ciphers import new_key
from tests.fakes.desk import NOW, Browser, Desk
from tests.fakes.gateway import TOWN, Answer
from tests.fakes.sign_in import AccountsInMemory

PERSON, PASSWORD = "zhu-lihua", "four words make one"
KEY = new_key()
HASH = hashed_password(PASSWORD)
STEP = timedelta(seconds=30)


class Town:
    """A console with accounts: of a person of the roster, and of one who has left it."""

    def __init__(self) -> None:
        self.accounts = AccountsInMemory()
        for person in (PERSON, "left-last-year"):
            account = Account(TOWN, person, HASH, KEY, NOW)
            self.accounts.accounts[TOWN, person] = account
        self.desk = Desk(roster_sign_in=False, ways=WaysIn(accounts=self.accounts))
        self.browser = Browser(self.desk)

    def code(self, ago: timedelta = timedelta(0)) -> str:
        return pyotp.TOTP(code_secret(KEY)).at(self.desk.now - ago)

    async def sign_in(self, token: str | None = None, **said: str) -> Answer:
        page = await self.browser.open("/sign-in?language=en")
        [ours] = re.findall(r'name="token" value="([^"]+)"', page.text)
        fields = {"tenant": TOWN, "person": PERSON, "password": PASSWORD, "code": self.code()}
        hidden = {"token": ours if token is None else token, "next": "/cases"}
        return await self.browser.send("/sign-in/account?language=en", hidden, **{**fields, **said})


async def test_who_has_all_three_comes_in_and_goes_on() -> None:
    town = Town()
    answer = await town.sign_in()

    assert answer.status == 303
    assert answer.headers["location"] == "/cases"
    [session] = town.desk.sessions.values()
    assert session.person == PERSON
    assert session.way is Way.ACCOUNT


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "another password"},
        {"password": ""},
        {"password": "x" * 5000},
        {"code": "000000"},
        {"code": ""},
        {"person": "xu-meng"},
        {"person": "mallory"},
        {"person": "left-last-year"},
        {"person": ""},
        {"tenant": "linjiang"},
        {"tenant": "nowhere"},
    ],
    ids=str,
)
async def test_whatever_is_wrong_the_answer_is_the_same(wrong: dict[str, str]) -> None:
    town = Town()
    answer = await town.sign_in(**wrong)

    assert answer.status == 403
    assert "name, password or code do not fit" in answer.text
    assert PASSWORD not in answer.text
    assert town.desk.sessions == {}


async def test_a_code_is_good_once_also_with_the_right_password() -> None:
    town = Town()
    code = town.code()
    await town.sign_in(code=code)
    again = await town.sign_in(code=code)
    town.desk.now += STEP
    later = await town.sign_in()

    assert again.status == 403
    assert later.status == 303


@pytest.mark.parametrize(("ago", "status"), [(0, 303), (30, 303), (60, 403), (-30, 303)])
async def test_a_clock_may_be_half_a_minute_off(ago: int, status: int) -> None:
    town = Town()

    assert (await town.sign_in(code=town.code(timedelta(seconds=ago)))).status == status


async def test_after_ten_wrong_tries_the_right_password_waits_as_well() -> None:
    town = Town()
    for _ in range(10):
        await town.sign_in(password="guess")  # noqa: S106

    assert (await town.sign_in()).status == 403
    assert town.desk.sessions == {}


async def test_a_form_of_another_site_or_another_browser_signs_no_one_in() -> None:
    town, other = Town(), Town()
    await other.browser.open("/sign-in")
    stranger = (await town.sign_in(token="0" * 64)).status
    town.browser.others = {}
    bare = await town.browser.send("/sign-in/account", {"token": ""}, person=PERSON)
    town.browser.headers = (("origin", "https://evil.example"),)
    foreign = (await town.sign_in()).status

    assert stranger == 403
    assert bare.status == 403
    assert foreign == 403
    assert town.accounts.tries == {}


async def test_an_address_that_tries_too_often_waits() -> None:
    town = Town()
    town.desk.ways = replace(town.desk.ways)
    for _ in range(300):
        town.desk.ways.limits._take("address 127.0.0.1", 120, 300)

    assert (await town.sign_in()).status == 429


async def test_without_accounts_the_form_is_not_there_and_a_post_is_not_heard() -> None:
    desk = Desk(roster_sign_in=False)
    browser = Browser(desk)

    assert 'type="password"' not in (await browser.open("/sign-in")).text
    assert (await browser.send("/sign-in/account", {}, person=PERSON)).status == 404


def test_a_password_fits_its_own_hash_alone() -> None:
    assert password_fits(HASH, PASSWORD)
    assert not password_fits(HASH, PASSWORD + " ")
    assert not password_fits(None, "of no account")
    assert not password_fits("no hash", PASSWORD)
    assert hashed_password(PASSWORD) != HASH


def test_each_account_has_a_secret_of_its_own_and_an_authenticator_reads_it() -> None:
    other = new_key()
    uri = enrolment(KEY, TOWN, PERSON)
    code = pyotp.parse_uri(uri).at(int(NOW.timestamp()))  # type: ignore[attr-defined]

    assert code_secret(KEY) != code_secret(other)
    assert step_of(KEY, f"{code[:3]} {code[3:]}", NOW) == int(NOW.timestamp()) // 30
    assert step_of(other, code, NOW) is None
