"""A case from signing to its end on the pages, without script and by keyboard alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.browser.acting import fill, form_of, give, send
from tests.browser.people import Person, Town

WAYS = {"without script": (False, False), "by keyboard": (True, True)}
LANGUAGES = {
    "zh": ("已签收", "待核查", "待回访", "已结案"),
    "en": ("signed", "awaiting verification", "awaiting callback", "closed"),
}


class Desk:
    """The people of a town, all in one language and by one way."""

    def __init__(self, town: Town, language: str, way: str, width: int) -> None:
        self.town, self.language, self.width = town, language, width
        self.script, self.keyboard = WAYS[way]

    @asynccontextmanager
    async def of(self, id_: str) -> AsyncIterator[Person]:
        async with self.town.person(
            id_,
            language=self.language,
            width=self.width,
            script=self.script,
            keyboard=self.keyboard,
        ) as person:
            yield person


@pytest.mark.parametrize(
    ("language", "way", "width"),
    [
        ("zh", "without script", 390),
        ("zh", "by keyboard", 1440),
        ("en", "without script", 1440),
        ("en", "by keyboard", 390),
    ],
)
async def test_a_case_goes_from_the_unit_to_the_citizen(
    town: Town, language: str, way: str, width: int
) -> None:
    number = await town.file("garbage")
    signed, resolved, verified, closed = LANGUAGES[language]
    desk = Desk(town, language, way, width)

    async with desk.of("lu-fang") as handler:
        await handler.open("/")
        await handler.press(f'a[href="/cases/{number}"]')
        await send(handler, "sign")
        assert signed in await handler.text()
        await give(handler, number, "resolve", result="已清运，地面已冲洗", evidence=1)
        assert resolved in await handler.text()
    async with desk.of("xie-bin") as verifier:
        await give(verifier, number, "verify", passed=True, note="现场已清运干净，与照片一致")
        assert verified in await verifier.text()
    async with desk.of("ruan-fang") as hotline:
        await hotline.open("/callbacks")
        assert "已清运，地面已冲洗" in await hotline.text()
        await hotline.press(f'a[href="/cases/{number}/acts/close"]')
        await fill(hotline, form_of("close"), {"callback": "satisfied"})
        await send(hotline, "close")
        assert closed in await hotline.text()


@pytest.mark.parametrize("way", WAYS)
async def test_a_leader_decides_what_waits_and_knows_what_else_would_have_held(
    town: Town, way: str
) -> None:
    number = await town.file("stray-dogs")
    desk = Desk(town, "zh", way, 1440)

    async with desk.of("jiang-genfu") as head:
        await give(head, number, "sign")
        await give(head, number, "ask_extension", hours="8", reason="犬只夜间才出没，须布置笼具")
    async with desk.of("shen-haifeng") as supervisor:
        await supervisor.open("/approvals")
        text = await supervisor.text()
        assert "犬只夜间才出没" in text
        assert "不同意" in text
        await supervisor.press(f'a[href^="/cases/{number}/acts/answer"]')
        await fill(supervisor, form_of("answer"), {"granted": True, "reason": "同意"})
        await send(supervisor, "answer")
        assert "已同意" in await supervisor.text()
        await supervisor.open("/approvals")
        assert number not in await supervisor.page.content()
