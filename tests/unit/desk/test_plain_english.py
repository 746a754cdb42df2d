"""Pages in English have no code of the engine and no id of the policy in place of a name."""

import re
from html import unescape

import pytest

from console.desk.navigation import ENTRIES
from tests.browser.full_town import full_town
from tests.fakes.desk import Browser
from tests.fakes.gateway import POLICIES, TOWN
from tests.unit.desk.test_plain_chinese import FOR_OPERATORS, MOST, PEOPLE

_OUTSIDE = re.compile(
    r"(?s)<(script|style|svg|title)\b.*?</\1>"
    r'|<(\w+)[^>]*\bclass="[^"]*\bcode\b[^"]*"[^>]*>.*?</\2>'
)
_SHOWN = re.compile(r'(?s)<[^>]*\b(?:alt|aria-label|placeholder|title)="([^"]*)"[^>]*>|<[^>]+>')
_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_ID = re.compile(r"\b[a-z]+(?:-[a-z]+)+\b")


def ids_of_policy() -> set[str]:
    policy = POLICIES[TOWN]
    lists = (policy.units, policy.categories, policy.roster.people)
    return {each.id for of in lists for each in of if "-" in each.id}


def codes_in(html: str) -> set[str]:
    """Return the codes with an underscore, and the ids of the policy, that a person reads."""
    text = _SHOWN.sub(lambda found: f" {found[1] or ''} ", _OUTSIDE.sub(" ", html))
    plain = unescape(text)
    return {*_CODE.findall(plain)} | ({*_ID.findall(plain)} & ids_of_policy())


@pytest.mark.parametrize("person", PEOPLE)
async def test_no_page_of_a_person_shows_a_code(person: str) -> None:
    scenes = await full_town()
    desk = scenes.desk
    browser = Browser(desk)
    await browser.sign_in(person, language="en")
    paths = [entry.path for entry in ENTRIES if entry.path not in FOR_OPERATORS]
    paths += [f"/cases/{number}?rows=all" for number in [*desk.lives][:MOST]]

    found = dict[str, set[str]]()
    for path in paths:
        page = await browser.open(path)
        if page.status == 200 and (codes := codes_in(page.text)):
            found[path] = codes

    assert found == {}


def test_a_code_and_an_id_are_found_in_a_text_and_in_a_label_and_not_in_an_attribute() -> None:
    page = (
        '<p data-x="in_progress">part_moved<b class="code">due_at</b>'
        '<img alt="of xu-meng"> well-kept</p>'
    )

    assert codes_in(page) == {"part_moved", "xu-meng"}
