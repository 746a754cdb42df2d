"""A corrected dead letter is checked before it is sent: else it comes back at once."""

from html import unescape

import pytest

from console.desk.oversight_ports import LetterMistake
from tests.unit.desk.test_operators import at_the_desk, form_of

MISTAKE = LetterMistake(3, "data.text", "schema_violation", "is missing; add it")
REMARK = LetterMistake(1, "data.category", None, "the town does not list it")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_mistake_keeps_the_letter_open_and_the_body_in_the_form(language: str) -> None:
    browser, desk = await at_the_desk()
    await browser.sign_in("yin-hao", language=language)
    desk.oversight.mistakes = [MISTAKE, REMARK]
    form = form_of(await browser.open("/dead-letters/1"), "replay")

    told = await browser.send("/dead-letters/1/replay", form, why="已更正", value='{"tenant": 1}')

    assert told.status == 422
    assert desk.oversight.sent == []
    assert "data.text" in told.text
    assert "is missing; add it" in told.text
    assert '{"tenant": 1}' in unescape(told.text)
    assert "已更正" in told.text


async def test_a_remark_alone_does_not_hold_it_up_and_what_came_is_sent_as_it_is() -> None:
    browser, desk = await at_the_desk()
    desk.oversight.mistakes = [REMARK]
    form = form_of(await browser.open("/dead-letters/1"), "replay")
    corrected = await browser.send("/dead-letters/1/replay", form, why="已更正", value="{}")
    desk.oversight.mistakes = [MISTAKE]
    form = form_of(await browser.open("/dead-letters/2"), "replay")

    plain = await browser.send("/dead-letters/2/replay", form, why="重发")

    assert corrected.status == 303
    assert plain.status == 303
    assert [value for _, value, _ in desk.oversight.sent] == [b"{}", None]
