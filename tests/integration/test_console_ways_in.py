"""The console as it runs, by where it listens: in one case alone it lists the roster."""

import asyncio
import urllib.error
import urllib.parse
import urllib.request

import pytest
from pydantic import SecretStr
from temporalio.envconfig import ClientConnectConfig
from typing_extensions import override

from runtime.embedded.ports import LOOPBACK, accepts, free_port
from runtime.services.console.service import ConsoleService
from runtime.services.resources import Resources
from runtime.settings import Settings

PERSON = "zhu-lihua"
PUBLIC = "https://console.example"


def asked(url: str, body: bytes | None = None) -> tuple[str, str]:
    """Return the page and the cookie of an answer, which is not followed."""
    opener = urllib.request.build_opener(_Stays)
    try:
        with opener.open(url, body) as answer:
            return answer.read().decode(), answer.headers.get("set-cookie", "")
    except urllib.error.HTTPError as error:
        return "", error.headers.get("set-cookie", "")


class _Stays(urllib.request.HTTPRedirectHandler):
    @override
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        return None


@pytest.mark.parametrize(
    ("host", "url", "embedded", "is_listed"),
    [
        (LOOPBACK, "", True, True),  # `sanban up`
        ("0.0.0.0", "", True, False),  # noqa: S104 - `sanban up` that others reach
        (LOOPBACK, PUBLIC, True, False),  # `sanban up` behind a proxy
        (LOOPBACK, "", False, False),  # `sanban console`
        ("0.0.0.0", PUBLIC, False, False),  # noqa: S104
    ],
)
async def test_only_sanban_up_on_loopback_takes_a_person_s_word(
    host: str, url: str, embedded: bool, is_listed: bool, app_dsn: str
) -> None:
    port, stop = free_port(), asyncio.Event()
    settings = Settings(
        database_url=SecretStr(app_dsn), console_host=host, console_port=port, console_url=url
    )
    temporal = ClientConnectConfig(target_host=f"{LOOPBACK}:{free_port()}")
    async with Resources(settings, "console", temporal, embedded=embedded) as on:
        running = asyncio.create_task(ConsoleService(on).run(stop))
        try:
            while not await asyncio.to_thread(accepts, port):
                assert not running.done()
                await asyncio.sleep(0.05)
            here = f"http://{LOOPBACK}:{port}/sign-in"
            page, _ = await asyncio.to_thread(asked, here)
            said = urllib.parse.urlencode({"who": f"youchegang/{PERSON}", "next": "/"}).encode()
            _, cookie = await asyncio.to_thread(asked, here, said)
        finally:
            stop.set()
            await running
        begun = await on.database.fetch("SELECT person FROM sanban.console_sessions")

    assert (PERSON in page) is is_listed
    assert ("sanban=" in cookie) is is_listed
    assert begun == ([(PERSON,)] if is_listed else [])
