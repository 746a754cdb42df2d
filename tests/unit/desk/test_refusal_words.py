"""A refusal on a Chinese page is Chinese, with what the text names; English pages are as before."""

import re

import pytest

from console.desk.names import TownNames
from console.desk.refusal_words import refusal_line, refusal_words
from domain.case.events import CommandRefused
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import POLICIES, TOWN

ZH, EN = (TownNames(POLICIES[TOWN], language) for language in ("zh", "en"))


@pytest.mark.parametrize(
    ("code", "text", "about"),
    [
        (
            "wrong_stage",
            "verify is possible in resolved; this is signed",
            "可办的是待核查，现在是已签收",
        ),
        (
            "wrong_role",
            "appoint is for leader, supervisor; this is handler",
            "可办的是领导小组、督办员，现在是承办人",
        ),
        (
            "not_the_holder",
            "environment has it by now, enforcement-squad not",
            "生态环境所、综合行政执法中队",
        ),
        ("parts_open", "end task-2 and extension-1 first", "任务 2、延期 1"),
        ("too_much", "30 days are the most", "30 天"),
        ("suspended", "it rests, until Mon 2026-12-07 16:30", "2026-12-07 16:30"),
        ("same_person", "xu-meng had return-1 before", "徐猛、退单 1"),
        (
            "other_case",
            "7kq2m-9xa4t-bnc2w ended, link it",
            "案件 7kq2m",
        ),
        ("reason_needed", "say why, of later releases", ""),
    ],
)
def test_what_the_text_names_is_named_in_chinese(code: str, text: str, about: str) -> None:
    words = refusal_words(ZH, code, text)

    assert words.about == about
    assert not re.search("[a-z]{3}", words.name + words.help + refusal_line(ZH, code, text)[:4])


def test_what_is_possible_now_is_said_with_the_unit_that_does_it() -> None:
    text = (
        "close is possible in verified; this is dispatched; now: sign, by a person of environment"
    )

    words = refusal_words(ZH, "wrong_stage", text)

    assert words.next == "签收（生态环境所）"
    assert words.about == "可办的是待回访，现在是待签收"


def test_what_the_reader_may_do_is_said_to_be_theirs() -> None:
    text = "verify is possible in resolved; this is signed; now: report task-2, by you"

    assert refusal_words(ZH, "wrong_stage", text).next == "书面答复（任务 2、由您办理）"


def test_an_unknown_code_is_said_in_the_words_of_the_journal() -> None:
    words = refusal_words(ZH, "of_a_later_release", "no such thing")

    assert words.help == "no such thing"
    assert refusal_line(ZH, "of_a_later_release", "no such thing") == (
        "of_a_later_release: no such thing"
    )


def test_english_pages_show_the_words_of_the_journal() -> None:
    assert refusal_line(EN, "too_much", "at most 30 days") == (
        "more than the policy allows: at most 30 days"
    )


async def test_a_refused_form_is_chinese_and_the_journal_keeps_its_words() -> None:
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    browser = Browser(desk)
    await browser.sign_in("xu-meng", language="zh")
    await browser.fill(f"/cases/{case}/acts/sign")

    page = await browser.fill(f"/cases/{case}/acts/resolve", result="已清理")

    assert page.status in {409, 422}
    fact = desk.lives[case].events[-1].fact
    assert isinstance(fact, CommandRefused)
    assert fact.detail in page.text
    outside = re.sub(r'(?s)<(\w+)[^>]* lang="en">.*?</\1>', "", page.text)
    assert fact.detail not in outside
    assert "请" in outside
