"""After an act the page says what was recorded and what it changed, and whose turn it is then."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.case.closing.facts import Countersigned, Resolved
from domain.case.commands import Actor
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.handling.facts import Signed
from domain.case.turns import is_half_signed, seats, signer, waits_for
from domain.people.leading_group import Post
from domain.vocabulary import Role
from tests.fakes.desk import Browser, Desk
from tests.fakes.desk_reader import FakeReader
from tests.unit.desk.test_plain_chinese import raw_words

SHEN = Actor("shen-haifeng", Role.SUPERVISOR, "leading-group-office")
XIE = Actor("xie-bin", Role.VERIFIER, "platform")


def half_signed() -> tuple[Desk, str]:
    """A town with a supervised case whose result one person has signed."""
    desk = Desk()
    number = desk.file("railside-hazard").case_id
    life = desk.lives[number]
    for fact in (Signed(), Resolved(result="已清理", evidence=()), Countersigned(note="现场已看")):
        last = life.events[-1]
        actor = XIE if isinstance(fact, Countersigned) else SHEN
        life.events.append(replace(last, seq=last.seq + 1, actor=actor, fact=fact))
    life.case = fold(life.events)
    return desk, number


async def test_the_page_after_an_act_says_what_was_recorded_and_what_it_changed() -> None:
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    browser = Browser(desk)
    await browser.sign_in("xu-meng", language="zh")
    sent = await browser.fill(f"/cases/{case}/acts/sign")

    page = (await browser.open(sent.headers["location"])).text
    note = page.partition('id="recorded-h"')[2].partition("</section>")[0]

    assert "已记录：签收" in note
    assert "待签收 → <b>已签收</b>" in note
    assert "承办单位" in note
    assert raw_words(note) == set()


async def test_a_page_whose_lists_are_behind_says_so_until_they_have_the_row(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The act is in the journal; the read model is what a page waits two seconds for."""
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    browser = Browser(desk)
    await browser.sign_in("xu-meng", language="zh")
    before = [*desk.lives[case].events]
    sent = await browser.fill(f"/cases/{case}/acts/sign")
    row = desk.lives[case].case.seq

    async def behind(reader: FakeReader, case_id: str) -> Sequence[Event]:
        return before

    with monkeypatch.context() as patched:
        patched.setattr(FakeReader, "history", behind)
        patched.setattr(FakeReader, "shows", _never)
        early = (await browser.open(sent.headers["location"])).text
    later = (await browser.open(sent.headers["location"])).text

    assert sent.headers["location"] == f"/cases/{case}?after={row}"
    assert f'<a href="/cases/{case}?after={row}">再看一次</a>' in early
    assert f"（第 {row} 行）" in early
    assert "已记录：签收" not in early
    assert "已记录：签收" in later
    assert "再看一次" not in later


async def _never(reader: FakeReader, case_id: str, seq: int) -> bool:
    return False


async def test_another_persons_row_and_a_page_without_a_row_say_nothing_of_the_kind() -> None:
    desk = Desk()
    case = desk.file("restaurant-fumes").case_id
    own, other = Browser(desk), Browser(desk)
    await own.sign_in("xu-meng")
    await other.sign_in("shen-haifeng")
    sent = await own.fill(f"/cases/{case}/acts/sign")

    for page in (
        await other.open(sent.headers["location"]),
        await own.open(f"/cases/{case}"),
        await own.open(f"/cases/{case}?after=1"),
    ):
        assert 'id="recorded-h"' not in page.text


async def test_the_second_signature_is_of_those_who_may_give_it_and_is_in_their_list() -> None:
    desk, number = half_signed()
    case = desk.lives[number].case
    browser, verifier = Browser(desk), Browser(desk)
    await browser.sign_in("fei-xuewen", language="zh")
    await verifier.sign_in("xie-bin", language="zh")

    page, listed = await browser.open(f"/cases/{number}"), await browser.open("/cases?mine=1")
    done = await verifier.open("/cases?mine=1")

    assert is_half_signed(case)
    assert signer(case) is Post.DEPUTY
    assert "待其中一人签" in page.text
    assert "费学文" in page.text.partition("待其中一人签")[2].partition("</dd>")[0]
    assert number in listed.text
    assert number not in done.text
    assert "leading-group-office/office" not in seats(case)


def test_a_post_signs_for_the_lower_ones_too_and_the_office_where_no_post_does() -> None:
    head, member = waits_for((), (), (), [Post.HEAD]), waits_for((), (), (), [Post.MEMBER])

    assert {"signature:deputy", "signature:member"} <= {*head}
    assert "signature:deputy" not in member
    assert "signature:office" in waits_for([Role.SUPERVISOR], ())


async def test_a_member_of_a_joint_action_sees_what_is_asked_of_its_unit_and_when() -> None:
    desk = Desk()
    number = desk.file("railside-hazard").case_id
    office = Browser(desk)
    await office.sign_in("shen-haifeng")
    led = await office.fill(
        f"/cases/{number}/acts/appoint",
        lead="enforcement-squad",
        members="traffic-police",
        instruction="联合整治",
    )
    hour = {"at.date": "2026-11-26", "at.time": "10:30"}
    planned = await office.fill(
        f"/cases/{number}/acts/plan_action",
        units="traffic-police",
        goal="清理沿线堆物",
        people="6",
        **hour,
    )
    member = next(
        each.id
        for each in desk.policy.roster.people
        if each.unit == "traffic-police" and Role.HANDLER in each.roles
    )
    browser = Browser(desk)
    await browser.sign_in(member, language="zh")

    assert [led.status, planned.status] == [303, 303]
    page = (await browser.open(f"/cases/{number}")).text
    parts = page.partition('id="parts"')[2].partition("</section>")[0]

    assert "清理沿线堆物" in parts
    assert "您的单位" in parts
    assert "周四 11-26 10:30" in parts
