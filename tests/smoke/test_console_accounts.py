"""Accounts of a `sanban console` of its own: made at a terminal, used in a browser, taken away."""

import re
from collections.abc import AsyncIterator

import pyotp
import pytest

from runtime.embedded.ports import LOOPBACK, free_port
from tests.limits import SERVER_S
from tests.smoke.commands import Told, Typed, typed
from tests.smoke.conftest import UpProcess
from tests.smoke.test_console_sign_in import Browser, ConsoleProcess, settings_of

PERSON, PASSWORD = "zhu-lihua", "four words make one"
WHO = ("--as", "ruan-fang", "--reason", "for the test")


@pytest.fixture(scope="module")
async def console(up: UpProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    port = free_port()
    settings = {**await settings_of(up, port), "SANBAN_CONSOLE_ACCOUNTS": "true"}
    process = ConsoleProcess(tmp_path_factory.mktemp("accounts"), settings)
    try:
        await process.start()
        yield f"http://{LOOPBACK}:{port}"
    finally:
        await process.stop(grace_s=SERVER_S)


async def account(up: UpProcess, *words: str, password: str = "") -> Told:
    environment = {"SANBAN_HOME": str(up.home)}
    return await typed(Typed(("console", "account", *words), environment, piped=f"{password}\n"))


async def sign_in(browser: Browser, console: str, secret: str) -> tuple[int, str]:
    _, page = await browser.open(f"{console}/sign-in?language=en")
    [token] = re.findall(r'name="token" value="([^"]+)"', page)
    fields = {"tenant": "youchegang", "person": PERSON, "password": PASSWORD}
    code = pyotp.parse_uri(secret).now()  # type: ignore[attr-defined]
    path = f"{console}/sign-in/account?language=en"
    return await browser.open(path, token=token, next="/sessions", code=code, **fields)


async def test_an_account_is_made_used_and_taken_away(up: UpProcess, console: str) -> None:
    short = await account(up, "add", "youchegang", PERSON, *WHO, password="short")  # noqa: S106
    added = await account(up, "add", "youchegang", PERSON, *WHO, password=PASSWORD)
    again = await account(up, "add", "youchegang", PERSON, *WHO, password=PASSWORD)
    browser = Browser()
    status, page = await sign_in(browser, console, added.output.strip())
    listed = await account(up, "list", "youchegang")
    removed = await account(up, "remove", "youchegang", PERSON, *WHO)
    after = await browser.open(f"{console}/sessions?")
    audited = await up.type("audit", "verify")

    assert "too short" in short.complaint
    assert added.code == 0
    assert added.output.startswith("otpauth://totp/")
    assert PASSWORD not in added.output + added.complaint
    assert "has an account" in again.complaint
    assert status == 200
    assert "account of the console" in page
    assert PERSON in listed.output
    assert removed.code == 0
    assert "Where you are signed in" not in after[1]
    assert audited.code == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("add", "youchegang", "mallory", *WHO), "no person"),
        (("add", "nowhere", PERSON, *WHO), "nowhere"),
        (("add", "youchegang", PERSON, "--as", "xu-meng", "--reason", "x"), "may not"),
        (("add", "youchegang", PERSON, "--as", "ruan-fang"), "no reason given"),
        (("reset", "youchegang", "xu-meng", *WHO), "has no account"),
        (("remove", "youchegang", "xu-meng", *WHO), "has no account"),
    ],
    ids=str,
)
async def test_what_is_not_theirs_to_decide_changes_nothing(
    words: tuple[str, ...], complaint: str, up: UpProcess
) -> None:
    told = await account(up, *words, password=PASSWORD)

    assert told.code == 2
    assert complaint in told.complaint
    assert "Traceback" not in told.complaint
