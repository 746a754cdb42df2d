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


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("turn=unit", True),
        ("turn=superior", False),
        ("category=stray-dogs", True),
        ("category=garbage", False),
        ("channel=hotline", True),
        ("channel=camera", False),
        ("level=6", False),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_list_is_filtered_by_turn_category_channel_and_level(
    query: str, finds: bool, language: str
) -> None:
    desk = Desk()
    number = desk.file("stray-dogs").case_id
    browser = Browser(desk)
    await browser.sign_in("zhu-lihua", language=language)

    shown = await browser.open(f"/cases?{query}")

    assert shown.status == 200
    assert (number in shown.text) is finds


@pytest.mark.parametrize("query", ["turn=me", "level=9", "category=nix", "channel=post"])
async def test_what_no_page_asks_for_is_no_list(query: str) -> None:
    browser = Browser(Desk())
    await browser.sign_in("zhu-lihua")

    assert (await browser.open(f"/cases?{query}")).status == 400


async def test_my_list_has_what_waits_for_my_seat_and_not_all_of_my_unit() -> None:
    """A dispatcher and a verifier of the platform have different lists."""
    desk = Desk()
    number = desk.file(None).case_id
    for person, finds in (("zhu-lihua", True), ("xie-bin", False)):
        browser = Browser(desk)
        await browser.sign_in(person)
        assert (number in (await browser.open("/cases?mine=1")).text) is finds
