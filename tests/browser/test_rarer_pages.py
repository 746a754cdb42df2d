"""axe-core finds nothing wrong on pages that few people open: paper, links, and keys."""

import pytest
from playwright.async_api import Browser

from tests.browser.barriers import barriers
from tests.browser.full_town import full_town
from tests.browser.in_memory import memory_town
from tests.browser.people import Visitor


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_no_rarer_page_has_a_barrier(chromium: Browser, language: str) -> None:
    scenes = await full_town()
    case, found = scenes.case, dict[str, list[str]]()
    pages = {
        "shen-haifeng": (f"/cases/{case}/letters/letter-1", "/shortcuts"),
        "xu-meng": (f"/cases/{case}/acts/give_link",),
    }
    async with memory_town(chromium, scenes.desk) as town:
        for id_, paths in pages.items():
            async with town.person(id_, Visitor(language)) as someone:
                for path in paths:
                    assert await someone.open(path) == 200, path
                    for width in (1440, 320):
                        await someone.page.set_viewport_size({"width": width, "height": 900})
                        found[f"{path}, {width} px"] = await barriers(someone)

    assert {path: faults for path, faults in found.items() if faults} == {}
    assert len(found) == 6
