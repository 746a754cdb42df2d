"""Signing in to a `sanban console` of its own, as in production: at a real identity provider."""

import asyncio
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from runtime.embedded.ports import LOOPBACK, free_port
from tests.integration.promises.services import Service
from tests.limits import EVENT_S, SERVER_S
from tests.servers.identity_provider import CLIENT, MODULES, SECRET, IdentityProvider
from tests.smoke.conftest import UpProcess

PERSON, SUBJECT = "zhu-lihua", "0041"
HOSTILE = {
    f"SANBAN_{name}": "true" for name in ("EMBEDDED", "ROSTER_SIGN_IN", "CONSOLE_ROSTER", "DEMO")
}
"""What a person might hope to open the list of the roster with."""
needs_provider = pytest.mark.skipif(
    not MODULES.exists(), reason="optional: `make identity-provider` fetches it"
)


class ConsoleProcess(Service):
    title = "sanban console"
    name = "console"


@dataclass
class Console:
    url: str
    provider: IdentityProvider | None = None


async def settings_of(up: UpProcess, port: int) -> dict[str, str]:
    """Return what leads a process of its own to the servers of `sanban up`."""
    lines = (up.home / "connections.env").read_text().splitlines()
    found = dict(line.split("=", 1) for line in lines)
    return {**found, "SANBAN_CONSOLE_PORT": str(port), **HOSTILE}


@pytest.fixture(scope="module")
async def console(up: UpProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A console without any way in."""
    port = free_port()
    process = ConsoleProcess(tmp_path_factory.mktemp("console"), await settings_of(up, port))
    try:
        await process.start()
        yield f"http://{LOOPBACK}:{port}"
    finally:
        await process.stop(grace_s=SERVER_S)


@asynccontextmanager
async def single_sign_on(
    up: UpProcess, directory: Path, host: str = LOOPBACK
) -> AsyncIterator[Console]:
    """Start a provider, under this name of the machine, and a console that knows one person."""
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    secret, subjects = directory / "secret", directory / "subjects.yaml"
    secret.write_text(f"{SECRET}\n")
    subjects.write_text(f"people:\n  youchegang:\n    {PERSON}: ['{SUBJECT}']\n")
    provider = IdentityProvider(directory / "provider", url, host)
    more = {
        "SANBAN_CONSOLE_URL": url,
        "SANBAN_CONSOLE_ISSUER": provider.issuer,
        "SANBAN_CONSOLE_CLIENT_ID": CLIENT,
        "SANBAN_CONSOLE_CLIENT_SECRET": str(secret),
        "SANBAN_CONSOLE_SUBJECTS": str(subjects),
        "SANBAN_CONSOLE_CONTACT": "张三 8001",
    }
    process = ConsoleProcess(directory / "console", {**await settings_of(up, port), **more})
    try:
        await provider.start()
        await process.start()
        yield Console(url, provider)
    finally:
        await process.stop(grace_s=SERVER_S)
        await provider.stop(grace_s=SERVER_S)


@pytest.fixture(scope="module")
async def town(up: UpProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Console]:
    async with single_sign_on(up, tmp_path_factory.mktemp("single")) as found:
        yield found


class _StopsAtCallback(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but for the one at which the browser is told to stop."""

    def __init__(self, browser: "Browser") -> None:
        self._browser = browser

    @override
    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: Any, headers: Any, newurl: str
    ) -> Any:
        self._browser.went.append(newurl)
        if self._browser.stop and self._browser.stop in newurl:
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@dataclass
class Browser:
    """Keeps cookies and follows redirects, until one whose address has `stop` in it."""

    stop: str = ""
    went: list[str] = field(default_factory=list)
    jar: CookieJar = field(default_factory=CookieJar)

    async def open(self, url: str, **form: str) -> tuple[int, str]:
        return await asyncio.to_thread(self._open, url, form)

    def _open(self, url: str, form: dict[str, str]) -> tuple[int, str]:
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        opener = urllib.request.build_opener(cookies, _StopsAtCallback(self))
        body = urllib.parse.urlencode(form).encode() if form else None
        try:
            with opener.open(url, body, timeout=EVENT_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    async def prove(self, page: str, login: str) -> tuple[int, str]:
        """Fill in the login of the provider."""
        [action] = re.findall(r'action="([^"]+)" method="post"', page)
        return await self.open(unescape(action), prompt="login", login=login, password=".")  # noqa: S106

    async def sign_in(
        self, town: Console, login: str = SUBJECT, wanted: str = "/"
    ) -> tuple[int, str]:
        path = f"/sign-in/provider?language=en&next={urllib.parse.quote(wanted, safe='')}"
        status, page = await self.open(f"{town.url}{path}")
        return await self.prove(page, login) if "interaction" in page else (status, page)

    async def until_callback(self, town: Console, login: str = SUBJECT) -> str:
        """Sign in, but for the way back; return the address that would be opened then."""
        self.stop = "/callback"
        await self.sign_in(town, login)
        self.stop = ""
        return self.went[-1]

    async def altered(self, town: Console, name: str, value: str) -> tuple[int, str]:
        """Sign in with another value of this parameter than the console asks for."""
        self.stop = f"{LOOPBACK}:{town.provider.port if town.provider else 0}"
        await self.open(f"{town.url}/sign-in/provider?language=en")
        self.stop = ""
        where, _, query = self.went[-1].partition("?")
        said = dict(urllib.parse.parse_qsl(query)) | {name: value}
        _, page = await self.open(f"{where}?{urllib.parse.urlencode(said)}")
        return await self.prove(page, SUBJECT)


async def test_a_console_of_production_lists_no_one_and_takes_no_one_s_word(console: str) -> None:
    browser = Browser()
    status, page = await browser.open(f"{console}/sign-in?language=en")
    await browser.open(f"{console}/sign-in", who=f"youchegang/{PERSON}", next="/")
    _, home = await browser.open(f"{console}/")

    assert status == 200
    assert "No way to sign in is configured" in page
    assert PERSON not in page
    assert [cookie.name for cookie in browser.jar] == []
    assert "Desk of" not in home


@needs_provider
async def test_a_person_signs_in_and_reaches_the_page_that_was_wanted(town: Console) -> None:
    browser = Browser()
    status, page = await browser.sign_in(town, wanted="/sessions")

    assert status == 200
    assert "Where you are signed in" in page
    assert SUBJECT in page
    assert "identity provider" in page


@needs_provider
async def test_a_login_that_the_roster_does_not_have_is_shown_with_who_helps(town: Console) -> None:
    status, page = await Browser().sign_in(town, "mallory")

    assert status == 403
    assert "mallory" in page
    assert "张三 8001" in page


@needs_provider
async def test_what_came_back_once_is_worth_nothing_a_second_time(town: Console) -> None:
    browser = Browser()
    back = await browser.until_callback(town)
    first, _ = await browser.open(back)
    again, page = await browser.open(back)

    assert first == 200
    assert again == 400
    assert "this attempt is over" in page or "这次登录已失效" in page


@needs_provider
async def test_what_came_back_to_one_browser_is_worth_nothing_in_another(town: Console) -> None:
    browser, other = Browser(), Browser()
    back = await browser.until_callback(town)
    await other.until_callback(town)

    assert (await other.open(back))[0] == 400
    assert (await browser.open(back))[0] == 200


@needs_provider
async def test_two_tabs_sign_in_side_by_side(town: Console) -> None:
    browser = Browser()
    _, one = await browser.open(f"{town.url}/sign-in/provider?language=en&next=/cases")
    _, two = await browser.open(f"{town.url}/sign-in/provider?language=en&next=/sessions")

    _, last = await browser.prove(two, SUBJECT)
    _, first = await browser.prove(one, SUBJECT)

    assert "Where you are signed in" in last
    assert "<h1>Cases</h1>" in first


@needs_provider
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nonce", "of-another-attempt"),
        ("code_challenge", "A" * 43),
        ("client_id", "another program"),
    ],
)
async def test_a_sign_in_that_was_altered_on_its_way_is_refused(
    name: str, value: str, town: Console
) -> None:
    status, page = await Browser().altered(town, name, value)

    assert status == 403
    assert "did not prove who you are" in page


@needs_provider
async def test_who_signs_out_at_the_provider_is_signed_out_here(town: Console) -> None:
    browser = Browser()
    await browser.sign_in(town)
    assert town.provider is not None
    _, page = await browser.open(f"{town.provider.issuer}/session/end?client_id={CLIENT}")
    [action] = re.findall(r'action="([^"]+)"', page)
    [xsrf] = re.findall(r'name="xsrf" value="([^"]+)"', page)
    before = (await browser.open(f"{town.url}/sessions"))[1]

    await browser.open(action, xsrf=xsrf, logout="yes")

    assert "Where you are signed in" in before
    assert "Where you are signed in" not in (await browser.open(f"{town.url}/sessions"))[1]
