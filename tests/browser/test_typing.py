"""What an input method composes is sent by no Enter and is no shortcut, until it is committed."""

import pytest
from playwright.async_api import Browser

from tests.browser.in_memory import memory_town
from tests.browser.people import Person, Visitor

KEYS = ("Enter", "j", "k", "a", "o", "/", "?", "Escape")
COMPOSED = """
([selector, keys]) => {
  const field = document.querySelector(selector);
  field.focus();
  field.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
  const left = [];
  for (const key of keys)
    for (const type of ["keydown", "keypress", "keyup"]) {
      const how = {bubbles: true, cancelable: true, isComposing: true};
      const said = new KeyboardEvent(type, {key, keyCode: 229, which: 229, ...how});
      if (!field.dispatchEvent(said)) left.push(key);
      if (document.activeElement !== field) left.push(`focus after ${key}`);
    }
  field.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true, data: "油烟"}));
  return left;
}
"""


async def compose(person: Person, selector: str) -> str:
    """Compose with the browser's own input method, press Enter in between, and commit."""
    page = person.page
    await page.focus(selector)
    method = await page.context.new_cdp_session(page)
    await method.send(
        "Input.imeSetComposition", {"text": "youyan", "selectionStart": 6, "selectionEnd": 6}
    )
    for kind in ("rawKeyDown", "keyUp"):
        await method.send(
            "Input.dispatchKeyEvent",
            {"type": kind, "key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229},
        )
    await method.send("Input.insertText", {"text": "油烟"})
    return await page.input_value(selector)


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_enter_while_composing_sends_nothing_and_no_shortcut_moves_anything(
    chromium: Browser, language: str
) -> None:
    async with memory_town(chromium) as town:
        number = town.desk.file("restaurant-fumes").case_id
        async with town.person("zhou-zhiqiang", Visitor(language)) as someone:
            for path, selector in (
                ("/cases", "#q"),
                (f"/cases/{number}/acts/comment", "#f-text"),
                (f"/cases/{number}/acts/ask_extension", "#f-hours"),
            ):
                await someone.open(path)
                assert await someone.page.evaluate(COMPOSED, [selector, KEYS]) == []
                assert await compose(someone, selector) == "油烟"
                assert someone.page.url == f"{town.url}{path}"
            given = [*town.desk.given]
            await someone.open("/cases")
            await compose(someone, "#q")
            async with someone.page.expect_navigation():
                await someone.page.keyboard.press("Enter")
            searched = someone.page.url

    assert given == []
    assert "q=" in searched
