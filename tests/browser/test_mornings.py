"""A handler's morning: from signing to the citizen, without script and by keyboard alone."""

import pytest

from tests.browser.acting import fill, form_of, give, send
from tests.browser.people import Visitor
from tests.browser.town import Town

VISITORS = {
    "zh, without script": Visitor("zh", 390, script=False),
    "zh, by keyboard": Visitor("zh", 1440, keyboard=True),
    "en, without script": Visitor("en", 1440, script=False),
    "en, by keyboard": Visitor("en", 390, keyboard=True),
}
LANGUAGES = {
    "zh": ("已签收", "不同意", "已同意", "待核查", "待回访", "已结案"),
    "en": ("signed", "refused", "granted", "awaiting verification", "awaiting callback", "closed"),
}


@pytest.mark.parametrize("visitor", VISITORS.values(), ids=VISITORS)
async def test_a_case_goes_from_the_unit_to_the_citizen(town: Town, visitor: Visitor) -> None:
    number = await town.file("garbage")
    signed, refused, granted, resolved, verified, closed = LANGUAGES[visitor.language]
    why = "垃圾点需调挂桶车，下午才到"

    async with town.person("lu-fang", visitor) as handler:
        await handler.open("/")
        await handler.press(f'a[href="/cases/{number}"]')
        assert "兴业路" in await handler.text()
        assert await handler.page.locator('img.map[src="/cases/map.svg?here=G01"]').count() == 1
        await send(handler, "sign")
        await give(handler, number, "comment", text="群众说垃圾点在桥下")
        assert signed in await handler.text()
    async with town.person("shen-guoliang", visitor) as head:
        await give(head, number, "ask_extension", hours="4", reason=why)
    async with town.person("shen-haifeng", visitor) as supervisor:
        await supervisor.open("/approvals")
        waiting = await supervisor.text()
        assert why in waiting
        assert refused in waiting  # what holds if she does not decide
        await supervisor.press(f'a[href^="/cases/{number}/acts/answer"]')
        await fill(supervisor, form_of("answer"), {"granted": True, "reason": "同意"})
        await send(supervisor, "answer")
        assert granted in await supervisor.text()
        await supervisor.open("/approvals")
        assert number not in await supervisor.page.content()
    async with town.person("lu-fang", visitor) as handler:
        await handler.open(f"/cases/{number}")
        assert "群众说垃圾点在桥下" in await handler.text()
        await give(handler, number, "resolve", result="已清运，地面已冲洗", evidence=2)
        assert resolved in await handler.text()
        assert await handler.page.locator(".thumbs img").count() == 2
    async with town.person("xie-bin", visitor) as verifier:
        await give(verifier, number, "verify", passed=True, note="现场已清运干净，与照片一致")
        assert verified in await verifier.text()
    async with town.person("ruan-fang", visitor) as hotline:
        await hotline.open("/callbacks")
        assert "已清运，地面已冲洗" in await hotline.text()
        await hotline.press(f'a[href="/cases/{number}/acts/close"]')
        await fill(hotline, form_of("close"), {"callback": "satisfied", "solved": True})
        await send(hotline, "close")
        assert closed in await hotline.text()
