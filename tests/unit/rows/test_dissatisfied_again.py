"""Row 30: the first dissatisfaction is decided on, and the second presses the unit."""

from dataclasses import replace

from domain.case.closing.acts import Close
from domain.case.escalation.facts import RungReached
from domain.case.events import Fact
from domain.case.supervision.facts import Circulated
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import Story, only

LEADER = ACTORS[Role.LEADER]
UNHAPPY = Close(callback=Callback.UNSATISFIED, note="They are back.")


def verified(story: Story) -> Story:
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-01 09:00"))
    if story.case.stage is Stage.RESOLVED:
        story.do("verify", at("2026-07-01 09:00"), by=LEADER)
    return story


def levels_of(facts: list[Fact]) -> list[int]:
    """Return the levels that the clock of a dissatisfaction brought the case to."""
    reached = only(facts, RungReached)
    return [fact.level for fact in reached if fact.clock.startswith("dissatisfaction")]


def test_row_30_escalation_timers_of_the_first_dissatisfaction_are_of_no_level() -> None:
    story = verified(Story(plan(tier=Tier.SUPERVISE)))
    story.do(UNHAPPY, at("2026-07-01 10:00"))

    # Told at once and warned at 80 percent: of levels 0 and 1 in the ladder.
    assert [0, 0] == levels_of(story.wait(at("2026-07-03 10:01")))


def test_row_30_escalation_timers_of_a_later_dissatisfaction_are_of_their_level() -> None:
    story = verified(Story())
    for day in ("2026-07-01", "2026-07-02"):
        story.do(UNHAPPY, at(f"{day} 10:00"))
        for kind in ("sign", "resolve", "verify"):
            story.do(kind, at(f"{day} 11:00"))
    story.do("verify", at("2026-07-02 11:30"), by=LEADER)
    story.do(UNHAPPY, at("2026-07-02 14:00"))

    assert [0, 1] == levels_of(story.wait(at("2026-07-06 14:01")))


def test_row_13_assign_of_a_running_case_is_not_circulated_when_dissatisfied_again() -> None:
    story = verified(Story(replace(plan(), rules=None)))
    story.do(UNHAPPY, at("2026-07-01 10:00"))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-01 11:00"))
    facts = story.do(UNHAPPY, at("2026-07-02 10:00"))

    assert [] == only(facts, Circulated)
