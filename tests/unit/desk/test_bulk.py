"""One act for many cases: exactly those that were seen, each once, each with its outcome."""

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from domain.vocabulary import Stage
from runtime.services.console.bulk_worker import BulkWorker
from schemas.bulk_acts import BulkState, command_id_of
from schemas.intake import CaseSilent
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import Answer

DISPATCHER, SQUAD = "zhu-lihua", "xu-meng"


async def town(number: int, person: str = DISPATCHER) -> tuple[Desk, Browser]:
    desk = Desk()
    for _ in range(number):
        desk.file("restaurant-fumes")
    browser = Browser(desk)
    await browser.sign_in(person)
    return desk, browser


def asked(page: Answer) -> dict[str, str | list[str]]:
    """Return the hidden fields of the form that the page has."""
    form = page.text.partition('<form class="form"')[2].partition("</form>")[0]
    found = dict[str, str | list[str]](of=[])
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form):
        if name == "of":
            found["of"] = [*found["of"], value]
        else:
            found[name] = unescape(value)
    return found


async def looked_over(browser: Browser, **chosen: str | list[str]) -> Answer:
    """Choose on the list, and press the button that leads to the last look."""
    page = await browser.open("/cases")
    form = page.text.partition('action="/batches/new"')[2]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    query = urlencode({n: unescape(v) for n, v in hidden.items()} | chosen, doseq=True)
    return await browser.open(f"/batches/new?{query}")


async def worked(desk: Desk) -> None:
    """Let a console process do what there is to do."""
    worker = BulkWorker(desk.bulk, desk.give, "one")
    while await worker.turn(asyncio.Event()) and desk.bulk.finished != {*desk.bulk.acts}:
        pass


def commands(desk: Desk, kind: str) -> list[str]:
    """Return the cases that have a row of such a command, as often as they have one."""
    return [
        number
        for number, life in desk.lives.items()
        for command in dict.fromkeys(e.command_id for e in life.events if e.command == kind)
        if command
    ]


async def test_all_217_of_a_filter_are_urged_and_not_the_first_page_alone() -> None:
    desk, browser = await town(217)
    page = await looked_over(browser, scope="all", act="urge")
    assert "Urge: 217 cases" in page.text

    answer = await browser.send("/batches", {}, **asked(page), text="请抓紧")
    await worked(desk)
    shown = await browser.open(answer.headers["location"])

    assert answer.status == 303
    assert len(commands(desk, "urge")) == len({*commands(desk, "urge")}) == 217
    assert "217 of 217 done" in shown.text


async def test_a_form_that_is_sent_twice_acts_once_on_each_case() -> None:
    desk, browser = await town(3)
    form = asked(await looked_over(browser, scope="all", act="urge"))

    first = await browser.send("/batches", {}, **form, text="请抓紧")
    await worked(desk)
    again = await browser.send("/batches", {}, **form, text="请抓紧")
    await worked(desk)

    assert again.headers["location"] == first.headers["location"]
    assert sorted(commands(desk, "urge")) == sorted(desk.lives)


async def test_those_that_are_picked_are_meant_and_no_others() -> None:
    desk, browser = await town(5)
    two = [*desk.lives][1:3]

    page = await looked_over(browser, scope="picked", act="urge", case=two)
    await browser.send("/batches", {}, **asked(page), text="请抓紧")
    await worked(desk)

    assert "Urge: 2 cases" in page.text
    assert sorted(commands(desk, "urge")) == sorted(two)


async def test_a_case_that_came_in_after_the_list_was_opened_is_not_meant() -> None:
    desk, browser = await town(2)
    listed = await browser.open("/cases")
    form = listed.text.partition('action="/batches/new"')[2]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    desk.now += timedelta(minutes=1)
    late = desk.file("restaurant-fumes")

    query = urlencode({n: unescape(v) for n, v in hidden.items()} | {"scope": "all", "act": "urge"})
    page = await browser.open(f"/batches/new?{query}")

    assert late.case_id not in page.text
    assert "Urge: 2 cases" in page.text


async def test_what_one_case_refuses_is_said_in_words_and_holds_up_no_other() -> None:
    desk, browser = await town(3)
    first = next(iter(desk.lives))
    await browser.fill(f"/cases/{first}/acts/urge", text="先催一次")

    page = await looked_over(browser, scope="all", act="urge")
    answer = await browser.send("/batches", {}, **asked(page), text="请抓紧")
    await worked(desk)
    shown = await browser.open(answer.headers["location"])

    [refused] = [i for i in desk.bulk.items[asked_id(answer)] if i.state is BulkState.REFUSED]
    assert refused.case_id == first
    assert "2 of 3 done" in shown.text
    wait, ask = refused.detail.split("; ")[-1].split(", ")
    assert "not acknowledged yet" in refused.detail
    assert wait in unescape(shown.text)
    assert ask in unescape(shown.text)


async def test_a_silent_case_waits_and_the_others_go_on() -> None:
    desk, browser = await town(20)
    silent = next(iter(desk.lives))
    page = await looked_over(browser, scope="all", act="urge")
    answer = await browser.send("/batches", {}, **asked(page), text="请抓紧")
    give = desk.give

    async def but_one(tenant: str, case: str, message: object) -> object:
        if case == silent:
            raise CaseSilent("temporal", "no answer")
        return await give(tenant, case, message)  # type: ignore[arg-type]

    await BulkWorker(desk.bulk, but_one, "one").turn(asyncio.Event())  # type: ignore[arg-type]
    shown = await browser.open(answer.headers["location"])

    assert "19 of 20 done" in shown.text
    assert "Not answered yet: 1." in shown.text
    await worked(desk)
    assert "20 of 20" in (await browser.open(answer.headers["location"])).text


async def test_a_process_that_dies_leaves_what_another_one_goes_on_with_once_each() -> None:
    desk, browser = await town(20)
    page = await looked_over(browser, scope="all", act="urge")
    answer = await browser.send("/batches", {}, **asked(page), text="请抓紧")
    desk.bulk.lost = True  # it dies after eight cases, before it could write what it did
    kept = desk.bulk.items[asked_id(answer)]
    await BulkWorker(desk.bulk, desk.give, "first").turn(asyncio.Event())
    desk.bulk.items[asked_id(answer)], desk.bulk.lost = kept, False

    await worked(desk)

    assert sorted(commands(desk, "urge")) == sorted(desk.lives)
    assert "20 of 20" in (await browser.open(answer.headers["location"])).text


async def test_cases_that_the_person_cannot_read_are_refused_without_being_asked() -> None:
    desk, _ = await town(1)
    foreign = desk.file("stray-dogs", text="别的单位的案件")
    squad = Browser(desk)
    await squad.sign_in(SQUAD)
    form = asked(await looked_over(squad, scope="all", act="comment"))
    form["of"] = [*form["of"], foreign.case_id]

    answer = await squad.send("/batches", {}, **form, text="已阅")
    await worked(desk)
    shown = await squad.open(answer.headers["location"])

    assert foreign.holder != "enforcement-squad"
    assert commands(desk, "comment") == [next(iter(desk.lives))]
    assert "1 of 2 done" in shown.text
    assert "别的单位的案件" not in shown.text


async def test_an_act_of_many_is_shown_to_who_gave_it_alone() -> None:
    desk, browser = await town(2)
    form = asked(await looked_over(browser, scope="all", act="urge"))
    answer = await browser.send("/batches", {}, **form, text="请抓紧")
    other = Browser(desk)
    await other.sign_in(SQUAD)

    assert (await other.open(answer.headers["location"])).status == 404


async def test_what_was_said_is_kept_only_until_all_cases_have_it() -> None:
    desk, browser = await town(2)
    form = asked(await looked_over(browser, scope="all", act="urge"))
    answer = await browser.send("/batches", {}, **form, text="请抓紧")
    assert "请抓紧" in desk.bulk.acts[asked_id(answer)].command

    await worked(desk)

    assert desk.bulk.acts[asked_id(answer)].command == ""


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"token": "foreign"}, 403),
        ({"act": "resolve"}, 404),
        ({"act": "issue_letter"}, 404),
        ({"id": "no-uuid"}, 404),
        ({"list": "stage=none-such"}, 400),
        ({"at": "yesterday"}, 400),
        ({"text": " "}, 422),
        ({"of": []}, 422),
    ],
)
async def test_a_form_that_is_not_ours_or_not_filled_does_nothing(
    changed: dict[str, str | list[str]], status: int
) -> None:
    desk, browser = await town(2)
    form = asked(await looked_over(browser, scope="all", act="urge"))

    answer = await browser.send("/batches", {}, **{**form, "text": "请抓紧", **changed})

    assert answer.status == status
    assert desk.bulk.acts == {}


@pytest.mark.parametrize("cases", [[], ["no-such-case"]])
async def test_no_case_is_no_act_and_the_page_says_so(cases: Sequence[str]) -> None:
    _, browser = await town(2)

    page = await looked_over(browser, scope="picked", act="urge", case=[*cases])

    assert page.status == 422
    assert "No case is picked" in page.text


async def test_more_than_500_are_not_offered_and_not_taken() -> None:
    _, browser = await town(501)

    listed = await browser.open("/cases")
    page = await looked_over(browser, scope="all", act="urge")

    assert "of this filter" not in listed.text
    assert page.status == 422
    assert "More than 500 cases" in page.text
    assert '<form class="form"' not in page.text


async def test_the_crew_signs_many_at_once() -> None:
    desk, browser = await town(3, SQUAD)

    page = await looked_over(browser, scope="all", act="sign")
    await browser.send("/batches", {}, **asked(page))
    await worked(desk)

    assert {life.case.stage for life in desk.lives.values()} == {Stage.SIGNED}


def test_a_case_has_its_own_command_and_always_the_same() -> None:
    assert command_id_of("b", "c1") == command_id_of("b", "c1")
    assert command_id_of("b", "c1") != command_id_of("b", "c2")
    assert command_id_of("b", "c1") != command_id_of("other", "c1")


def asked_id(answer: Answer) -> str:
    return answer.headers["location"].removeprefix("/batches/").partition("?")[0]
