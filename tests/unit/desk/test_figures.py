"""Every figure of a page is a link, or beside one, and the list behind it is as long as it says."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from console.desk.navigation import entries_for
from domain.case.closing.facts import Closed
from domain.case.evolve import fold
from domain.vocabulary import Role
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import POLICIES, TOWN
from tests.unit.desk.test_home import LOAD, length, town

ANCHOR = re.compile(
    r'<a\b[^>]*\bhref="((?:/cases|/approvals|/callbacks)(?:\?[^"]*)?)"[^>]*>(.*?)</a>', re.DOTALL
)
TAGS = re.compile(r"<[^>]+>")
NUMBER = re.compile(r"<b>(\d+)</b>|\ball (\d+)\b|^(\d+) ")
"""In the head of a page, beside a panel's heading, and in front of what a reader hears with it."""
GRID = re.compile(r'<li><a href="(/cases[^"]+grid=[^"]+)">[^<]* (\d+)</a></li>')
HIGH = re.compile(
    r'<li><a href="(/cases\?owes=[^"]+)">[^<]+</a><span></span><span></span>'
    r'<span class="num">(\d+)</span>'
)
ROW = re.compile(
    r'<th scope="row"><a href="(/cases\?[^"]+)">[^<]+</a></th><td class="num">(\d+)</td>'
)
PAGES = ("/", "/board", "/cases/map", "/cases/map?closed=1", "/cases/map?light=red", "/approvals")


def by_roles() -> dict[str, str]:
    """Return one person for each set of roles of the town."""
    people = POLICIES[TOWN].roster.people
    return {"+".join(sorted(each.roles)): each.id for each in reversed(people)}


def roles_of(desk: Desk, person: str) -> frozenset[Role]:
    return next(frozenset(each.roles) for each in desk.policy.roster.people if each.id == person)


def figures_of(html: str) -> Iterator[tuple[str, int]]:
    """Yield the address of each list of a page that a figure is beside, and the figure."""
    for path, said in ANCHOR.findall(html):
        shown = said if "<b>" in said else TAGS.sub("", said)
        if (found := NUMBER.search(shown)) is not None:
            yield unescape(path), int(next(filter(None, found.groups())))
    for beside in (LOAD, HIGH, ROW, GRID):
        for path, number in beside.findall(html):
            yield unescape(path), int(number)


def busy() -> Desk:
    """Return the town of the first page, with an unknown place and a late case that has ended."""
    desk = town()
    desk.ring(desk.file("garbage", grid=None, ago=timedelta(days=9)).case_id)
    late = desk.file("parking", ago=timedelta(days=30)).case_id
    desk.ring(late)
    life = desk.lives[late]
    last = life.events[-1]
    life.events.append(replace(last, seq=last.seq + 1, fact=Closed()))
    life.case = fold(life.events)
    return desk


@pytest.fixture(scope="module")
def desk() -> Desk:
    return busy()


@pytest.mark.parametrize("person", by_roles().values(), ids=by_roles())
async def test_every_figure_opens_a_list_of_that_length(desk: Desk, person: str) -> None:
    browser = Browser(desk)
    await browser.sign_in(person)
    found = {path: await browser.open(path) for path in PAGES}
    figures = {path: [*figures_of(page.text)] for path, page in found.items() if page.status == 200}
    lengths = {to: await length(browser, to) for each in figures.values() for to, _ in each}
    own = {each.path for each in entries_for(roles_of(desk, person))}

    assert {to: figure for each in figures.values() for to, figure in each} == lengths
    assert ("/board" in figures) == ("/board" in own)
    assert bool(figures.get("/")) == own.isdisjoint({"/health", "/audit"})
    if person in {"shen-haifeng", "zhu-lihua"}:
        assert len(figures["/cases/map"]) > 3


async def test_a_place_that_is_not_known_has_its_list_and_late_means_open(desk: Desk) -> None:
    browser = Browser(desk)
    await browser.sign_in("zhu-lihua")
    pages = [(await browser.open(path)).text for path in ("/cases/map?closed=1", "/cases?grid=-")]

    assert 'href="/cases?grid=-&amp;closed=1"' in pages[0]
    assert "light=red&amp;closed=1" not in pages[0]
    assert "place not known" in pages[1]
