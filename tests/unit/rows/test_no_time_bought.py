"""Silence and raising buy no time: the deadline that a holder has is never moved by them."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.closing.acts import Close, Verify
from domain.case.dispatch.acts import Return
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import Fact
from domain.case.rectification.acts import Serve
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import NoShow, Summon
from domain.case.suspension.acts import Suspend
from domain.case.tiers.acts import AskTier, RaiseTier
from domain.case.tiers.facts import TierRaised
from domain.complaints import SuperiorOrder
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import FIRST, HOLDER, SIGN
from domain.sla.ladders import Action, Ladder
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.acts import RECEIPT
from tests.builders import ACTORS, WATER_HANDLER, complaint, plan
from tests.town import CITIZEN_LADDER, FIVE_LEVELS, PLATFORM_LADDER, at, hours, ladder, rung
from tests.unit.rows.story import OFFICE_LEADER, Story, only

SUPERVISOR, DISPATCHER = ACTORS[Role.SUPERVISOR], ACTORS[Role.DISPATCHER]
DUE = at("2026-07-07 18:00")  # of assign: five working days from Wednesday 1 July, 08:00
RAISING = ladder(
    "holder",
    rung("red", 2, share=100),
    rung("raise", 5, Action.RAISE_TIER, after=hours(8)),
    rung("end", 6, Action.REPORT_UP, after=hours(80)),
)


def raising() -> CasePlan:
    return plan(ladders=(CITIZEN_LADDER, PLATFORM_LADDER, RAISING))


def missed(story: Story, clock: str = HOLDER) -> list[datetime]:
    facts = [event.fact for event in story.events]
    return [fact.due_at for fact in only(facts, DeadlineMissed) if fact.clock == clock]


def rungs(facts: list[Fact], clock: str = HOLDER) -> list[str]:
    return [fact.rung for fact in only(facts, RungReached) if fact.clock == clock]


def test_a_clock_that_raises_the_tier_leaves_the_deadline_where_it_is() -> None:
    story = Story(raising())
    story.do("sign", at("2026-07-01 09:00"))
    facts = story.wait(at("2026-07-09 08:01"))

    assert (Tier.SUPERVISE, Stage.DISPATCHED, "squad") == story.where
    assert DUE == story.due(HOLDER)
    assert ["red", "raise"] == rungs(facts)
    assert [DUE] == missed(story)


def test_after_the_raise_only_what_is_still_ahead_fires() -> None:
    story = Story(raising())
    story.do("sign", at("2026-07-01 09:00"))
    story.wait(at("2026-07-09 08:01"))
    facts = story.wait(at("2026-07-21 18:01"))  # ten working days after the deadline

    assert ["end"] == rungs(facts)
    assert [DUE] == missed(story)


def test_silence_before_signing_raises_and_the_miss_is_recorded_at_its_moment() -> None:
    """The sign ladder of this town raises on the second day, long before the holder's deadline."""
    story = Story(replace(raising(), ladders=_signing_raises()))
    story.wait(at("2026-07-02 17:00"))
    assert (Tier.SUPERVISE, Stage.DISPATCHED, "squad") == story.where
    assert DUE == story.due(HOLDER)
    facts = story.wait(at("2026-07-07 18:01"))

    assert DeadlineMissed(clock=HOLDER, due_at=DUE, units=("squad",)) in facts


def _signing_raises() -> tuple[Ladder, ...]:
    early = rung("early", 5, Action.RAISE_TIER, after=hours(8))
    shared = ladder("holder", rung("red", 2, share=100), early)
    part = next(each for each in raising().ladders if each.id == "part")
    return (CITIZEN_LADDER, PLATFORM_LADDER, shared, part)


@pytest.mark.parametrize("role", [Role.AUXILIARY, Role.HANDLER, Role.UNIT_HEAD, Role.DISPATCHER])
def test_raising_by_the_holder_or_the_platform_leaves_the_deadline_where_it_is(role: Role) -> None:
    story = Story(plan(tier=Tier.DIRECT))
    story.do("sign", at("2026-07-01 08:30"))
    before = story.due(HOLDER), story.due(FIRST)
    act = RaiseTier(to=Tier.ASSIGN, reason="A permit has to be looked up.")
    story.do(act, at("2026-07-01 09:00"), by=ACTORS[role])

    assert Tier.ASSIGN is story.case.tier
    assert before == (story.due(HOLDER), story.due(FIRST))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.LEADER])
def test_the_leading_groups_office_may_give_the_time_of_the_new_tier(role: Role) -> None:
    story = Story(plan(tier=Tier.DIRECT))
    story.do("sign", at("2026-07-01 08:30"))
    act = RaiseTier(to=Tier.ASSIGN, reason="It takes a survey of the canal.")
    story.do(act, at("2026-07-01 09:00"), by=ACTORS[role])

    assert at("2026-07-08 09:00") == story.due(HOLDER)


def test_a_request_that_the_office_grants_gives_the_time_of_the_new_tier() -> None:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))
    story.do(AskTier(to=Tier.SUPERVISE, reason="Three units."), at("2026-07-01 10:00"))
    given = Answer(part="tier_change-1", granted=True, reason="So it is.")
    story.do(given, at("2026-07-01 11:00"), by=SUPERVISOR)

    assert DUE < (story.due(HOLDER) or DUE)


def test_the_office_that_holds_a_case_gives_itself_no_time_by_raising_it() -> None:
    story = Story(replace(plan(tier=Tier.DIRECT), holder="office"))
    before = story.due(HOLDER)
    act = RaiseTier(to=Tier.ASSIGN, reason="It takes a survey.")
    story.do(act, at("2026-07-01 09:00"), by=SUPERVISOR)

    assert before == story.due(HOLDER)


def test_work_that_fails_twice_buys_no_time() -> None:
    story = Story(plan(tier=Tier.DIRECT))
    story.do("sign", at("2026-07-01 08:30"))
    for hour in (9, 10):
        story.do("resolve", at(f"2026-07-01 {hour:02}:00"))
        story.do(Verify(passed=False, note="Still there."), at(f"2026-07-01 {hour:02}:30"))

    assert Tier.ASSIGN is story.case.tier
    # Only the half hour of the first look did not count.
    assert at("2026-07-02 08:30") == story.due(HOLDER)


@pytest.mark.parametrize(("rules", "due"), [(2, "2026-07-08 10:00"), (3, "2026-07-06 10:00")])
def test_a_direct_case_is_handled_again_in_the_time_of_its_tier_or_of_handling_again(
    rules: int, due: str
) -> None:
    story = Story(replace(plan(tier=Tier.DIRECT), rules=rules))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-01 09:00"))
    act = Close(callback=Callback.UNSATISFIED, note="The stalls are back.")
    story.do(act, at("2026-07-01 10:00"))

    assert Tier.ASSIGN is story.case.tier
    assert at(due) == story.due(HOLDER)


def test_a_party_that_does_not_come_buys_no_time() -> None:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))
    story.do(_summon(), at("2026-07-01 10:00"))
    story.do(Serve(part="interview-1", evidence=(RECEIPT,)), at("2026-07-01 11:00"))
    story.do(NoShow(part="interview-1"), at("2026-07-02 10:00"))

    assert Tier.SUPERVISE is story.case.tier
    assert DUE == story.due(HOLDER)


def _summon() -> Summon:
    return Summon(whom="the owner", at=at("2026-07-02 09:00"), about="The stalls.")


def test_a_superiors_date_with_its_reserve_still_comes_earlier() -> None:
    order = SuperiorOrder("2026-13", "city", due_at=at("2026-07-06 18:00"))
    pinned = replace(plan(complaint(superior=order)), reserve=hours(16))
    story = Story(pinned)
    story.do("sign", at("2026-07-01 09:00"))
    act = AskTier(to=Tier.SUPERVISE, reason="Three units.")
    story.do(act, at("2026-07-01 10:00"))
    given = Answer(part="tier_change-1", granted=True, reason="So it is.")
    story.do(given, at("2026-07-01 11:00"), by=SUPERVISOR)

    assert at("2026-07-03 08:00") == story.due(HOLDER)


def test_a_unit_that_gets_its_case_back_by_way_of_another_has_the_time_it_had_left() -> None:
    story = Story()
    story.do(Return(reason="Not ours."), at("2026-07-01 10:00"))
    given = Answer(part="return-1", granted=True, reason="So it is.", unit="water")
    story.do(given, at("2026-07-01 11:00"), by=DISPATCHER)
    story.do(Return(reason="Nor ours."), at("2026-07-01 14:00"), by=WATER_HANDLER)
    ruled = Answer(part="ruling-1", granted=True, reason="The squad's.", unit="squad")
    story.do(ruled, at("2026-07-01 16:00"), by=OFFICE_LEADER)

    assert (Tier.ASSIGN, Stage.DISPATCHED, "squad") == story.where
    # Two hours were used before the return: 38 of 40 are left at 16:00.
    assert at("2026-07-08 12:00") == story.due(HOLDER)
    # And two of the four in which it signs.
    assert at("2026-07-01 18:00") == story.due(SIGN)


def test_a_unit_that_lost_its_case_during_a_suspension_goes_on_when_it_has_it_again() -> None:
    story = Story()
    story.do(Return(reason="Not ours."), at("2026-07-01 10:00"))
    rest = Suspend(reason="Frost.", measures="Warn.", until=at("2026-07-02 08:00"))
    story.do(rest, at("2026-07-01 10:00"), by=SUPERVISOR)
    given = Answer(part="return-1", granted=True, reason="So it is.", unit="water")
    story.do(given, at("2026-07-01 11:00"), by=DISPATCHER)
    story.wait(at("2026-07-02 08:01"))
    story.do(Return(reason="Nor ours."), at("2026-07-02 10:00"), by=WATER_HANDLER)
    ruled = Answer(part="ruling-1", granted=True, reason="The squad's.", unit="squad")
    story.do(ruled, at("2026-07-02 12:00"), by=OFFICE_LEADER)

    # 38 of 40 hours are left at noon of Thursday.
    assert at("2026-07-09 10:00") <= (story.due(HOLDER) or DUE)
    assert not story.clock(HOLDER).is_paused


def test_a_case_of_before_the_rule_gets_the_time_of_its_new_tier_as_before() -> None:
    story = Story(replace(plan(tier=Tier.DIRECT), rules=None))
    story.do("sign", at("2026-07-01 08:30"))
    act = RaiseTier(to=Tier.ASSIGN, reason="A permit has to be looked up.")
    story.do(act, at("2026-07-01 09:00"), by=ACTORS[Role.AUXILIARY])

    assert at("2026-07-08 09:00") == story.due(HOLDER)


def test_a_persons_summons_is_no_level_of_the_ladder() -> None:
    """A tool of handling. Of the ladder is the interview that a rung or silence leads to."""
    pinned = _summons_at_level_five()
    story = Story(pinned)
    story.do("sign", at("2026-07-01 09:00"))
    story.do(_summon(), at("2026-07-01 10:00"))
    facts = story.wait(at("2026-07-01 10:01"))

    assert ["summoned"] == rungs(facts, "interview-1")
    assert 0 == story.case.level


def test_an_interview_that_follows_a_letter_without_answer_is_level_five() -> None:
    story = Story(_summons_at_level_five())
    story.do("sign", at("2026-07-01 09:00"))
    story.do("issue_letter", at("2026-07-01 10:00"))
    facts = story.wait(at("2026-07-02 10:01"))

    assert [Tier.SUPERVISE] == [fact.to for fact in only(facts, TierRaised)]
    assert 5 == story.case.level
    assert DUE == story.due(HOLDER)


def _summons_at_level_five() -> CasePlan:
    pinned = plan(ladders=(CITIZEN_LADDER, PLATFORM_LADDER, FIVE_LEVELS))
    summons = ladder("summons", rung("summoned", 5, Action.TELL_UP, share=0))
    parts = tuple(
        replace(rule, ladder="summons") if rule.kind is PartKind.INTERVIEW else rule
        for rule in pinned.parts
    )
    return replace(pinned, ladders=(*pinned.ladders, summons), parts=parts)
