"""No door erases a lateness that happened: what an extension, a turn or an exemption leaves."""

from dataclasses import replace
from datetime import datetime

from domain.case.closing.acts import Close, Withdraw
from domain.case.commands import Actor
from domain.case.escalation.facts import DeadlineMoved
from domain.case.events import CommandRefused, Fact
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.repinning.preview import preview
from domain.case.requests.acts import (
    Answer,
    AskExemption,
    AskExtension,
    AskReopening,
)
from domain.case.supervision.acts import Appoint
from domain.case.suspension.acts import AskSuspension
from domain.case.tiers.acts import RaiseTier
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.reporting.indicators import CaseCounts, case_figures
from domain.reporting.periods import Period
from domain.sla.case_clocks import CALLBACK, CITIZEN, HOLDER
from domain.vocabulary import Callback, Role, Tier
from tests.builders import ACTORS, WATER_HANDLER, give, plan
from tests.town import CITIZEN_LADDER, PLATFORM_LADDER, at, hours, ladder, rung
from tests.unit.rows.story import OFFICE_LEADER, Story, only
from tests.unit.test_repinning import with_budget

YEAR = Period(at("2026-01-01 00:00"), at("2027-01-01 00:00"))
DISPATCHER, SUPERVISOR = ACTORS[Role.DISPATCHER], ACTORS[Role.SUPERVISOR]
ASK = AskExtension(hours=40, reason="The lorry is broken.")
GRANTED = Answer(part="extension-1", granted=True, reason="One week more.")
LATE = at("2026-07-08 09:00")  # the squad's forty hours are over on the evening of the seventh
FAR = at("2026-07-31 09:00")
QUIET = (CITIZEN_LADDER, PLATFORM_LADDER, ladder("holder", rung("red", 2, share=100)))
"""Nothing that raises the tier."""


def figures(story: Story) -> CaseCounts:
    found = case_figures(story.events, YEAR)
    assert found is not None
    return found.closing


def overtaken(facts: list[Fact]) -> list[str]:
    return [fact.clock for fact in only(facts, DeadlineMoved) if fact.missed]


def missed(story: Story) -> list[tuple[str, str | None]]:
    return [(miss.clock, miss.unit) for miss in story.case.misses]


def signed(pinned: CasePlan | None = None) -> Story:
    story = Story(pinned)
    story.do("sign", at("2026-07-01 09:00"))
    story.do("progress", at("2026-07-01 09:30"))
    return story


def end(story: Story, when: datetime, by: Actor = ACTORS[Role.HANDLER]) -> None:
    story.do("resolve", when, by=by)
    story.do("verify", when)
    story.do("close", when)


# --- Extensions.


def test_an_extension_asked_for_after_the_citizens_deadline_leaves_that_missed() -> None:
    story = signed(with_budget(plan(), CITIZEN, 24))  # over on the evening of 3 July
    story.wait(at("2026-07-06 10:00"))
    before = story.due(CITIZEN)
    story.do(ASK, at("2026-07-06 10:00"))
    facts = story.do(GRANTED, at("2026-07-06 11:00"), by=OFFICE_LEADER)

    assert overtaken(facts) == []
    assert story.due(CITIZEN) == before
    assert story.due(HOLDER) == at("2026-07-14 18:00")
    end(story, at("2026-07-10 09:00"))
    assert figures(story).late == 1


def test_an_extension_asked_for_in_time_and_granted_late_overtakes_both_deadlines() -> None:
    story = signed(with_budget(plan(), CITIZEN, 40))
    story.wait(at("2026-07-07 17:00"))
    story.do(ASK, at("2026-07-07 17:00"))
    story.wait(LATE)
    assert missed(story) == [(CITIZEN, None), (HOLDER, "squad")]
    facts = story.do(GRANTED, LATE, by=OFFICE_LEADER)

    assert sorted(overtaken(facts)) == [CITIZEN, HOLDER]
    assert missed(story) == []
    end(story, at("2026-07-09 09:00"))
    assert figures(story).late == 0


def test_what_a_unit_asked_for_itself_lapses_when_another_unit_gets_the_case() -> None:
    story = signed(plan(tier=Tier.SUPERVISE))
    rest = AskSuspension(reason="Frost.", measures="A fence.", until=FAR)
    story.do(ASK, at("2026-07-01 10:00"))
    story.do(rest, at("2026-07-01 10:00"))
    act = Appoint(lead="water", members=(), instruction="Take it over.")
    story.do(act, at("2026-07-01 11:00"), by=SUPERVISOR)

    assert story.part("extension-1").state is PartState.LAPSED
    assert story.part("suspension-1").state is PartState.LAPSED


def test_more_time_that_was_asked_for_before_the_turn_began_is_not_granted() -> None:
    """As in a case that changed hands under the first rules, where the request stayed open."""
    story = signed()
    story.do(ASK, at("2026-07-01 10:00"))
    later = replace(story.clock(HOLDER), started_at=at("2026-07-01 11:00"))
    clocks = tuple(later if clock.id == HOLDER else clock for clock in story.case.clocks)
    decision = give(replace(story.case, clocks=clocks), GRANTED, LATE, by=OFFICE_LEADER)
    [refused] = only([event.fact for event in decision.events], CommandRefused)

    assert refused.refusal is Refusal.WRONG_STEP


def test_more_time_to_call_leaves_a_late_call_late() -> None:
    story = signed()
    for kind in ("resolve", "verify"):
        story.do(kind, at("2026-07-01 10:00"))
    story.wait(at("2026-07-03 10:30"))  # sixteen hours to call are over
    assert story.clock(CALLBACK).missed
    story.do(Close(callback=Callback.NOT_REACHED), at("2026-07-03 10:30"))

    assert story.clock(CALLBACK).missed
    assert story.due(CALLBACK) == at("2026-07-07 10:00")


# --- Turns.


def second_turn() -> Story:
    """The squad misses its deadline unsigned, and returns the case; the bureau gets it in time."""
    story = Story(with_budget(plan(ladders=QUIET), CITIZEN, 400))
    story.wait(at("2026-07-08 08:01"))
    story.do("return", at("2026-07-08 08:01"))
    given = Answer(part="return-1", granted=True, reason="So it is.", unit="water")
    story.do(given, LATE, by=DISPATCHER)
    for kind in ("sign", "progress"):
        story.do(kind, at("2026-07-08 10:00"), by=WATER_HANDLER)
    return story


def test_the_miss_of_an_earlier_unit_makes_the_case_late_whatever_the_next_unit_does() -> None:
    story = second_turn()
    end(story, at("2026-07-09 09:00"), WATER_HANDLER)

    assert missed(story) == [(HOLDER, "squad")]
    assert figures(story).late == 1


def test_more_time_for_the_second_unit_overtakes_its_own_miss_and_not_the_first_units() -> None:
    story = second_turn()
    story.wait(at("2026-07-14 17:00"))
    story.do(ASK, at("2026-07-14 17:00"), by=WATER_HANDLER)
    story.wait(at("2026-07-15 10:00"))
    assert missed(story) == [(HOLDER, "squad"), (HOLDER, "water")]
    facts = story.do(GRANTED, at("2026-07-15 10:00"), by=OFFICE_LEADER)

    assert overtaken(facts) == [HOLDER]
    assert missed(story) == [(HOLDER, "squad")]
    end(story, at("2026-07-15 11:00"), WATER_HANDLER)
    assert figures(story).late == 1


def test_a_case_that_an_earlier_turn_was_late_with_is_withdrawn_by_two_people() -> None:
    story = reopened()
    story.do(Withdraw(reason="Solved by itself."), at("2026-07-08 12:00"), by=DISPATCHER)

    assert story.case.open_parts(PartKind.WITHDRAWAL)


def test_the_time_that_the_office_gives_with_a_raise_leaves_the_miss_of_before() -> None:
    story = signed()
    story.wait(LATE)
    story.do(RaiseTier(to=Tier.SUPERVISE, reason="Three units."), LATE, by=SUPERVISOR)

    assert not story.clock(HOLDER).missed
    assert missed(story) == [(HOLDER, "squad")]


def test_an_exemption_is_asked_for_what_an_earlier_turn_missed() -> None:
    story = reopened()
    assert not any(clock.missed for clock in story.case.clocks)
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, at("2026-07-08 15:00"))
    story.do(AskExemption(reason="A landslide."), at("2026-07-08 15:00"))

    assert story.case.open_parts(PartKind.EXEMPTION)


# --- Exemptions.


def reopened(*, asked: bool = False, exempted: bool = False) -> Story:
    """Closed late, then reopened; an exemption is asked for before, and granted or left open."""
    pinned = with_budget(plan(), CITIZEN, 400)
    slow = (
        replace(rule, budget=hours(400)) if rule.kind is PartKind.EXEMPTION else rule
        for rule in pinned.parts
    )
    story = signed(replace(pinned, parts=tuple(slow)))
    story.wait(LATE)
    end(story, LATE)
    if asked:
        story.do(AskExemption(reason="A landslide."), LATE)
    if exempted:
        exempt(story, LATE)
    story.do(AskReopening(reason="They are back."), at("2026-07-08 10:00"), by=DISPATCHER)
    given = Answer(part="reopening-1", granted=True, reason="So it is.")
    story.do(given, at("2026-07-08 11:00"), by=SUPERVISOR)
    return story


def exempt(story: Story, when: datetime) -> None:
    given = Answer(part="exemption-1", granted=True, reason="So it was.")
    story.do(given, when, by=SUPERVISOR)


def test_an_exemption_does_not_cover_what_is_missed_after_it() -> None:
    story = reopened(asked=True, exempted=True)
    assert figures(story).exempted == 1
    story.wait(FAR)

    assert figures(story).late == 1
    assert figures(story).exempted == 0


def test_an_exemption_granted_late_covers_only_what_was_missed_when_it_was_asked_for() -> None:
    story = reopened(asked=True)
    story.wait(FAR)
    exempt(story, FAR)

    assert [miss.exempt for miss in story.case.misses] == [True, False]
    assert figures(story).late == 1


def test_withdrawing_a_case_whose_lateness_was_exempted_does_not_make_it_late() -> None:
    story = reopened(asked=True, exempted=True)
    story.do(Withdraw(reason="Solved by itself."), at("2026-07-08 12:00"), by=DISPATCHER)
    agreed = Answer(part="withdrawal-1", granted=True, reason="The citizen said so.")
    story.do(agreed, at("2026-07-08 12:00"), by=SUPERVISOR)

    assert figures(story).late == 0
    assert figures(story).exempted == 1


# --- A new policy.


def test_the_preview_of_a_repin_names_the_clocks_whose_miss_it_would_overtake() -> None:
    story = signed()
    story.wait(LATE)
    longer = with_budget(story.case.plan, HOLDER, 80)

    assert preview(story.case, longer, SUPERVISOR, LATE).overtaken == (HOLDER,)
    assert preview(story.case, story.case.plan, SUPERVISOR, LATE).overtaken == ()
