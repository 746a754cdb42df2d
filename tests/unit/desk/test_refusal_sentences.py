"""A refusal is said in Chinese as the rules say it: what is wrong, where, and what to do."""

import re

import pytest

from console.desk.names import TownNames
from console.desk.refusal_sentences import refusal_sentences, templates
from console.desk.refusal_words import refusal_line, refusal_words
from console.desk.text_templates import kind_of
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import POLICIES, TOWN
from tests.unit.desk.refusal_templates import sentences

ZH = TownNames(POLICIES[TOWN], "zh")
FIELD = re.compile(r"\{\w+\}")
SAMPLES = {
    "role": "unit_head", "stage": "signed", "tier": "supervise", "urgency": "urgent",
    "channel": "hotline", "kind": "village", "said": "satisfied", "act": "verify", "pk": "task",
    "ps": "open", "field": "note", "y": "closed", "n": "3", "t": "T-1", "id": "task-1",
    "decision": "rulings", "does": "waives", "x": "environment",
}  # fmt: skip
"""Kind of a placeholder -> what may stand there."""
UNTRANSLATED = frozenset({"{} is {} {}"})
"""Sentences without Chinese: that of the table of permissions is put together in refusal_words.py.
The list only shrinks."""


def test_each_sentence_of_the_rules_has_its_chinese() -> None:
    known = {FIELD.sub("{}", each.english) for each in templates("sentences")}
    said = sentences()

    missing = {f"{place}: {text}" for text, place in said.items() if text not in known}

    assert {each.partition(": ")[2] for each in missing} == UNTRANSLATED, (
        "console/desk/locale/refusal_texts.yaml has no Chinese for these: "
        + "\n".join(sorted(missing))
    )
    assert known - {*said} == set(), "no rule says these any more: take them out"


@pytest.mark.parametrize("of", ["sentences", "phrases"])
def test_a_translation_names_what_its_sentence_does(of: str) -> None:
    unlike = [
        each.english
        for each in templates(of)
        if {*FIELD.findall(each.chinese)} - {*FIELD.findall(each.english)}
        or {kind_of(field) for field in each.fields} - {*SAMPLES}
    ]
    assert unlike == []


def test_each_sentence_is_said_by_its_own_translation_and_by_no_other() -> None:
    wrong = list[str]()
    for each in templates("sentences"):
        filled = each.english.format(**{name: SAMPLES[kind_of(name)] for name in each.fields})
        first = next(found for found in templates("sentences") if found.pattern.fullmatch(filled))
        if FIELD.sub("{}", first.english) != FIELD.sub("{}", each.english):
            wrong.append(f"{each.english} is said as {first.english}")
        said = refusal_sentences(ZH, filled) or ""
        if re.search("(?<![A-Za-z-])[a-z]{4,}", re.sub("speaks_for|[a-z]+[.]yaml", "", said)):
            wrong.append(f"{filled}: {said}")
    assert wrong == []


OPEN = (
    "still open: task-1 (environment); end or answer them, or the leading group or its office "
    "waives them"
)
COUNTS = (
    "2 pieces of evidence needed, 2 given; 1 counts: 1 shown before for another act of this case, "
    "not counted, 1 given twice, counted once"
)
POSTS = (
    "signatures of a supervised case are for a deputy head of the leading group or above "
    "(shen-haifeng, xu-meng), or the deputy of one who is absent; jin-yi has no post"
)
NOTICE = (
    "conference needs a notice of 2 working days (town); appoint it for Tue 2026-12-08 09:00 or "
    "later"
)
COUNTED = (
    "须有 2 份佐证，现有 2 份；算数的有 1 份：1 份已用于此案的另一步，不算，1 份重复，只算一次。"
)
BY_POST = (
    "督办案件的签字由领导小组副组长或以上的人决定（沈海峰、徐猛），缺勤时由其代理人决定；"
    "金毅在领导小组没有职务。"
)


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        (
            OPEN,
            "还没有结束：任务 1（生态环境所）；请先办结或答复，或由领导小组或其办公室免除它们。",
        ),
        (COUNTS, COUNTED),
        (POSTS, BY_POST),
        (NOTICE, "联席会商须提前 2 工作日通知；请定在 2026-12-08 09:00 或以后。"),
        ("a sentence of a later release; resume it first", None),
        ("", None),
    ],
)
def test_a_refusal_says_what_is_wrong_where_and_what_to_do(text: str, chinese: str | None) -> None:
    assert refusal_sentences(ZH, text) == chinese


def test_a_sentence_that_is_not_known_leaves_the_words_of_the_code() -> None:
    words = refusal_words(ZH, "suspended", "suspended by a later release; resume it first")

    assert words.help == "挂账期间时限停计，先恢复，再办这一项。"
    assert not words.is_whole


async def test_a_refused_form_says_all_of_it_in_chinese() -> None:
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    browser = Browser(desk)
    await browser.sign_in("xu-meng", language="zh")
    await browser.fill(f"/cases/{case}/acts/sign")

    page = await browser.fill(f"/cases/{case}/acts/resolve", result="已清理")

    fact = desk.lives[case].events[-1].fact
    whole = refusal_sentences(ZH, getattr(fact, "detail", ""))
    assert whole is not None
    assert whole in page.text
    assert refusal_line(ZH, "missing_evidence", getattr(fact, "detail", "")) in (
        f"佐证材料不足，或已用于别处：{whole.removesuffix('。')}"
    )
