"""axe-core finds nothing wrong on any page: both languages, wide, narrow, full, empty and wrong."""

from hashlib import sha256

import pytest

from console.desk.navigation import ENTRIES
from tests.browser.barriers import AXE, barriers
from tests.browser.town import Town

DIGEST = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
VISITS = (
    ("shen-haifeng", "zh", 1440),  # a supervisor
    ("shen-haifeng", "zh", 320),
    ("shen-haifeng", "en", 1440),
    ("shen-haifeng", "en", 320),
    ("zhou-zhiqiang", "zh", 320),  # the head of a unit
    ("zhou-zhiqiang", "en", 1440),
    ("zhu-lihua", "zh", 1440),  # a dispatcher
    ("zhu-lihua", "en", 320),
    ("yin-hao", "zh", 320),  # an operator
    ("yin-hao", "en", 1440),
    ("yu-zhengming", "zh", 320),  # an auditor
    ("yu-zhengming", "en", 1440),
)


def test_the_checker_is_the_one_that_was_published() -> None:
    assert sha256(AXE.read_bytes()).hexdigest() == DIGEST


@pytest.mark.parametrize(("person", "language", "width"), VISITS)
async def test_no_page_of_a_person_has_a_barrier(
    town: Town, person: str, language: str, width: int
) -> None:
    async with town.person(person, language=language, width=width) as someone:
        found = dict[str, list[str]]()
        for path in paths(town):
            if await someone.may_open(path):
                await someone.open(path)
                found[path] = await barriers(someone)
        for kind in ("comment", "urge", "resolve", "return"):
            await someone.open(f"/cases/{town.numbers[2]}/acts/{kind}")
            if await someone.page.query_selector("form.form"):
                await someone.press("form.form button")
                found[f"{kind}, wrong"] = await barriers(someone)

        assert {path: faults for path, faults in found.items() if faults} == {}
        assert len(found) > len(ENTRIES) // 2


def paths(town: Town) -> list[str]:
    """Return the pages to look at: those of the navigation, lists, a case, its papers, its acts."""
    number = town.numbers[2]
    acts = (
        "comment",
        "urge",
        "resolve",
        "return",
        "dispatch",
        "convene",
        "merge",
        "sign",
        "appoint",
    )
    return [
        *(entry.path for entry in ENTRIES),
        "/cases?light=red",
        "/cases?q=没有这样的案件",
        "/cases?closed=1",
        "/cases/map",
        "/views?list=light%3Dred",
        "/batches/new?list=&at=2099-01-01T00:00:00Z&scope=all&act=comment",
        "/batches/new?list=&at=2099-01-01T00:00:00Z&scope=picked&act=comment",
        "/sign-in",
        "/sessions",
        "/nothing",
        f"/cases/{number}",
        f"/cases/{number}/print",
        f"/cases/{town.numbers[3]}",
        f"/cases/{number}/reveal",
        "/dead-letters/1",
        "/audit?of=readings",
        "/audit/checkpoints",
        "/audit/policies/1",
        "/audit/operations",
        "/audit/operations/1",
        f"/audit/cases/{number}",
        f"/audit/cases/{number}/1",
        *(f"/cases/{number}/acts/{kind}" for kind in acts),
    ]
