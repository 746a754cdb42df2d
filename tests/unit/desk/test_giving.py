"""An act in a form: nothing that was typed is lost, and nothing is done twice."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.commands import ENGINE, Actor
from domain.case.escalation.facts import RungReached
from domain.case.events import CommandRefused
from domain.case.notices.acts import Failure
from domain.case.notices.facts import Undelivered
from domain.case.refusals import Refusal
from domain.vocabulary import Role, Stage, Tier
from schemas.intake import Unavailable
from tests.fakes.desk import Browser, Desk

SQUAD = "xu-meng"
"""The head of the unit that gets a noisy restaurant's fumes."""


OTHER = Actor("shen-haifeng", Role.SUPERVISOR, "leading-group-office")


async def other_comments(desk: Desk, case: str) -> None:
    """Let another person of the town write to the case."""
    other = Browser(desk)
    await other.sign_in(OTHER.id)
    assert (await other.fill(f"/cases/{case}/acts/comment", text="请抓紧")).status == 303


async def at_work(category: str = "restaurant-fumes") -> tuple[Browser, Desk, str]:
    """A person of the unit that has a case, at the desk."""
    desk = Desk()
    case = desk.file(category)
    browser = Browser(desk)
    await browser.sign_in(SQUAD)
    assert case.holder == "enforcement-squad"
    return browser, desk, case.case_id


async def test_a_unit_signs_and_sees_the_case_signed() -> None:
    browser, desk, case = await at_work()

    answer = await browser.fill(f"/cases/{case}/acts/sign")

    assert answer.status == 303
    assert answer.headers["location"] == f"/cases/{case}?after={desk.lives[case].case.seq}"
    assert desk.lives[case].case.stage is Stage.SIGNED
    assert desk.given[0].actor.id == SQUAD


async def test_a_form_that_is_sent_twice_acts_once_and_says_the_same() -> None:
    browser, desk, case = await at_work()
    path = f"/cases/{case}/acts/sign"
    hidden = browser.hidden(await browser.open(path))

    first = await browser.send(path, hidden)
    again = await browser.send(path, hidden)

    assert again.status == 303
    assert again.headers["location"] == first.headers["location"]
    assert [event.command for event in desk.lives[case].events].count("sign") == 1


async def test_a_form_with_mistakes_comes_back_filled_with_each_said_once() -> None:
    browser, desk, case = await at_work()

    answer = await browser.fill(f"/cases/{case}/acts/return", suggested_unit="sanitation")

    assert answer.status == 422
    assert '<option value="sanitation" selected>' in answer.text
    assert 'href="#f-reason"' in answer.text
    assert 'id="f-reason-e"' in answer.text
    assert "<title>Error: " in answer.text
    assert desk.given == []


async def test_a_form_from_before_the_case_moved_comes_back_filled_with_what_happened() -> None:
    browser, desk, case = await at_work()
    path = f"/cases/{case}/acts/return"
    hidden = browser.hidden(await browser.open(path))
    await other_comments(desk, case)

    stale = await browser.send(path, hidden, reason="不属本单位职责")

    assert stale.status == 409
    assert "不属本单位职责" in stale.text
    assert f'action="{path}?still=1"' in stale.text

    done = await browser.send(f"{path}?still=1", browser.hidden(stale), reason="不属本单位职责")

    assert done.status == 303
    assert [part.kind for part in desk.lives[case].case.open_parts()] == ["return"]


async def test_what_the_person_did_and_what_was_refused_makes_no_form_stale() -> None:
    browser, desk, case = await at_work()
    path = f"/cases/{case}/acts/return"
    hidden = browser.hidden(await browser.open(path))
    await browser.fill(f"/cases/{case}/acts/comment", text="先看现场")
    life = desk.lives[case]
    refused = CommandRefused(refusal=Refusal.WRONG_STAGE, detail="no")
    row = replace(life.events[-1], seq=life.case.seq + 1, actor=OTHER, fact=refused)
    life.case, life.events = replace(life.case, seq=row.seq), [*life.events, row]

    assert (await browser.send(path, hidden, reason="不属本单位职责")).status == 303


async def test_that_a_notice_did_not_arrive_makes_no_form_stale() -> None:
    browser, desk, case = await at_work()
    path = f"/cases/{case}/acts/return"
    hidden = browser.hidden(await browser.open(path))
    life = desk.lives[case]
    fact = Undelivered(row=1, person=SQUAD, attempts=1, because=Failure.NO_ADDRESS, final=True)
    row = replace(life.events[-1], seq=life.case.seq + 1, actor=ENGINE, fact=fact)
    life.case, life.events = replace(life.case, seq=row.seq), [*life.events, row]

    assert (await browser.send(path, hidden, reason="不属本单位职责")).status == 303


async def test_a_harmless_act_needs_no_second_look() -> None:
    browser, _, case = await at_work()
    path = f"/cases/{case}/acts/comment"
    hidden = browser.hidden(await browser.open(path))
    await browser.fill(path, text="一")

    assert (await browser.send(path, hidden, text="二")).status == 303


async def test_what_a_case_refuses_is_said_with_what_was_typed() -> None:
    browser, _, case = await at_work()
    await browser.fill(f"/cases/{case}/acts/sign")

    answer = await browser.fill(f"/cases/{case}/acts/resolve", result="已整改到位")

    assert answer.status == 409
    assert "missing_evidence" in answer.text
    assert "已整改到位" in answer.text


async def test_while_the_case_cannot_answer_the_form_comes_back_and_the_button_is_safe() -> None:
    browser, desk, case = await at_work()
    path = f"/cases/{case}/acts/comment"
    hidden = browser.hidden(await browser.open(path))
    desk.away = Unavailable("temporal", "no answer in time")

    waiting = await browser.send(path, hidden, text="已联系店主")
    desk.away = None
    done = await browser.send(path, browser.hidden(waiting), text="已联系店主")

    assert waiting.status == 503
    assert "已联系店主" in waiting.text
    assert browser.hidden(waiting)["id"] == hidden["id"]
    assert done.status == 303


async def test_an_act_that_is_not_possible_now_says_why_and_what_is() -> None:
    browser, desk, case = await at_work()

    answer = await browser.open(f"/cases/{case}/acts/verify")
    asked = await browser.open(f"/cases/{case}/acts/resolve")

    assert answer.status == 409
    assert asked.status == 409
    assert "not possible in this stage" in asked.text
    assert f"/cases/{case}/acts/sign" in asked.text
    assert desk.given == []


async def test_a_token_of_another_person_gives_nothing() -> None:
    browser, desk, case = await at_work()
    path = f"/cases/{case}/acts/sign"
    hidden = browser.hidden(await browser.open(path))
    await browser.sign_in("shen-haifeng")

    assert (await browser.send(path, hidden)).status == 403
    assert desk.given == []


@pytest.mark.parametrize("path", ["/cases/{}", "/cases/{}/acts/sign", "/cases/{}/acts/comment"])
async def test_a_case_of_another_unit_does_not_exist_for_a_person(path: str) -> None:
    browser, desk, case = await at_work()
    await browser.sign_in("gao-feng")

    assert (await browser.open(path.format(case))).status == 404
    assert (await browser.send(path.format(case), {"token": "x"})).status in {404, 405}
    assert desk.given == []


async def test_words_of_people_are_never_markup() -> None:
    desk = Desk()
    case = desk.file("restaurant-fumes", text="<script>alert(1)</script>'\"&lt;")
    browser = Browser(desk)
    await browser.sign_in(SQUAD)
    await browser.fill(f"/cases/{case.case_id}/acts/comment", text="</textarea><img src=x>")
    for path in ("/", "/cases", f"/cases/{case.case_id}", f"/cases/{case.case_id}/acts/return"):
        page = (await browser.open(path)).text

        assert "<script>alert" not in page
        assert "<img src=x>" not in page


async def test_a_case_says_how_late_it_is_and_what_comes_next() -> None:
    desk = Desk()
    case = desk.file("restaurant-fumes", ago=timedelta(days=30))
    browser = Browser(desk)
    await browser.sign_in(SQUAD)

    page = (await browser.open(f"/cases/{case.case_id}")).text

    assert 'class="light light--red"' in page
    assert "late by" in page
    assert "Why this deadline:" in page


async def test_a_tier_can_be_raised_though_the_first_of_the_list_is_no_higher_one() -> None:
    browser, desk, case = await at_work()
    await browser.sign_in("shen-haifeng")
    path = f"/cases/{case}/acts/raise_tier"
    assert desk.lives[case].case.tier is Tier.ASSIGN
    assert f'"{path}"' in (await browser.open(f"/cases/{case}")).text

    assert (await browser.fill(path, to="supervise", reason="需要多部门")).status == 303
    assert desk.lives[case].case.tier is Tier.SUPERVISE
    assert (await browser.open(path)).status == 409


async def test_a_part_that_is_only_said_to_be_there_gives_no_warning_before_its_time_runs_out() -> (
    None
):
    browser, desk, case = await at_work()
    await browser.fill(f"/cases/{case}/acts/sign")
    task = {"unit": "anyi-property", "what": "清扫", "evidence": ""}
    assert (await browser.fill(f"/cases/{case}/acts/give_task", **task)).status == 303
    desk.now += timedelta(minutes=1)
    desk.ring(case)
    rungs = [e.fact for e in desk.lives[case].events if isinstance(e.fact, RungReached)]
    page = (await browser.open(f"/cases/{case}")).text

    assert [(rung.rung, rung.level) for rung in rungs] == [("asked", 0)]
    assert "light--amber" not in page
    assert "light--green" in page


async def test_a_result_says_which_files_it_needs_and_lets_choose_what_became_of_it() -> None:
    browser, _, case = await at_work("construction-in-progress")
    await browser.fill(f"/cases/{case}/acts/sign")

    page = (await browser.open(f"/cases/{case}/acts/resolve")).text

    assert "Files needed that show it after the work: 2" in page
    assert "Files needed that show it before the work: 1" in page
    assert re.search(
        r'<p class="hint" id="(\w-evidence-n)">.*?aria-describedby="\1"', page, re.DOTALL
    )
    assert (
        '<option value="stopped">stopped</option><option value="removed">removed</option>' in page
    )


async def test_a_result_without_a_list_asks_for_none_of_it() -> None:
    browser, _, case = await at_work()
    await browser.fill(f"/cases/{case}/acts/sign")

    page = (await browser.open(f"/cases/{case}/acts/resolve")).text

    assert 'name="close"' not in page
    assert 'name="evidence"' in page
