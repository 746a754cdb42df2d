"""A unit handles a case on the pages of a `sanban up`, with a browser that has no script."""

import asyncio
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from uuid import uuid4

from tests.limits import EVENT_S
from tests.pictures import fresh_photo
from tests.smoke.conftest import UpProcess

_FORM = "application/x-www-form-urlencoded"
_FIELD = "Content-Disposition: form-data"
PHOTO = fresh_photo()


@dataclass
class Browser:
    """Keeps cookies, follows redirects, and sends forms as they are in a page."""

    url: str
    jar: CookieJar = field(default_factory=CookieJar)

    async def open(self, path: str, body: bytes | None = None, kind: str = "") -> str:
        return await asyncio.to_thread(self._open, path, body, kind)

    def _open(self, path: str, body: bytes | None, kind: str) -> str:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        headers = {"Content-Type": kind} if kind else {}
        request = urllib.request.Request(f"{self.url}{path}", body, headers)  # noqa: S310 - ours
        with opener.open(request, timeout=EVENT_S) as answer:
            read: bytes = answer.read()
        return read.decode()

    async def sign_in(self, person: str) -> None:
        said = urllib.parse.urlencode({"who": f"youchegang/{person}", "next": "/"}).encode()
        await self.open("/sign-in?language=zh", said, _FORM)

    async def act(self, path: str, files: Mapping[str, bytes], **fields: str) -> str:
        """Open the page of an act, fill in its form and send it; return the page after it."""
        form = (await self.open(path)).partition('<form class="form"')[2].partition("</form>")[0]
        hidden = re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)">', form)
        said = {name: unescape(value) for name, value in hidden} | fields
        border = uuid4().hex
        parts = [
            f'--{border}\r\n{_FIELD}; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in said.items()
        ]
        for name, content in files.items():
            head = f'{_FIELD}; name="{name}"; filename="now.jpg"'
            parts.append(f"--{border}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join([*parts, f"--{border}--\r\n".encode()])
        return await self.open(path, body, f"multipart/form-data; boundary={border}")


async def test_a_case_is_signed_resolved_and_verified_on_pages(up: UpProcess) -> None:
    [url] = re.findall(r"^console +(http://\S+)/$", up.log.read_text(), re.MULTILINE)
    event = up.directory / "walk.json"
    event.write_text(json.dumps(filed()), encoding="utf-8")
    told = await up.type("publish", str(event), "--wait")
    [number] = re.findall(r"accepted case (\S+)", told.output)
    unit, verifier, stranger = Browser(url), Browser(url), Browser(url)
    await unit.sign_in("lu-fang")
    await verifier.sign_in("xie-bin")
    await stranger.sign_in("lin-yan")

    home = await unit.open("/")
    signed = await unit.act(f"/cases/{number}/acts/sign", {})
    resolved = await unit.act(
        f"/cases/{number}/acts/resolve", {"evidence": PHOTO}, result="已清运，地面已冲洗"
    )
    verified = await verifier.act(f"/cases/{number}/acts/verify", {}, passed="yes", note="现场已看")

    assert number in home
    assert "已签收" in signed
    assert "已清运，地面已冲洗" in resolved
    assert "核查" in verified
    assert "现场已看" in verified
    assert await status_of(stranger, f"/cases/{number}") == 404
    shown = await up.type("cases", "show", number)
    assert "lu-fang of hetang-village" in shown.output
    assert "xie-bin of platform" in shown.output


async def test_a_text_is_there_again_after_its_session_has_ended(up: UpProcess) -> None:
    [url] = re.findall(r"^console +(http://\S+)/$", up.log.read_text(), re.MULTILINE)
    event = up.directory / "late.json"
    event.write_text(json.dumps(filed()), encoding="utf-8")
    told = await up.type("publish", str(event), "--wait")
    [number] = re.findall(r"accepted case (\S+)", told.output)
    unit, path = Browser(url), f"/cases/{number}/acts/comment"
    await unit.sign_in("lu-fang")
    form = await unit.open(path)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    await unit.open("/sign-out", b"", _FORM)
    said = urllib.parse.urlencode({**hidden, "text": "已联系环卫站"}).encode()

    late = await unit.open(path, said, _FORM)
    wanted = re.findall(r'name="next" value="([^"]+)"', late)[0]
    await unit.sign_in("lu-fang")
    shown = await unit.open(unescape(wanted))
    stranger = Browser(url)
    await stranger.sign_in("xie-bin")

    assert "保留一小时" in late
    assert "已联系环卫站" in shown
    assert "已联系环卫站" not in await stranger.open(unescape(wanted))
    assert "已联系环卫站" not in (await up.type("cases", "show", number)).output


async def status_of(browser: Browser, path: str) -> int:
    try:
        await browser.open(path)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def filed() -> dict[str, object]:
    """Return the event of a full bin in the grid of a village, reported on the spot."""
    now = "2026-11-30T08:00:00Z"
    data = {
        "schema_version": 1,
        "tenant": "youchegang",
        "complaint_id": "walk-1",
        "reported_at": now,
        "channel": "citizen",
        "category": "garbage",
        "text": "荷塘村二组路口垃圾满溢",
        "place": {"grid": "G02"},
    }
    return {
        "specversion": "1.0",
        "type": "org.sanban.complaint.filed.v1",
        "source": "/demo/town",
        "id": f"walk-{uuid4()}",
        "time": now,
        "data": data,
    }
