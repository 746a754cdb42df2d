"""One Chromium and one `sanban up` with a dozen cases, for all tests of the folder."""

import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, async_playwright

from tests.browser.town import Filed, Town
from tests.smoke.conftest import UpProcess, up

__all__ = ["up"]

CATEGORIES = (
    "garbage", "stray-dogs", "restaurant-fumes", "railside-hazard", "street-light", "road-damage",
    "parking", "noise-construction",
)  # fmt: skip


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Start the browser; skip if the machine has none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("the package chromium is missing: apt-get install chromium fonts-wqy-microhei")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
async def town(up: UpProcess, chromium: Browser) -> Town:
    """Return the town, once its cases are filed: some of today, some long late."""
    [url] = re.findall(r"^console +(http://\S+)/$", up.log.read_text(), re.MULTILINE)
    town = Town(up, chromium, url)
    town.numbers = await town.file_all(
        [
            Filed(category, timedelta(hours=1 if number % 2 else 200))
            for number, category in enumerate(CATEGORIES)
        ]
    )
    return town
