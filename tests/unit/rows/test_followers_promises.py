"""What was promised in a case that goes the way of another is kept, or missed, in that case."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.closing.acts import Withdraw
from domain.case.cross_case_messages import cross_case_messages
from domain.case.escalation.facts import DeadlineMissed
from domain.case.merging.acts import Follow, Join, Unmerge
from domain.case.part import Part
from domain.planning.plans import RULES
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Role, Stage
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import Story, only

TEN = at("2026-07-01 10:00")
OWN = at("2026-07-07 18:00")  # five working days from Wednesday 1 July, 08:00
BEFORE, AFTER = at("2026-07-07 17:00"), at("2026-07-08 09:00")
END = at("2026-07-09 09:00")
ANOTHER = replace(ACTORS[Role.DISPATCHER], id="hu")


def merged(rules: int = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("merge", TEN)
    return story


def ended(done_at: datetime | None, rules: int = RULES) -> list[DeadlineMissed]:
    """Return which promises of its holder are missed when the other case ends."""
    story = merged(rules)
    about = story.case.plan.category
    end = Follow(
        case=OTHER_CASE, stage=Stage.CLOSED, result="Gone.", category=about, done_at=done_at
    )
    story.do(end, END)
    assert story.case.stage is Stage.CLOSED
    found = only([event.fact for event in story.events], DeadlineMissed)
    return [fact for fact in found if fact.clock == HOLDER]


@pytest.mark.parametrize("done_at", [AFTER, None])
def test_what_was_done_after_its_holders_deadline_is_a_miss_of_that_unit(
    done_at: datetime | None,
) -> None:
    [miss] = ended(done_at)

    assert OWN == miss.due_at
    assert ("squad",) == miss.units


def test_what_was_done_in_time_is_no_miss_however_late_the_other_case_ends() -> None:
    assert [] == ended(BEFORE)


def test_a_running_case_that_follows_misses_nothing_of_its_holder_as_before() -> None:
    assert [] == ended(AFTER, rules=2)


def test_the_leader_says_when_its_work_was_done() -> None:
    story = Story()
    story.do(Join(case=OTHER_CASE), TEN)
    for kind in ("sign", "resolve"):
        story.do(kind, BEFORE)
    story.do("verify", AFTER)
    story.do("close", END)
    told = [act for event in story.events for _, act in cross_case_messages(story.case, event)]

    assert [BEFORE] == [each.done_at for each in told if isinstance(each, Follow)]


def test_separated_by_another_person_it_is_as_if_it_had_stood_still() -> None:
    story = merged()
    story.do(Unmerge(reason="Other stalls."), END, by=ANOTHER)
    story.wait(at("2026-07-09 10:00"))

    assert not story.clock(HOLDER).missed


def test_what_is_late_while_it_is_merged_ends_by_two_people_alone() -> None:
    story = merged()
    story.do(Withdraw(reason="Gone."), END, by=ACTORS[Role.REPORTER])

    assert story.case.open_parts(PartKind.WITHDRAWAL)


# --- The clocks of parts.


def asked(rules: int) -> tuple[Story, Part]:
    """A case with a request, that was merged."""
    story = Story(replace(plan(), rules=rules))
    story.do("sign", TEN)
    story.do("ask_extension", TEN)
    story.do("merge", TEN)
    return story, story.case.parts[0]


@pytest.mark.parametrize(("rules", "stood"), [(RULES, False), (2, True)])
def test_one_person_who_merges_and_separates_stops_no_clock_of_a_part(
    rules: int, *, stood: bool
) -> None:
    alone = Story(replace(plan(), rules=rules))
    alone.do("sign", TEN)
    alone.do("ask_extension", TEN)
    story, part = asked(rules)
    story.do(Unmerge(reason="Other stalls."), at("2026-07-01 11:00"))

    assert stood is (story.due(part.id) != alone.due(part.id))


def test_separated_by_another_person_its_requests_have_waited() -> None:
    alone, part = asked(RULES)
    other, _ = asked(RULES)
    alone.do(Unmerge(reason="Other stalls."), at("2026-07-01 11:00"))
    other.do(Unmerge(reason="Other stalls."), at("2026-07-01 11:00"), by=ANOTHER)

    assert other.due(part.id) != alone.due(part.id)
