"""What is done at the very instant of a deadline is done in time, whatever is done."""

import pytest

from domain.case.commands import Act
from domain.case.dispatch.acts import Return
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.suspension.acts import Suspend
from domain.sla.case_clocks import HOLDER, SIGN
from tests.town import at, hours
from tests.unit.rows.story import Story, only

LATER = at("2026-07-20 08:00")


@pytest.mark.parametrize(
    "act", ["resolve", Suspend(reason="Frost.", measures="A fence.", until=LATER)]
)
def test_what_rests_the_holders_clock_at_its_deadline_is_in_time(act: Act | str) -> None:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 09:30"))
    due = story.due(HOLDER)
    assert due is not None
    story.wait(due)
    story.do(act, due)
    facts = story.wait(due + hours(0.5))

    assert story.clock(HOLDER).is_paused
    assert [] == [fact for fact in only(facts, DeadlineMissed) if fact.clock == HOLDER]
    assert [] == [fact for fact in only(facts, RungReached) if fact.clock == HOLDER]


def test_a_return_at_the_deadline_of_signing_is_in_time() -> None:
    story = Story()
    due = story.due(SIGN)
    assert due is not None
    story.wait(due)
    story.do(Return(reason="Not ours.", suggested_unit="water"), due)
    facts = story.wait(due + hours(0.5))

    assert story.clock(SIGN).is_paused
    assert [] == [fact for fact in only(facts, DeadlineMissed) if fact.clock == SIGN]


def test_what_was_rested_at_its_deadline_is_due_when_it_goes_on() -> None:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 09:30"))
    due = story.due(HOLDER)
    assert due is not None
    story.wait(due)
    story.do(Suspend(reason="Frost.", measures="A fence.", until=LATER), due)
    facts = story.wait(LATER + hours(0.5))

    missed = [fact.due_at for fact in only(facts, DeadlineMissed) if fact.clock == HOLDER]
    assert [LATER] == missed
