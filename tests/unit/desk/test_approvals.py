"""What waits for a person's decision: what is asked, and what holds without one."""

import re
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from console.desk.lists import PAGE
from domain.case.state import Case
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import due
from tests.fakes.desk import Browser, Desk
from tests.fakes.oversight import absence

SQUAD = "zhou-zhiqiang"
"""The head of the unit, who alone asks for more time."""


async def asked(desk: Desk, browser: Browser) -> Case:
    """A case whose unit has asked for more time."""
    case = desk.file("restaurant-fumes")
    await browser.sign_in(SQUAD)
    await browser.fill(f"/cases/{case.case_id}/acts/sign")
    answer = await browser.fill(
        f"/cases/{case.case_id}/acts/ask_extension", hours="8", reason="风机要定做"
    )
    assert answer.status == 303
    return desk.lives[case.case_id].case


async def decider_of(desk: Desk, browser: Browser) -> str:
    """Sign in the first person to whom the page shows the request; return their id."""
    people = [p.id for p in desk.policy.roster.people]
    for person in people:
        await browser.sign_in(person)
        if "风机要定做" in (await browser.open("/approvals")).text:
            return person
    raise AssertionError("the request waits for no person")


async def test_a_request_is_shown_with_its_default_and_the_way_to_decide() -> None:
    desk = Desk()
    browser = Browser(desk)
    case = await asked(desk, browser)
    await decider_of(desk, browser)

    found = await browser.open("/approvals")
    [part] = [part for part in case.open_parts() if part.type.request]

    assert f"/cases/{case.case_id}/acts/answer?part={part.id}" in found.text
    assert "If no one decides" in found.text
    assert "refused" in found.text or "granted" in found.text


async def test_the_form_knows_which_request_it_is_for_and_deciding_empties_the_page() -> None:
    desk = Desk()
    browser = Browser(desk)
    case = await asked(desk, browser)
    await decider_of(desk, browser)
    [part] = [part for part in case.open_parts() if part.type.request]
    path = f"/cases/{case.case_id}/acts/answer"

    shown = await browser.open(f"{path}?part={part.id}")
    done = await browser.send(
        path, browser.hidden(shown), part=part.id, granted="no", reason="先办可办的"
    )

    assert f'<option value="{part.id}" selected>' in shown.text
    assert done.status == 303
    assert "No request waits for you." in (await browser.open("/approvals")).text


async def test_the_default_that_a_page_names_is_what_then_happens() -> None:
    desk = Desk()
    browser = Browser(desk)
    case = await asked(desk, browser)
    await decider_of(desk, browser)
    said = (await browser.open("/approvals")).text

    desk.now += timedelta(days=30)
    desk.ring(case.case_id)
    [part] = [p for p in desk.lives[case.case_id].case.parts if p.kind == "extension"]

    assert f">{part.state}<" in said


async def test_a_page_has_the_requests_of_some_cases_and_leads_to_the_others() -> None:
    desk, numbers = Desk(), set[str]()
    browser = Browser(desk)
    case = await asked(desk, browser)
    person = await decider_of(desk, browser)
    await browser.sign_in(SQUAD)
    for number in range(PAGE):
        other = desk.file("restaurant-fumes", ago=timedelta(minutes=number)).case_id
        await browser.fill(f"/cases/{other}/acts/sign")
        await browser.fill(f"/cases/{other}/acts/ask_extension", hours="8", reason="等配件")
        numbers.add(other)
    await browser.sign_in(person)

    first = await browser.open("/approvals")
    [following] = re.findall(r'href="(/approvals\?after=[^"]+)" rel="next"', first.text)
    second = await browser.open(following)
    home = await browser.open("/")
    pages = [{*re.findall(r"/cases/([^/]+)/acts/answer", each.text)} for each in (first, second)]

    assert [len(each) for each in pages] == [PAGE, 1]
    assert pages[0] | pages[1] == {*numbers, case.case_id}
    assert f"{PAGE + 1}" in first.text
    assert f"{PAGE + 1}" in home.text
    assert 'rel="next"' not in second.text
    assert (await browser.open("/approvals?after=tomorrow")).status == 400


async def test_a_person_whose_roles_answer_no_request_has_no_such_page() -> None:
    browser = Browser(Desk())
    await browser.sign_in(SQUAD)

    assert (await browser.open("/approvals")).status == 404
    assert 'href="/approvals"' not in (await browser.open("/")).text


async def test_what_a_person_has_to_decide_is_among_what_waits_for_them() -> None:
    desk = Desk()
    browser = Browser(desk)
    case = await asked(desk, browser)
    second = desk.file("railside-hazard").case_id
    desk.file("garbage", ago=timedelta(days=40))
    found = dict[str, set[str]]()
    for person in [each.id for each in desk.policy.roster.people]:
        await browser.sign_in(person)
        decides = await browser.open("/approvals")
        mine = await browser.open("/cases?mine=1")
        found[person] = {number for number in desk.lives if number in decides.text}
        assert all(number in mine.text for number in found[person]), person

    assert second in desk.lives
    assert case.case_id in set().union(*found.values())


async def test_a_deputy_with_a_role_of_their_own_decides_for_the_absent_leader() -> None:
    desk = Desk()
    browser = Browser(desk)
    case = desk.file("restaurant-fumes")
    await browser.sign_in(SQUAD)
    await browser.fill(f"/cases/{case.case_id}/acts/sign")
    day = f"{(desk.now + timedelta(days=3)).date()}"
    when = {"until.date": day, "until.time": "10:00"}
    await browser.fill(
        f"/cases/{case.case_id}/acts/ask_suspension", reason="雨", measures="围挡", **when
    )
    desk.absences.rows = [
        replace(absence(number, person, desk.now), set_by="lu-jianming")
        for number, person in enumerate(("yao-liqin", "fei-xuewen"), start=1)
    ]
    await browser.sign_in("shen-haifeng")
    page = await browser.open("/approvals")
    path = f"/cases/{case.case_id}/acts/answer"
    shown = await browser.open(f"{path}?part=suspension-1")
    done = await browser.send(
        path, browser.hidden(shown), part="suspension-1", granted="no", reason="先办可办的"
    )

    assert path in page.text
    assert "费学文" in shown.text
    assert done.status == 303
    assert desk.lives[case.case_id].events[-1].actor.for_person == "fei-xuewen"


async def test_the_form_shows_the_deadline_that_granting_would_set() -> None:
    desk = Desk()
    browser = Browser(desk)
    case = await asked(desk, browser)
    await decider_of(desk, browser)
    [part] = [part for part in case.open_parts() if part.type.request]
    path = f"/cases/{case.case_id}/acts/answer"
    shown = await browser.open(f"{path}?part={part.id}")
    before = desk.lives[case.case_id].case

    granted = shown.text.partition("If granted")[2].partition("If refused")[0]
    refused = shown.text.partition("If refused")[2].partition("</section>")[0]
    await browser.send(path, browser.hidden(shown), part=part.id, granted="yes", reason="同意")
    after = desk.lives[case.case_id].case

    deadlines = [
        due(clock, each.plan.calendar) for each in (before, after) if (clock := each.clock(HOLDER))
    ]
    moments = [deadline.at for deadline in deadlines if deadline]
    assert len(moments) == 2
    assert moments[0] < moments[1]
    zone = ZoneInfo(case.plan.calendar.zone)
    for moment in moments:
        assert moment.astimezone(zone).isoformat(timespec="minutes") in granted
    assert "→" not in refused
