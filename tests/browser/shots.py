"""`python -m tests.browser.shots [DIRECTORY]`: take the pictures of docs/console.

The town is in memory and its hour is fixed, so a picture changes when its page does.
"""

import asyncio
import shutil
import sys
from http import HTTPStatus
from io import BytesIO
from pathlib import Path

from PIL import Image
from PIL.Image import Dither, Quantize
from playwright.async_api import Browser, async_playwright

from tests.browser.full_town import Scenes, full_town
from tests.browser.in_memory import MemoryTown, memory_town
from tests.browser.people import Visitor

PICTURES = Path(__file__).parents[2] / "docs/console"
SUPERVISOR, HANDLER, HOTLINE, LEADER = "shen-haifeng", "zhou-zhiqiang", "ruan-fang", "wang-jianping"
OPERATOR, AUDITOR, OFFICER = "yin-hao", "yu-zhengming", "xu-meng"
TELEPHONE = 390
VISITORS = [Visitor(language, width) for language in ("zh", "en") for width in (1440, TELEPHONE)]
IN_ENGLISH = frozenset({"home", "case", "act", "board"})


def pages(scenes: Scenes) -> list[tuple[str, str, str]]:
    """Return (name, person, path) of each picture: what the five mornings of the console see."""
    case = scenes.case
    return [
        ("home", SUPERVISOR, "/"),
        ("cases", SUPERVISOR, "/cases"),
        ("case", SUPERVISOR, f"/cases/{case}"),
        ("letter", SUPERVISOR, f"/cases/{case}/print"),
        ("board", SUPERVISOR, "/board"),
        ("approvals", SUPERVISOR, "/approvals"),
        ("act", HANDLER, f"/cases/{scenes.asked}/acts/resolve"),
        ("callbacks", HOTLINE, "/callbacks"),
        ("patrols", OFFICER, "/patrols"),
        ("duty", SUPERVISOR, "/duty"),
        ("health", OPERATOR, "/health"),
        ("audit", AUDITOR, f"/audit/cases/{case}"),
    ]


async def shoot(town: MemoryTown, scenes: Scenes, directory: Path) -> None:
    for visitor in VISITORS:
        for name, person, path in pages(scenes):
            if visitor.language == "en" and name not in IN_ENGLISH:
                continue
            async with town.person(person, visitor) as someone:
                status = await someone.open(path)
                if status != HTTPStatus.OK:
                    raise SystemExit(f"{path} answered {status} to {person}")
                wide = visitor.width > TELEPHONE
                taken = await someone.page.screenshot(full_page=wide)
                whole = Image.open(BytesIO(taken)).convert("RGB")
                # The others lose the red of what is late: it is on few points of a page.
                small = whole.quantize(256, method=Quantize.FASTOCTREE, dither=Dither.NONE)
                file = directory / f"{name}.{visitor.language}.{visitor.width}.png"
                small.save(file, optimize=True)


async def main(directory: Path) -> None:
    scenes = await full_town()
    async with async_playwright() as playwright:
        program = shutil.which("chromium")
        browser: Browser = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"]
        )
        async with memory_town(browser, scenes.desk) as town:
            await shoot(town, scenes, directory)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))
