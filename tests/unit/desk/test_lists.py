"""Lists of the console: what they are asked for, and what they refuse."""

from html import unescape
from urllib.parse import quote

import pytest

from console.desk.wording import wording
from domain.matching.search_terms import TOO_SHORT, TooShort
from tests.fakes.desk import Browser, Desk


@pytest.mark.parametrize("text", ["井", "a", "1", "，", "井 盖"])
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_search_of_one_character_lists_nothing_and_says_the_sentence_of_the_command(
    text: str, language: str
) -> None:
    desk = Desk()
    number = desk.file("stray-dogs").case_id
    browser = Browser(desk)
    await browser.sign_in("zhu-lihua", language=language)

    shown = await browser.open(f"/cases?q={quote(text)}")

    assert shown.status == 400
    assert number not in shown.text
    assert wording(language)(TOO_SHORT, text=text) in unescape(shown.text)
    assert wording("en")(TOO_SHORT, text=text) == str(TooShort(text))


async def test_a_search_of_two_characters_is_made() -> None:
    browser = Browser(Desk())
    await browser.sign_in("zhu-lihua")

    assert (await browser.open(f"/cases?q={quote('井盖')}")).status == 200
