"""Open311's GET requests without a number: what a source reported, page by page."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from console.gateway.open311_search import LARGEST_PAGE, LAST_PAGE, LONGEST, Search
from console.gateway.ports import CaseSnapshot
from domain.case.state import Case
from domain.vocabulary import Stage
from tests.builders import case_at, complaint, opened, plan
from tests.fakes.gateway import NOW, OTHER, SOURCE, TOWN, Answer, Town, ask

SECOND = timedelta(seconds=1)


async def search(town: Town, **asked: Any) -> Answer:
    written = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asked.items()
    }
    return await ask(town.app(), "GET", f"/open311/v2/requests.json?{urlencode(written)}")


async def searched(**asked: Any) -> Search:
    town = Town()
    answer = await search(town, **asked)
    assert answer.status == 200, answer.text
    [found] = town.cases.searches
    return found


def reported(town: Town, event_id: str = "k-1", **changes: Any) -> Case:
    about = replace(complaint(event_id=event_id), source=SOURCE, category="street-light")
    case = replace(opened(plan(about)), **changes)
    town.cases.found[(TOWN, case.case_id)] = CaseSnapshot(case, NOW)
    return case


def numbers(answer: Answer) -> list[str]:
    return [each["service_request_id"] for each in answer.json]


async def test_a_source_sees_what_it_reported_and_another_does_not() -> None:
    town = Town()
    case = reported(town)

    assert numbers(await search(town)) == [case.case_id]
    other = await ask(town.app(), "GET", "/open311/v2/requests.json", token=OTHER)
    assert other.status == 200
    assert other.json == []
    nobody = await ask(town.app(), "GET", "/open311/v2/requests.json", token=None)
    assert nobody.status == 403


async def test_without_dates_it_is_the_last_ninety_days_and_this_second() -> None:
    found = await searched()

    assert found.since == NOW - LONGEST
    assert found.until == NOW + SECOND
    assert found.categories is None
    assert found.closed is None
    assert found.limit == LARGEST_PAGE
    assert found.skip == 0


async def test_one_date_gives_ninety_days_from_it_or_up_to_it() -> None:
    old = NOW - 3 * LONGEST

    assert (await searched(start_date=old)).until == old + LONGEST + SECOND
    assert (await searched(end_date=old)).since == old - LONGEST
    assert (await searched(start_date=NOW - SECOND)).until == NOW + SECOND


async def test_services_states_and_pages_are_chosen() -> None:
    found = await searched(
        service_code="street-light, garbage", status="closed", page="3", page_size="20"
    )

    assert found.categories == ("street-light", "garbage")
    assert found.closed is True
    assert found.limit == 20
    assert found.skip == 40
    assert (await searched(status="open,closed")).closed is None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("start_date", "yesterday"),
        ("end_date", "2026-11-24T09:12:00"),
        ("start_date", "1795828320"),
        ("start_date", "2026-11-24 09:12:00Z"),
        ("start_date", "0001-01-01T00:00:00+14:00"),
        ("end_date", "9999-12-31T23:59:59-14:00"),
        ("status", "late"),
        ("page", "two"),
        ("page_size", "²"),
    ],
)
async def test_what_cannot_be_meant_is_refused_by_name(name: str, said: str) -> None:
    answer = await search(Town(), **{name: said})

    assert answer.status == 400
    assert name in answer.json[0]["description"]


async def test_a_page_that_is_too_small_or_too_large_is_the_nearest_one() -> None:
    assert (await searched(page="0")).skip == 0
    assert (await searched(page="-3")).skip == 0
    assert (await searched(page_size="51")).limit == LARGEST_PAGE
    assert (await searched(page_size="0")).limit == 1
    assert (await searched(page_size="9" * 20)).limit == LARGEST_PAGE
    assert (await searched(page="9" * 5000)).limit == 0
    assert (await searched(page="-" + "9" * 30)).skip == 0
    assert (await searched(page="0" * 30 + "2")).skip == LARGEST_PAGE


async def test_behind_the_last_page_there_is_nothing() -> None:
    """A program that reads page after page ends at the first empty one."""
    assert (await searched(page=LAST_PAGE)).limit == LARGEST_PAGE
    assert (await searched(page=LAST_PAGE + 1)).limit == 0
    assert (await searched(page="9" * 20)).limit == 0


async def test_names_and_values_may_have_other_capitals() -> None:
    found = await searched(
        Service_Code="Street-Light,GARBAGE,none",
        STATUS="Open",
        jurisdiction_ID=TOWN.upper(),
        Page_Size="7",
    )

    assert found.categories == ("street-light", "garbage", "none")
    assert found.closed is False
    assert found.limit == 7


@pytest.mark.parametrize("nothing", ["", " ", "null", "undefined"])
async def test_a_parameter_that_says_nothing_is_not_given(nothing: str) -> None:
    names = [
        "service_request_id",
        "service_code",
        "status",
        "start_date",
        "end_date",
        "page",
        "page_size",
    ]
    found = await searched(**dict.fromkeys([*names, "jurisdiction_id"], nothing))

    assert found == await searched()


async def test_a_parameter_that_is_given_twice_is_a_list() -> None:
    town = Town()

    answer = await ask(
        town.app(),
        "GET",
        "/open311/v2/requests.json?status=open&status=closed&service_code[]=a&service_code[]=b",
    )

    assert answer.status == 200
    [found] = town.cases.searches
    assert found.closed is None
    assert found.categories == ("a", "b")


async def test_dates_the_wrong_way_round_are_refused() -> None:
    answer = await search(Town(), start_date=NOW, end_date=NOW - SECOND)

    assert answer.status == 400


async def test_a_merged_case_is_open_or_closed_as_the_one_that_it_follows() -> None:
    town = Town()
    leader = case_at(Stage.CLOSED)
    town.cases.found[(TOWN, leader.case_id)] = CaseSnapshot(leader, NOW)
    merged = reported(town, stage=Stage.MERGED, merged_into=leader.case_id)

    assert numbers(await search(town, status="closed")) == [merged.case_id]
    assert numbers(await search(town, status="open")) == []


async def test_a_search_waits_for_the_database() -> None:
    town = Town()
    town.cases.away = True

    assert (await search(town)).status == 503
