"""A person at a browser: with a mouse, by keyboard alone, or without script."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from playwright.async_api import Browser, Dialog, FilePayload, Page

from tests.limits import EVENT_S
from tests.pictures import fresh_photo

_PATIENCE_MS = EVENT_S * 1000
_CSP = "Content Security Policy"
"""In each message of the browser about something that the policy of a page has stopped."""
_TABS = 400
"""More than any page has."""


@dataclass(frozen=True)
class Visitor:
    """How a person uses a browser. `keyboard`: without a mouse; `zone`: of their machine."""

    language: str = "zh"
    width: int = 1440
    script: bool = True
    keyboard: bool = False
    zone: str | None = None


@asynccontextmanager
async def visiting(
    chromium: Browser, url: str, id_: str, visitor: Visitor = Visitor()
) -> AsyncIterator["Person"]:
    """Yield a person who is signed in at the console of this address, and asks no other host."""
    context = await chromium.new_context(
        viewport={"width": visitor.width, "height": 900},
        java_script_enabled=visitor.script,
        locale={"zh": "zh-CN", "en": "en-GB"}[visitor.language],
        timezone_id=visitor.zone,
    )
    context.set_default_timeout(_PATIENCE_MS)
    page = await context.new_page()
    hosts = set[str]()
    context.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    faults = list[str]()
    context.on("console", lambda said: faults.append(said.text) if _CSP in said.text else None)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("dialog", lambda dialog: _answer(dialog, faults))
    person = Person(page, url, visitor.keyboard)
    try:
        await person.sign_in(id_, visitor.language)
        yield person
        assert hosts <= {url.split("/")[2]}, "a page asked another host for something"
        assert faults == [], "the policy was broken, a script failed, or a page spoke up"
    finally:
        await context.close()


async def _answer(dialog: Dialog, faults: list[str]) -> None:
    """Leave a half-typed form when the browser asks; nothing else may ask in a window."""
    if dialog.type != "beforeunload":
        faults.append(dialog.message)
    await dialog.accept()


@dataclass
class Person:
    """A person at a browser: with a mouse, or by keyboard alone."""

    page: Page
    url: str
    keyboard: bool

    async def sign_in(self, id_: str, language: str) -> None:
        """Sign in by the roster, as at a `sanban up`."""
        answer = await self.page.request.post(
            f"{self.url}/sign-in?language={language}",
            form={"who": f"youchegang/{id_}", "next": "/"},
            headers={"Origin": self.url},
        )
        assert answer.ok

    async def open(self, path: str) -> int:
        """Open a page; return its status."""
        answer = await self.page.goto(f"{self.url}{path}")
        assert answer is not None
        return answer.status

    async def may_open(self, path: str) -> bool:
        """Return whether there is such a page for this person, without showing it."""
        answer = await self.page.request.get(f"{self.url}{path}")
        return answer.status == 200

    async def text(self) -> str:
        return await self.page.inner_text("main")

    async def tab_to(self, selector: str) -> None:
        """Press Tab until the element has the focus. At each stop the page shows where that is; it
        is nowhere but once, when it has left the page at its end.
        """
        left = 0
        for _ in range(_TABS):
            await self.page.keyboard.press("Tab")
            found, seen, where = await self.page.evaluate(_FOCUS, selector)
            left += where == "BODY"
            assert seen or where == "BODY", f"the focus on {where} cannot be seen"
            if found:
                return
            if left > 1:
                break
        raise AssertionError(f"{selector} cannot be reached by keyboard")

    async def press(self, selector: str) -> None:
        """Go to a link or a button and press it; wait for the next page."""
        if not self.keyboard:
            await press(self.page, selector)
            return
        await self.tab_to(selector)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def write(self, selector: str, text: str) -> None:
        """Go to a field and write in it."""
        if self.keyboard:
            await self.tab_to(selector)
            await self.page.keyboard.insert_text(text)
        else:
            await self.page.fill(selector, text)

    async def rewrite(self, selector: str, text: str) -> None:
        """Go to a field and write in place of what is in it."""
        if self.keyboard:
            await self.tab_to(selector)
            await self.page.keyboard.press("Control+A")
            await self.page.keyboard.insert_text(text)
        else:
            await self.page.fill(selector, text)

    async def choose(self, selector: str) -> None:
        """Choose one of several buttons; by keyboard, from the first of them on."""
        if not self.keyboard:
            await self.page.check(selector)
            return
        group = await self.page.get_attribute(selector, "name")
        await self.tab_to(f'[name="{group}"]')
        await self.page.keyboard.press("Space")
        while not await self.page.is_checked(selector):
            await self.page.keyboard.press("ArrowDown")

    async def select(self, selector: str, value: str) -> None:
        """Choose from a list; by keyboard, downwards until it is the one."""
        if not self.keyboard:
            await self.page.select_option(selector, value)
            return
        await self.tab_to(selector)
        while await self.page.input_value(selector) != value:
            await self.page.keyboard.press("ArrowDown")

    async def tick(self, selector: str) -> None:
        """Tick a box."""
        if not self.keyboard:
            await self.page.check(selector)
            return
        await self.tab_to(selector)
        await self.page.keyboard.press("Space")
        assert await self.page.is_checked(selector)

    async def appoint(self, date: str, time: str, at: datetime) -> None:
        """Write a day and an hour, in the zone that the page names."""
        if not self.keyboard:
            await self.page.fill(date, f"{at:%Y-%m-%d}")
            await self.page.fill(time, f"{at:%H:%M}")
            return
        await self.tab_to(date)
        await self.page.keyboard.type(f"{at:%m%d%Y}")  # the order of this browser's own language
        await self.tab_to(time)
        await self.page.keyboard.type(f"{at:%H%M}")
        assert await self.page.input_value(date) == f"{at:%Y-%m-%d}"
        assert await self.page.input_value(time) == f"{at:%H:%M}"

    async def attach(self, selector: str, number: int = 1) -> None:
        """Attach photos that no case has yet. They are chosen in a window of the browser itself."""
        photos: list[FilePayload] = [
            {"name": f"{each}.jpg", "mimeType": "image/jpeg", "buffer": fresh_photo()}
            for each in range(number)
        ]
        await self.page.set_input_files(selector, photos)


async def press(page: Page, selector: str) -> None:
    """Press a link or a button and wait for the page that answers: a click alone does not, and what
    is read meanwhile is the page before, or none.
    """
    async with page.expect_navigation():
        await page.click(selector)


_FOCUS = """
(selector) => {
  const active = document.activeElement || document.body;
  if (active === document.body) return [false, false, "BODY"];
  const style = getComputedStyle(active);
  const box = active.getBoundingClientRect();
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const seen = (outlined || style.boxShadow !== "none") && box.width > 0 && box.height > 0;
  return [active.matches(selector), seen, active.outerHTML.slice(0, 120)];
}
"""
