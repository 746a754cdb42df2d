"""Every person of the shipped towns gets every page, in both languages and at every stage."""

from datetime import timedelta

import pytest

from console.desk.act_groups import GROUPS
from console.desk.acts import ACTS
from console.desk.offers import NOT_FOR_PAGES, kinds_for
from domain.vocabulary import Role
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import POLICIES, TOWN

OWN_PAGES = ("/audit", "/health")
"""Where auditors and operators begin: no case waits for them."""
PEOPLE = [person.id for person in POLICIES[TOWN].roster.people]


def town() -> Desk:
    """A case of each tier, one without a category, and one that is long past its promise."""
    desk = Desk()
    for category in ("stray-dogs", "restaurant-fumes", "railside-hazard", None):
        desk.file(category)
    desk.file("garbage", ago=timedelta(days=40))
    return desk


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("person", PEOPLE)
async def test_home_list_and_cases_are_there_for(person: str, language: str) -> None:
    desk = town()
    browser = Browser(desk)
    await browser.sign_in(person, language=language)
    home, found = await browser.open("/"), await browser.open("/cases")
    readable = [number for number in desk.lives if number in found.text]

    assert home.status == (303 if home.headers.get("location") in OWN_PAGES else 200)
    assert found.status == 200
    for number in readable:
        assert (await browser.open(f"/cases/{number}")).status == 200


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("person", ["shen-haifeng", "zhu-lihua", "xu-meng"])
async def test_every_act_that_a_case_offers_has_a_form_and_a_bare_one_is_no_defect(
    person: str, language: str
) -> None:
    desk = town()
    browser = Browser(desk)
    await browser.sign_in(person, language=language)
    for number in list(desk.lives):
        page = await browser.open(f"/cases/{number}")
        for kind in ACTS:
            path = f"/cases/{number}/acts/{kind}"
            if f'"{path}"' not in page.text:
                continue
            shown = await browser.open(path)
            assert shown.status == 200
            sent = await browser.send(path, browser.hidden(shown))
            assert sent.status in {303, 409, 422}


def test_every_act_is_given_by_a_form_or_is_said_not_to_be() -> None:
    assert {*ACTS} - {*kinds_for({*Role})} == {*NOT_FOR_PAGES}


def test_every_act_has_one_place_among_the_groups() -> None:
    placed = [kind for kinds in GROUPS.values() for kind in kinds]

    assert sorted(placed) == sorted(ACTS)
