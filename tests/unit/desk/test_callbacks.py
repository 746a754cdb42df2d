"""Citizens to call back: a queue with what was done and how often they were called."""

from domain.case.closing.acts import Resolve, Verify
from domain.case.commands import Actor
from domain.case.handling.acts import Sign
from domain.complaints import Evidence
from domain.vocabulary import Role
from tests.fakes.desk import Browser, Desk

HOTLINE = next(p.id for p in Desk().policy.roster.people if Role.HOTLINE in p.roles)


async def verified(desk: Desk) -> str:
    """A direct case whose result was verified, so that its citizen is to be called."""
    case = desk.file("garbage")
    unit = case.holder
    assert unit is not None
    crew = Actor("worker", Role.HANDLER, unit=unit)
    photo = Evidence("ab" * 32, "urn:photo", "image/jpeg", desk.now)
    desk.act(case.case_id, Sign(), crew)
    desk.act(case.case_id, Resolve(result="已清运", evidence=(photo,)), crew)
    checker = Actor("checker", Role.VERIFIER, unit=desk.policy.platform)
    desk.act(case.case_id, Verify(passed=True, note="现场已清运干净"), checker)
    return case.case_id


async def test_a_citizen_to_call_is_in_the_queue_with_what_was_done() -> None:
    desk = Desk()
    number = await verified(desk)
    browser = Browser(desk)
    await browser.sign_in(HOTLINE)

    found = (await browser.open("/callbacks")).text

    assert f"/cases/{number}/acts/close" in found
    assert "已清运" in found
    assert "none yet" in found


async def test_a_call_that_reached_no_one_is_counted_and_one_that_did_leaves_the_queue() -> None:
    desk = Desk()
    number = await verified(desk)
    browser = Browser(desk)
    await browser.sign_in(HOTLINE)
    path = f"/cases/{number}/acts/close"

    tried = await browser.fill(path, callback="not_reached", note="占线")
    after = (await browser.open("/callbacks")).text
    reached = await browser.fill(path, callback="satisfied", solved="yes", note="十点回电接通")

    assert tried.status == 303
    assert "占线" in after
    assert reached.status == 303
    assert "No citizen is to be called back." in (await browser.open("/callbacks")).text


async def test_who_calls_no_citizen_has_no_such_page() -> None:
    browser = Browser(Desk())
    await browser.sign_in("xu-meng")

    assert (await browser.open("/callbacks")).status == 404
