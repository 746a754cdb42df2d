"""Keys of the pages: they move the focus, and never write, act or interrupt an input method."""

from playwright.async_api import Page

from tests.browser.town import Town

_COMPOSING = """(key) => document.body.dispatchEvent(new KeyboardEvent("keydown",
    {key, isComposing: true, bubbles: true, cancelable: true}))"""
_CODE_229 = """(key) => document.body.dispatchEvent(new KeyboardEvent("keydown",
    {key, keyCode: 229, bubbles: true, cancelable: true}))"""


async def focused(page: Page) -> str:
    """Return the address of the link that has the focus, or the name of the field."""
    return str(
        await page.evaluate(
            "document.activeElement.getAttribute('href') || document.activeElement.id || ''"
        )
    )


async def test_keys_walk_a_list_open_a_case_and_reach_its_act(town: Town) -> None:
    async with town.person("shen-haifeng") as person:
        page = person.page
        await page.goto(f"{town.url}/cases")
        links = [await each.get_attribute("href") for each in await page.locator("a.what").all()]
        await page.keyboard.press("j")
        first = await focused(page)
        await page.keyboard.press("j")
        second = await focused(page)
        await page.keyboard.press("k")
        back = await focused(page)
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**{first}")
        await page.keyboard.press("a")
        act = await page.evaluate("document.activeElement.closest('.act, .acts') !== null")
        await page.keyboard.press("Escape")
        await page.goto(f"{town.url}/cases")
        await page.keyboard.press("/")
        search = await focused(page)
        await page.keyboard.type("j?a")
        typed = await page.input_value("#q")
        here = page.url
        await page.locator("h1").first.click()
        await page.keyboard.press("?")
        await page.wait_for_url("**/shortcuts")

    assert [first, second] == links[:2]
    assert back == first
    assert act
    assert search == "q"
    assert typed == "j?a"
    assert here.endswith("/cases")


async def test_an_input_method_that_composes_triggers_nothing(town: Town) -> None:
    async with town.person("shen-haifeng") as person:
        page = person.page
        await page.goto(f"{town.url}/cases")
        for script in (_COMPOSING, _CODE_229):
            for key in ("j", "/", "a", "?"):
                await page.evaluate(script, key)
        found, here = await focused(page), page.url

    assert found == ""
    assert here.endswith("/cases")


async def test_keys_that_are_switched_off_do_nothing(town: Town) -> None:
    async with town.person("xu-meng") as person:
        page = person.page
        await page.goto(f"{town.url}/shortcuts")
        await page.locator("form.form button").click()
        await page.wait_for_load_state()
        await page.goto(f"{town.url}/cases")
        await page.keyboard.press("j")
        await page.keyboard.press("/")
        found = await focused(page)
        await page.goto(f"{town.url}/shortcuts")
        await page.locator("form.form button").click()
        await page.wait_for_load_state()

    assert found == ""
