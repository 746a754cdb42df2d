"""A browser without script, before a console without servers."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Protocol
from urllib.parse import urlencode

from starlette.applications import Starlette

from tests.fakes.gateway import TOWN, Answer, ask


class Site(Protocol):
    now: datetime

    def app(self) -> Starlette: ...


@dataclass
class Browser:
    """A browser without script: keeps cookies, follows no redirect, sends what a form holds."""

    desk: Site
    cookie: str = ""
    others: dict[str, str] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    seen: Answer | None = None

    async def open(self, path: str) -> Answer:
        return await self._ask("GET", path)

    async def sign_in(self, person: str, tenant: str = TOWN, language: str = "en") -> Answer:
        body = urlencode({"who": f"{tenant}/{person}", "next": "/"})
        answer = await self._ask("POST", f"/sign-in?language={language}", body)
        found = re.match(r"sanban=([^;]+)", answer.headers.get("set-cookie", ""))
        self.cookie = found.group(1) if found else ""
        return answer

    async def fill(self, path: str, **fields: str | list[str]) -> Answer:
        """Open a page with one act's form, and send the form with these fields."""
        return await self.send(path, self.hidden(await self.open(path)), **fields)

    async def send(self, path: str, hidden: dict[str, str], **fields: str | list[str]) -> Answer:
        return await self._ask("POST", path, urlencode({**hidden, **fields}, doseq=True))

    @staticmethod
    def hidden(page: Answer) -> dict[str, str]:
        """Return the hidden fields of the form of the act: its id, the row it shows, its token."""
        form = page.text.partition('<form class="form"')[2].partition("</form>")[0]
        found = re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)">', form)
        found += re.findall(
            r'<input type="checkbox" name="(\w+\.kept)" value="([^"]*)" checked>', form
        )
        return {name: unescape(value) for name, value in found}

    async def _ask(self, method: str, path: str, body: str = "") -> Answer:
        headers = [*self.headers]
        cookies = {"sanban": self.cookie, **self.others}
        if said := "; ".join(f"{name}={value}" for name, value in cookies.items() if value):
            headers.append(("cookie", said))
        if method == "POST":
            headers.append(("content-type", "application/x-www-form-urlencoded"))
            headers.append(("content-length", str(len(body.encode()))))
        self.seen = await ask(
            self.desk.app(), method, path, token=None, headers=headers, body=body.encode()
        )
        if set_ := re.match(r"([\w-]+)=([^;]*)", self.seen.headers.get("set-cookie", "")):
            if set_[1] == "sanban":
                self.cookie = set_[2].strip('"')
            else:
                self.others[set_[1]] = set_[2]
        return self.seen
