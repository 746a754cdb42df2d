"""Single sign-on in Chromium without script, at a provider of another site."""

from pathlib import Path

from playwright.async_api import Browser

from tests.browser.people import press
from tests.limits import EVENT_S
from tests.smoke.conftest import UpProcess
from tests.smoke.test_console_sign_in import SUBJECT, needs_provider, single_sign_on


@needs_provider
async def test_a_person_goes_to_the_provider_comes_back_and_signs_out_at_both(
    up: UpProcess, chromium: Browser, tmp_path: Path
) -> None:
    """localhost and 127.0.0.1 are two sites for a browser: cookies come back as from a town's."""
    async with single_sign_on(up, tmp_path, "localhost") as town:
        context = await chromium.new_context(java_script_enabled=False, locale="en-GB")
        context.set_default_timeout(EVENT_S * 1000)
        page = await context.new_page()
        try:
            await page.goto(f"{town.url}/cases?light=red")
            await press(page, "text=Single sign-on")
            provider = page.url
            await page.fill("[name=login]", SUBJECT)
            await page.fill("[name=password]", "any")
            await press(page, "[type=submit]")
            back = page.url
            await press(page, "text=Sign out")
            await press(page, "text=Sign out at the identity provider, too")
            await press(page, "[name=logout]")
            await page.goto(f"{town.url}/")
            after = page.url
        finally:
            await context.close()

    assert provider.startswith("http://localhost:")
    assert back == f"{town.url}/cases?light=red"
    assert after.startswith(f"{town.url}/sign-in")
