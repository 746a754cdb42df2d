"""Rows 12 to 14 and 39: direct, assign, supervise, and who may do what."""

from dataclasses import replace

from domain.case.closing.acts import Close, Resolve, Verify
from domain.case.closing.facts import CalledBack, Countersigned, Reworked
from domain.case.commands import Actor
from domain.case.dispatch.acts import Return
from domain.case.dispatch.facts import Dispatched
from domain.case.escalation.facts import DeadlineMissed
from domain.case.events import Fact
from domain.case.parts.facts import PartMoved, PartState
from domain.case.permissions import PERMISSIONS
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskExtension, AskReopening
from domain.case.supervision.facts import Circulated
from domain.case.tiers.acts import AskTier, RaiseTier
from domain.case.tiers.facts import TierRaised
from domain.sla.case_clocks import CALLBACK, CITIZEN, HOLDER, SIGN, VERIFY
from domain.sla.ladders import Action
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, LOOKUP, PHOTO, WATER_HANDLER, complaint, plan
from tests.town import CITIZEN_LADDER, PLATFORM_LADDER, at, hours, ladder, rung
from tests.unit.rows.story import Story, kinds, only

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
UNHAPPY = Close(callback=Callback.UNSATISFIED, note="The stalls are back.")
FAILED = Verify(passed=False, note="Still there.")
DONE = Resolve(result="Gone.", evidence=(PHOTO,))
AUXILIARY = ACTORS[Role.AUXILIARY]


def direct() -> Story:
    return Story(plan(tier=Tier.DIRECT))


def verified(story: Story, day: int = 1) -> Story:
    """Handled and looked at on one morning; a supervised case is signed for twice."""
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at(f"2026-07-0{day} 09:00"))
    if story.case.stage is Stage.RESOLVED:
        story.do("verify", at(f"2026-07-0{day} 09:00"), by=SUPERVISOR)
    return story


def test_row_12_direct_has_eight_hours_is_looked_at_and_asked_about() -> None:
    story = direct()
    assert at("2026-07-01 18:00") == story.due(HOLDER)
    story.do("sign", at("2026-07-01 08:30"))
    code, _ = story.refused(Resolve(result="Gone."), at("2026-07-01 09:00"))
    assert Refusal.MISSING_EVIDENCE is code
    story.do("resolve", at("2026-07-01 09:00"))
    assert at("2026-07-01 15:00") == story.due(VERIFY)  # four hours, lunch skipped
    assert Refusal.SAME_PERSON is story.refused("verify", at("2026-07-01 10:00"), by=_squad())[0]
    story.do("verify", at("2026-07-01 10:00"))
    assert at("2026-07-02 10:00") == story.due(CALLBACK)
    assert ["closed"] == kinds(story.do("close", at("2026-07-01 11:00")))
    assert ["archived"] == kinds(story.wait(at("2026-08-01 08:00")))
    assert Stage.ARCHIVED is story.case.stage


def _squad() -> Actor:
    return Actor("hu", Role.VERIFIER, "squad")


def test_row_12_direct_that_cannot_be_done_on_the_spot_is_assigned_with_the_reason() -> None:
    story = direct()
    story.do("sign", at("2026-07-01 08:30"), by=AUXILIARY)
    rise = RaiseTier(to=Tier.ASSIGN, reason="A permit has to be looked up.")
    facts = story.do(rise, at("2026-07-01 09:00"), by=AUXILIARY)

    raised = TierRaised(to=Tier.ASSIGN, reason=rise.reason, held_to=Tier.DIRECT)
    assert [raised] == facts[:1]
    assert (Tier.ASSIGN, Stage.DISPATCHED, "squad") == story.where
    assert at("2026-07-01 18:00") == story.due(HOLDER)  # raising buys no time


def test_row_12_direct_is_assigned_when_it_fails_twice() -> None:
    story = direct()
    story.do("sign", at("2026-07-01 08:30"))
    facts: list[Fact] = []
    for hour in (9, 10):
        story.do("resolve", at(f"2026-07-01 {hour:02}:00"))
        facts = story.do(FAILED, at(f"2026-07-01 {hour:02}:30"))

    assert ["reworked", "tier_raised", "dispatched"] == kinds(facts)
    assert (Tier.ASSIGN, Stage.DISPATCHED, "squad") == story.where


def test_row_12_direct_is_assigned_when_half_its_time_has_passed_again() -> None:
    steps = (rung("red", 2, share=100), rung("up", 3, Action.RAISE_TIER, after=hours(4)))
    ladders = (CITIZEN_LADDER, PLATFORM_LADDER, ladder("holder", *steps))
    story = Story(plan(tier=Tier.DIRECT, ladders=ladders))
    for kind in ("sign", "progress"):
        story.do(kind, at("2026-07-01 08:30"))
    facts = story.wait(at("2026-07-02 12:01"))

    assert DeadlineMissed(clock=HOLDER, due_at=at("2026-07-01 18:00"), units=("squad",)) in facts
    assert [Tier.ASSIGN] == [fact.to for fact in only(facts, TierRaised)]
    assert (Tier.ASSIGN, Stage.DISPATCHED, "squad") == story.where


def test_row_13_assign_signs_within_four_hours_of_dispatch_over_the_weekend() -> None:
    story = Story(plan(complaint(reported_at=at("2026-07-03 17:30"))), at("2026-07-03 17:30"))
    assert at("2026-07-06 11:30") == story.due(SIGN)  # Friday 17:30 and four hours
    facts = story.wait(at("2026-07-06 11:31"))

    assert DeadlineMissed(clock=SIGN, due_at=at("2026-07-06 11:30"), units=("squad",)) in facts
    assert 2 == story.case.level


def test_row_13_assign_first_return_is_answered_by_the_platform_and_refused_by_default() -> None:
    story = Story()
    story.do("return", at("2026-07-01 09:00"))
    assert story.due(HOLDER) is None
    assert at("2026-07-01 15:00") == story.due("return-1")
    citizen = story.due(CITIZEN)
    assert Refusal.ALREADY_ASKED is story.refused("sign", at("2026-07-01 10:00"))[0]
    facts = story.wait(at("2026-07-01 15:01"))

    assert PartState.REFUSED is story.part("return-1").state
    assert "nobody answered in time; by default refused" in [m.note for m in only(facts, PartMoved)]
    assert (Tier.ASSIGN, Stage.DISPATCHED, "squad") == story.where
    assert citizen == story.due(CITIZEN)  # the promise did not wait
    # Four hours were not the squad's; the engine woke a moment later, so it is after lunch.
    assert at("2026-07-08 14:00") == _minute(story, HOLDER)


def _minute(story: Story, clock: str) -> object:
    moment = story.due(clock)
    return moment and moment.replace(second=0, microsecond=0)


def test_row_13_assign_granted_return_starts_the_new_unit_anew() -> None:
    story = Story()
    story.do("return", at("2026-07-01 09:00"))
    given = Answer(part="return-1", granted=True, reason="The bank is theirs.", unit="water")
    facts = story.do(given, at("2026-07-01 11:00"))

    assert ["part_moved", "returned", "dispatched"] == kinds(facts)
    assert at("2026-07-08 11:00") == story.due(HOLDER)
    assert at("2026-07-01 17:00") == story.due(SIGN)


def test_row_13_assign_second_return_forces_a_ruling_and_there_is_no_third() -> None:
    story = Story()
    story.do("return", at("2026-07-01 09:00"))
    given = Answer(part="return-1", granted=True, reason="The bank is theirs.", unit="water")
    story.do(given, at("2026-07-01 09:30"))
    story.do(Return(reason="It is not."), at("2026-07-01 10:00"), by=WATER_HANDLER)
    ruled = Answer(part="ruling-1", granted=False, reason="It is theirs.")
    assert Refusal.WRONG_ROLE is story.refused(ruled, at("2026-07-01 11:00"))[0]  # a dispatcher
    facts = story.do(ruled, at("2026-07-01 11:00"), by=SUPERVISOR)

    assert [("water", True)] == [(f.unit, f.designated) for f in only(facts, Dispatched)]
    code, _ = story.refused("return", at("2026-07-01 11:30"), by=WATER_HANDLER)
    assert Refusal.DESIGNATED is code
    # Also in the next tier the designated unit stays designated.
    story.do("raise_tier", at("2026-07-01 11:40"))
    code, _ = story.refused("return", at("2026-07-01 11:45"), by=WATER_HANDLER)
    assert Refusal.DESIGNATED is code


def test_row_13_assign_dispute_that_nobody_rules_on_goes_to_the_leading_group() -> None:
    story = Story()
    story.do("return", at("2026-07-01 09:00"))
    given = Answer(part="return-1", granted=True, reason="The bank is theirs.", unit="water")
    story.do(given, at("2026-07-01 09:30"))
    story.do(Return(reason="It is not."), at("2026-07-01 10:00"), by=WATER_HANDLER)
    story.wait(at("2026-07-01 16:01"))

    assert Tier.SUPERVISE is story.case.tier
    assert story.case.open_parts() == ()


def test_row_13_assign_extension_is_asked_before_and_granted_by_another() -> None:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"))
    ask = AskExtension(hours=16, reason="Rain.")
    too_much = AskExtension(hours=41, reason="Rain.")
    assert Refusal.TOO_MUCH is story.refused(too_much, at("2026-07-02 09:00"))[0]
    story.do(ask, at("2026-07-02 09:00"))
    assert Refusal.ALREADY_ASKED is story.refused(ask, at("2026-07-02 09:30"))[0]
    yes = Answer(part="extension-1", granted=True, reason="It rains.")
    story.do(yes, at("2026-07-02 10:00"), by=SUPERVISOR)

    assert at("2026-07-09 18:00") == story.due(HOLDER)  # two more working days
    code, words = story.refused(ask, at("2026-07-09 18:01"))
    assert Refusal.TOO_LATE == code
    assert "asked for before" in words


def test_row_13_assign_not_satisfied_is_handled_again_in_three_days_then_supervised() -> None:
    story = verified(Story())
    facts = story.do(UNHAPPY, at("2026-07-01 10:00"))
    assert [Reworked(reason=UNHAPPY.note, dissatisfied=True)] == only(facts, Reworked)
    assert at("2026-07-06 10:00") == story.due(HOLDER)  # twenty-four hours
    story.do("sign", at("2026-07-02 08:30"))
    story.do("resolve", at("2026-07-02 09:00"))
    story.do("verify", at("2026-07-02 09:30"))
    facts = story.do(UNHAPPY, at("2026-07-02 10:00"))

    assert ["called_back", "circulated", "tier_raised", "dispatched"] == kinds(facts)
    assert [("squad", 4)] == [(fact.unit, fact.level) for fact in only(facts, Circulated)]
    assert 4 == story.case.level
    assert Tier.SUPERVISE is story.case.tier


def test_row_13_assign_citizen_is_called_three_times_before_not_reached_counts() -> None:
    story = verified(Story())
    missing = Close(callback=Callback.NOT_REACHED)
    for hour in (10, 14):
        assert ["called_back"] == kinds(story.do(missing, at(f"2026-07-01 {hour}:00")))
    assert ["closed"] == kinds(story.do(missing, at("2026-07-02 10:00")))


def test_row_13_assign_closed_case_is_reopened_and_the_promise_goes_on_where_it_stood() -> None:
    story = verified(Story())
    story.do("close", at("2026-07-01 10:00"))
    story.do(AskReopening(reason="They are back."), at("2026-07-02 09:00"))
    yes = Answer(part="reopening-1", granted=True, reason="So they are.")
    story.do(yes, at("2026-07-02 10:00"), by=SUPERVISOR)

    assert (Tier.ASSIGN, Stage.DISPATCHED, "squad") == story.where
    # Sixty-four hours, of which two were used: from Thursday 10:00, eight working days less two.
    assert at("2026-07-13 18:00") == story.due(CITIZEN)


def test_row_14_supervise_needs_two_signatures_of_which_one_is_the_office() -> None:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("resolve", at("2026-07-01 10:00"))
    assert [Countersigned(note="They are gone.")] == story.do("verify", at("2026-07-01 10:30"))
    again = story.refused("verify", at("2026-07-01 10:40"))
    other = story.refused("verify", at("2026-07-01 10:40"), by=ACTORS[Role.DISPATCHER])
    assert Refusal.SAME_PERSON == again[0]
    assert Refusal.WRONG_ROLE == other[0]
    story.do("verify", at("2026-07-01 11:00"), by=LEADER)

    assert Stage.VERIFIED is story.case.stage


def test_row_14_supervise_leading_group_decides_once_whether_the_citizen_is_right() -> None:
    story = verified(Story(plan(tier=Tier.SUPERVISE)))
    facts = story.do(UNHAPPY, at("2026-07-01 10:00"))
    assert ["called_back", "part_opened"] == kinds(facts)
    assert isinstance(facts[0], CalledBack)
    # The hotline has called; nothing but the answer moves the case now.
    assert not story.clock(CALLBACK).is_running
    code, words = story.refused(UNHAPPY, at("2026-07-01 10:05"))
    assert Refusal.ALREADY_ASKED == code
    assert words.startswith("dissatisfaction-1 is still")
    no = Answer(part="dissatisfaction-1", granted=False, reason="All was done that can be.")
    story.do(no, at("2026-07-01 11:00"), by=LEADER)

    assert Stage.CLOSED is story.case.stage


def test_row_14_supervise_is_lowered_by_a_granted_request_and_not_by_raise_tier() -> None:
    pinned = plan(tier=Tier.SUPERVISE)
    story = Story(replace(pinned, levels=pinned.levels[-1:]))
    story.do("sign", at("2026-07-01 09:00"))
    down = RaiseTier(to=Tier.ASSIGN, reason="One bureau.")
    code, _ = story.refused(down, at("2026-07-01 09:20"), by=SUPERVISOR)
    assert Refusal.TIER_NOT_HIGHER is code
    story.do(AskTier(to=Tier.ASSIGN, reason="One bureau."), at("2026-07-01 09:30"))
    assert Tier.SUPERVISE is story.case.tier
    yes = Answer(part="tier_change-1", granted=True, reason="One will do.")
    unknown = replace(LOOKUP, plan=None)
    code, words = story.refused(yes, at("2026-07-01 10:00"), by=SUPERVISOR, lookup=unknown)
    assert Refusal.UNKNOWN_POLICY == code
    assert "no limits for assign" in words
    story.do(yes, at("2026-07-01 10:00"), by=SUPERVISOR)

    assert (Tier.ASSIGN, Stage.DISPATCHED, "squad") == story.where
    assert at("2026-07-08 10:00") == story.due(HOLDER)


def test_row_39_role_limits_auxiliary_works_on_the_spot_and_neither_penalises_nor_closes() -> None:
    story = Story()
    story.do("sign", at("2026-07-01 09:00"), by=AUXILIARY)
    story.do("progress", at("2026-07-01 09:10"), by=AUXILIARY)
    for kind in ("file_penalty", "return", "ask_extension", "decline_filing", "resolve", "close"):
        code, words = story.refused(kind, at("2026-07-01 10:00"), by=AUXILIARY)
        assert code in {Refusal.WRONG_ROLE, Refusal.WRONG_STAGE}, kind
        assert words
    for kind in ("file_penalty", "advance_penalty", "order_rectification", "verify", "close"):
        assert Role.AUXILIARY not in PERMISSIONS[kind].roles, kind
    on_the_spot = direct()
    on_the_spot.do("sign", at("2026-07-01 09:00"), by=AUXILIARY)
    assert ["resolved"] == kinds(on_the_spot.do(DONE, at("2026-07-01 10:00"), by=AUXILIARY))
