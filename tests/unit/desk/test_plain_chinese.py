"""Pages in Chinese have no words of the engine: every page that people have, in a full town."""

import dataclasses
import re
import typing
from collections.abc import Iterator
from enum import StrEnum
from html import unescape
from typing import Any

import pytest

from console.desk.acts import ACTS
from console.desk.engine_words import engine_words
from console.desk.names import TownNames, table
from console.desk.navigation import ENTRIES
from console.desk.timeline import NOT_SHOWN
from domain.case.events import FACTS
from domain.case.refusals import Refusal
from tests.browser.full_town import full_town
from tests.fakes.desk import Browser
from tests.fakes.gateway import POLICIES, TOWN

ZH = TownNames(POLICIES[TOWN], "zh")
PEOPLE = ("shen-haifeng", "yu-zhengming")
"""Who reads the whole town: one with its words, and one without."""
FOR_OPERATORS = frozenset({"/health", "/intake", "/dead-letters", "/deliveries"})
"""These name commands, settings and processes, which have no other name."""
MOST = 12
"""Cases to open: each category of the full town, and those that have moved on."""
_OUTSIDE = re.compile(
    r'(?s)<(script|style|svg|title)\b.*?</\1>|<(\w+)[^>]*\blang="en"[^>]*>.*?</\2>'
    r'|<(\w+)[^>]*\bclass="[^"]*\bcode\b[^"]*"[^>]*>.*?</\3>'
)
"""What is marked as English, as a code, or is no text."""
_SHOWN = re.compile(r'(?s)<[^>]*\b(?:alt|aria-label|placeholder|title)="([^"]*)"[^>]*>|<[^>]+>')
_ID = re.compile(
    r"[0-9a-hj-km-np-tv-z]{5}(?:-[0-9a-hj-km-np-tv-z]{5}){2}"
    r"|\b(?=\w*\d)[0-9a-hj-km-np-tv-z]{5}\b|https?://\S+|/[\w/.-]+|[0-9a-f]{8,}"
    r"|\bG\d+\b|\bW\d+\b|\bL\d\b"
)
ALLOWED = frozenset({
    "English", "Sanban", "XLSX", "CSV", "PDF", "JPEG", "PNG", "MB", "UTF", "JSON", "CloudEvent",
    "operations", "Asia", "Shanghai", "YAML", "IP", "OIDC", "ID", "HTTP", "Kafka", "SHA", "Ctrl",
    "Enter",
})  # fmt: skip
"""Names of things that have no other in Chinese."""


def raw_words(html: str) -> set[str]:
    """Return the ASCII words that a person reads on a page."""
    text = _SHOWN.sub(lambda found: f" {found[1] or ''} ", _OUTSIDE.sub(" ", html))
    words = re.findall(r"[A-Za-z][A-Za-z_-]{2,}", _ID.sub(" ", unescape(text)))
    return {word for word in words if word not in ALLOWED}


@pytest.mark.parametrize("person", PEOPLE)
async def test_no_page_of_a_person_shows_a_word_of_the_engine(person: str) -> None:
    scenes = await full_town()
    desk = scenes.desk
    browser = Browser(desk)
    await browser.sign_in(person, language="zh")
    paths = [entry.path for entry in ENTRIES if entry.path not in FOR_OPERATORS]
    paths += [f"/cases/{number}?rows=all" for number in [*desk.lives][:MOST]]

    found = dict[str, set[str]]()
    for path in paths:
        page = await browser.open(path)
        if page.status == 200 and (words := raw_words(page.text)):
            found[path] = words

    assert found == {}


def test_each_field_of_a_row_has_a_name_and_each_code_in_it() -> None:
    """Of every fact that a case may have, and of the acts that a part has as its terms."""
    bare, codes = set[str](), set[str]()
    for said in (*FACTS, *ACTS.values()):
        hints = typing.get_type_hints(said)
        for each in dataclasses.fields(said):
            if each.name in NOT_SHOWN:
                continue
            bare |= {each.name} - {*table()["field"]}
            for code in codes_of(hints[each.name]):
                codes |= {str(code)} if ZH.any_code(code) == str(code) else set()

    assert bare == set()
    assert codes == set()


def codes_of(hint: Any) -> Iterator[StrEnum]:
    """Yield the codes that a field may have."""
    if isinstance(hint, type) and issubclass(hint, StrEnum) and hint is not Refusal:
        yield from hint
    for inner in typing.get_args(hint):
        yield from codes_of(inner)


def test_each_rule_of_a_shipped_pack_that_chooses_a_tier_is_said_in_chinese() -> None:
    bare = {
        rule.id
        for policy in POLICIES.values()
        for rule in policy.tier_rules
        if engine_words(ZH, rule.id) in {None, rule.id}
    }
    assert bare == set()


def test_a_word_is_found_in_a_text_and_in_a_label_and_not_in_a_code() -> None:
    page = '<p>cap_waits <b class="code">abc-def</b><img alt="no pass"><i lang="en">said</i></p>'

    assert raw_words(page) == {"cap_waits", "pass"}
