"""What stands beside a form, and what a form knows of the case: no form is filled in blindly."""

import re
from dataclasses import replace
from datetime import timedelta

from domain.case.closing.acts import Close
from domain.case.commands import Actor, Lookup, OtherCase
from domain.case.evolve import fold
from domain.case.merging.facts import Linked
from domain.complaints import SuperiorOrder
from domain.vocabulary import Callback, Role
from schemas.case import Question
from schemas.intake import Reporter
from tests.fakes.desk import Browser, Desk
from tests.unit.desk.test_approvals import asked, decider_of
from tests.unit.desk.test_callbacks import HOTLINE, verified

DESK = next(p.id for p in Desk().policy.roster.people if Role.DISPATCHER in p.roles)


async def signed_in(desk: Desk, person: str) -> Browser:
    browser = Browser(desk)
    await browser.sign_in(person)
    return browser


async def test_who_calls_sees_what_was_done_what_was_seen_and_whom_to_call() -> None:
    desk = Desk()
    number = await verified(desk)
    desk.reporters[number] = Reporter("王小明", "13600136217", confidential=False)
    browser = await signed_in(desk, HOTLINE)

    found = (await browser.open(f"/cases/{number}/acts/close")).text

    assert "已清运" in found
    assert "现场已清运干净" in found
    assert "136****6217" in found
    assert f'action="/cases/{number}/reveal"' in found
    assert "13600136217" not in found


async def test_not_satisfied_needs_a_word_of_with_what() -> None:
    desk = Desk()
    number = await verified(desk)
    browser = await signed_in(desk, HOTLINE)
    path = f"/cases/{number}/acts/close"

    bare = await browser.fill(path, callback="unsatisfied")
    marks = await browser.fill(path, callback="unsatisfied", note="。。")
    said = await browser.fill(path, callback="unsatisfied", solved="no", note="仍有垃圾")

    assert bare.status == 422
    assert marks.status == 422
    assert 'href="#f-note"' in bare.text
    assert said.status == 303


async def test_the_queue_says_that_another_person_confirms_that_no_reply_is_wanted() -> None:
    desk = Desk()
    number = await verified(desk)
    other = Actor("other", Role.HOTLINE, unit=desk.policy.platform)
    said = Close(callback=Callback.NO_REPLY_WANTED, note="来电说不用再回")
    desk.act(number, said, other)
    browser = await signed_in(desk, HOTLINE)

    for path in ("/callbacks", f"/cases/{number}/acts/close"):
        assert "another person closes it with that" in (await browser.open(path)).text


async def test_a_question_without_a_category_can_be_answered_at_the_desk() -> None:
    desk = Desk()
    question = desk.file(None, text="咨询公积金", superior=SuperiorOrder("S-18", "city"))
    browser = await signed_in(desk, DESK)
    path = f"/cases/{question.case_id}/acts/settle"

    done = await browser.fill(path, category="consult", result="带身份证到服务中心窗口办理")

    assert done.status == 303


async def test_what_is_no_question_is_still_not_answered_at_the_desk() -> None:
    desk = Desk()
    browser = await signed_in(desk, DESK)
    number = desk.file("garbage").case_id

    assert (await browser.open(f"/cases/{number}/acts/settle")).status == 409


async def test_similar_cases_are_offered_and_a_beginning_of_a_number_is_enough() -> None:
    desk = Desk()
    other, case = desk.file("garbage"), desk.file("garbage")
    life = desk.lives[case.case_id]
    fact = Linked(to=other.case_id, score=87, reason="同一地点")
    life.events.append(replace(life.events[-1], seq=life.case.seq + 1, fact=fact))
    life.case = fold(life.events)
    browser = await signed_in(desk, DESK)
    path = f"/cases/{case.case_id}/acts/merge"

    offered = (await browser.open(path)).text
    shown = await browser.fill(path, into=other.case_id.partition("-")[0], reason="同一处同一事")
    assert desk.given == []
    await browser.send(path, browser.hidden(shown), into=other.case_id, reason="同一处同一事")

    assert f'href="{path}?into={other.case_id}"' in offered
    assert "87 %" in offered
    assert getattr(desk.given[0].act, "into", "") == other.case_id


def know_others(desk: Desk) -> None:
    """Let cases look each other up, as the read model does."""
    plain = desk.look_up

    async def look_up(question: Question) -> Lookup:
        found = await plain(question)
        life = desk.lives.get(question.other or "")
        if life is None:
            return found
        case, plan = life.case, life.case.plan
        other = OtherCase(
            case.case_id,
            case.stage,
            case.tier,
            plan.urgency,
            plan.category,
            plan.grid,
            holder=case.holder,
        )
        return replace(found, other=other)

    desk.look_up = look_up


async def test_whose_clocks_a_merging_touches_is_shown_before_it_is_done() -> None:
    desk = Desk()
    older = desk.file("garbage", ago=timedelta(hours=1))
    newer = desk.file("garbage")
    know_others(desk)
    browser = await signed_in(desk, DESK)
    path = f"/cases/{older.case_id}/acts/merge"

    shown = (await browser.open(f"{path}?into={newer.case_id}")).text
    panel = shown.partition("What merging does")[2].partition("</section>")[0]

    assert "The promise to its citizen runs on." in panel
    assert "stands still" in panel
    assert panel.count("→") >= 2, "the newer case takes over the earlier promise"
    [holder] = [each.name_en for each in desk.policy.units if each.id == older.holder]
    assert holder in panel
    assert f'name="seen" value="{newer.case_id}"' in shown
    assert desk.given == []


async def test_what_a_merging_would_be_refused_for_is_said_before_it_is_tried() -> None:
    desk = Desk()
    case, other = desk.file("garbage"), desk.file("restaurant-fumes")
    browser = await signed_in(desk, DESK)

    shown = await browser.open(f"/cases/{case.case_id}/acts/merge?into={other.case_id}")

    assert "not possible now" in shown.text


async def test_units_are_offered_with_their_load_to_who_reads_the_whole_town() -> None:
    desk = Desk()
    desk.file("restaurant-fumes", ago=timedelta(days=30))
    browser = Browser(desk)
    case = await asked(desk, browser)
    await decider_of(desk, browser)

    form = (await browser.open(f"/cases/{case.case_id}/acts/answer")).text

    assert re.search(r"Enforcement Squad · has 2, answers for 1 late", form)
    assert "Environment · has 0, answers for 0 late" in form

    handler = await signed_in(desk, "xu-meng")
    returned = (await handler.open(f"/cases/{case.case_id}/acts/return")).text

    assert "Environment" in returned
    assert "answers for 0 late" not in returned
