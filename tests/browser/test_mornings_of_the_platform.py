"""Mornings of the command centre: the hotline's shift, the operator, and the auditor who looks."""

import json
from html import unescape

import pytest

from tests.browser.acting import fill, form_of, give, open_form, send
from tests.browser.people import Person, Visitor
from tests.browser.town import Filed, Town

WAYS = {
    "en, without script": Visitor("en", 390, script=False),
    "zh, by keyboard": Visitor("zh", 1440, keyboard=True),
}
TRIED = 'td:has-text("占线") time'
SURGE = "老街停电三小时，整条街都没有路灯"


async def search(person: Person, text: str) -> str:
    """Find by the box in the head of the page; return what was found."""
    await person.open("/")
    await person.write("#q", text)
    await person.press(".find button")
    return await person.text()


@pytest.mark.parametrize("way", WAYS)
async def test_a_shift_at_the_hotline_finds_calls_merges_and_hands_over(
    town: Town, way: str
) -> None:
    visitor = WAYS[way]
    turn = [*WAYS].index(way)
    order, phone = f"秀转〔2026〕{11 + turn} 号", f"1370000{1234 + turn}"
    street = Filed("street-light", grid="G05", address="老街 1 号", text=SURGE)
    found, ordered, first, second = await town.file_all([
        Filed("garbage", grid="G01", phone=phone, address=f"兴业路 {90 + turn} 号"),
        Filed("wages", grid="G02", order=order),
        street, Filed("street-light", grid="G05", address="老街 2 号", text=f"{SURGE}，请快来"),
    ])  # fmt: skip
    async with town.person("lu-fang") as unit, town.person("xie-bin") as verifier:
        await give(unit, found, "sign")
        await give(unit, found, "resolve", result="已清运，地面已冲洗", evidence=1)
        await give(verifier, found, "verify", passed=True, note="现场已清运干净")

    async with town.person("ruan-fang", visitor) as hotline:
        complaint = town.complaints[found]
        for text, number in (
            (phone, found), (order, ordered), (complaint, found), (found[:9], found),
        ):  # fmt: skip
            await search(hotline, text)
            listed = await hotline.page.content()
            assert number in listed or number in hotline.page.url, text
        await hotline.open("/callbacks")
        await give(hotline, found, "close", callback="not_reached", note="占线，午后再打")
        await hotline.open("/callbacks")
        assert "占线，午后再打" in await hotline.text()
        row = hotline.page.locator("tr", has=hotline.page.locator(f'a[href="/cases/{found}"]'))
        assert await row.locator(TRIED).get_attribute("datetime")
        await hotline.press(f'a[href="/cases/{found}/acts/close"]')
        await give(hotline, found, "close", callback="satisfied", solved=True, note="下午回电接通")
        await give(hotline, second, "comment", text="交班：老街停电，来电还会增多，请并单")
    async with town.person("zhu-lihua", visitor) as dispatcher:
        await dispatcher.open(f"/cases/{second}")
        assert "交班：老街停电" in await dispatcher.text()
        await open_form(dispatcher, second, "merge")
        await fill(dispatcher, form_of("merge"), {"into": first, "reason": "同一停电"})
        await dispatcher.press(f"{form_of('merge')} button")
        assert {"zh": "并单的影响", "en": "What merging does"}[visitor.language] in (
            await dispatcher.text()
        )
        await send(dispatcher, "merge")
        assert {"zh": "已并单", "en": "merged"}[visitor.language] in await dispatcher.text()


@pytest.mark.parametrize("way", WAYS)
async def test_an_operator_corrects_a_dead_letter_and_an_auditor_sees_who_read_it(
    town: Town, way: str
) -> None:
    visitor = WAYS[way]
    event = Filed("garbage", grid="G02", phone="13900007777").event(f"desk-dead-{visitor.language}")
    data = event["data"]
    assert isinstance(data, dict)
    text = data.pop("text")
    assert (await town.publish([event])).code == 1
    why = f"来源漏了正文，已向热线核实（{visitor.language}）"

    async with town.person("yin-hao", visitor) as operator:
        await operator.open("/health")
        assert await operator.page.locator(".chip--done").count() > 0
        await operator.open("/dead-letters")
        await operator.press('main a.what[href^="/dead-letters/"]')
        assert "13900007777" not in await operator.page.content()
        await unfold(operator, "main details:has(#f-purpose) summary")
        await operator.select("#f-purpose", "repair")
        await operator.write("#f-why-reveal", why)
        await operator.press('form[action$="/reveal"] button')
        body = json.loads(await operator.page.input_value("#f-value"))
        body["data"]["text"] = text
        await operator.rewrite("#f-value", json.dumps(body, ensure_ascii=False))
        await operator.write("#f-why", why)
        await operator.press('form[action$="/replay"] button')
        assert why in await operator.text()
    async with town.person("yu-zhengming", visitor) as auditor:
        await auditor.open("/audit?of=readings")
        assert why in unescape(await auditor.page.content())
        row = await auditor.page.locator('main a[href^="/audit/operations/"]').first.get_attribute(
            "href"
        )
        await auditor.press(f'main a[href="{row}"]')
        assert await auditor.page.query_selector("main .note")
        assert not await auditor.page.query_selector("main .errors")


async def unfold(person: Person, selector: str) -> None:
    """Open what is folded."""
    if person.keyboard:
        await person.tab_to(selector)
        await person.page.keyboard.press("Enter")
    else:
        await person.page.click(selector)
