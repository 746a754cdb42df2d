"""What the engine has journaled in English is Chinese on Chinese pages, as far as it is known."""

import re
from datetime import timedelta

import pytest
import yaml

from console.desk.engine_words import engine_words
from console.desk.names import TownNames
from console.desk.wording import LOCALE
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import POLICIES, TOWN

ZH, EN = (TownNames(POLICIES[TOWN], language) for language in ("zh", "en"))
CATALOGUE = yaml.safe_load((LOCALE / "engine_texts.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("citizen clock reached very-late", "答复群众时限到了升级梯次"),
        (
            "platform is pressed: enforcement-squad still has its own time",
            "催的是镇综合指挥中心：综合行政执法中队自己的时间还没有用完",
        ),
        ("raised to supervise", "升为督办"),
        (
            "nobody answered in time; by default refused",
            "到期没有人答复；默认不同意",
        ),
        (
            "hetang-village did not sign: sign clock reached due",
            "荷塘村未签收：签收时限到了升级梯次",
        ),
        ("not handed on: nobody else answers for grid G01", "不改派：荷塘村一网格没有其他责任单位"),
        ("put right by itself: 店主已自行清理", "自行整改：店主已自行清理"),
        ("已清运", "已清运"),
        ("a text of a later release", None),
        ("raised to supervise; a text of a later release", None),
        ("", ""),
    ],
)
def test_a_text_of_the_engine_is_said_in_chinese_or_stays_whole(
    text: str, chinese: str | None
) -> None:
    assert engine_words(ZH, text) == chinese
    assert (engine_words(EN, text) or "").isascii() == text.isascii()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("citizen clock reached very-late", "citizen clock reached very-late"),
        (
            "hetang-village did not sign: sign clock reached due",
            "Hetang Village did not sign: sign clock reached due",
        ),
        (
            "give_task is for this; a well-kept in_progress",
            "“Give a task” is for this; a well-kept in progress",
        ),
        ("task-2 waits", "task 2 waits"),
    ],
)
def test_in_english_a_text_of_the_engine_has_names_for_its_codes(text: str, named: str) -> None:
    assert engine_words(EN, text) == named


def test_a_translation_names_what_its_text_does() -> None:
    field = re.compile(r"\{\w+\}")
    for english, chinese in CATALOGUE.items():
        assert {*field.findall(chinese)} <= {*field.findall(english)}, english


async def test_no_english_of_the_engine_is_left_on_the_page_of_a_case_that_was_escalated() -> None:
    desk = Desk()
    for category in ("stray-dogs", "restaurant-fumes", "railside-hazard", "garbage", None):
        desk.file(category)
    desk.now += timedelta(days=9)
    for number in [*desk.lives]:
        desk.ring(number)
    browser = Browser(desk)
    await browser.sign_in("shen-haifeng", language="zh")

    left = set[str]()
    for number in desk.lives:
        page = (await browser.open(f"/cases/{number}?rows=all")).text
        left |= {
            text for _, text in re.findall(r'(?s)<(p|span)[^>]* lang="en"[^>]*>(.*?)</\1>', page)
        }

    assert left == set()
