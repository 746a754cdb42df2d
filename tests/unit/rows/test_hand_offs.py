"""A case is handed on only by those whose business it is, and no hand-off buys time."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close
from domain.case.commands import Actor
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.joint_work.acts import Hold, Opinion, Resolution
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import Appoint
from domain.case.tiers.acts import AskTier, RaiseTier
from domain.planning.plans import RULES
from domain.sla.case_clocks import HOLDER
from domain.sla.ladders import Action
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.acts import MINUTES, SCAN, WATER_CAME
from tests.builders import ACTORS, WATER_HANDLER, plan
from tests.town import CITIZEN_LADDER, PLATFORM_LADDER, at, hours, ladder, rung
from tests.unit.rows.story import Story

HANDLER, DISPATCHER = ACTORS[Role.HANDLER], ACTORS[Role.DISPATCHER]
SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
NINE, MET, LATER = at("2026-07-01 09:00"), at("2026-07-02 10:00"), at("2026-07-02 11:00")
CAME = ("squad", "water")
HELD = Hold(
    part="conference-1", minutes="Agreed.", evidence=(MINUTES,), present=CAME, came=WATER_CAME
)
ALONE = replace(HELD, present=("squad",), came=None)
TASK = (Resolution("water", "Clear the drain."),)
RETURNED = Return(reason="Not ours.")


def convened(tier: Tier = Tier.SUPERVISE, rules: int | None = RULES) -> Story:
    story = Story(replace(plan(tier=tier), rules=rules))
    story.do("sign", NINE)
    story.do("convene", NINE)
    return story


def contested(tier: Tier = Tier.ASSIGN, rules: int | None = RULES) -> Story:
    story = Story(replace(plan(tier=tier), rules=rules))
    story.do(RETURNED, NINE)
    return story


# --- A conference.


@pytest.mark.parametrize("binding", [{"tasks": TASK}, {"lead": "water"}])
def test_a_conference_binds_no_unit_that_neither_came_nor_wrote(binding: dict[str, object]) -> None:
    story = convened()
    story.do(ALONE, MET)
    again = story.part("conference-1").until or MET
    code, words = story.refused(replace(ALONE, evidence=(SCAN,), **binding), again, by=SUPERVISOR)  # type: ignore[arg-type]

    assert Refusal.NO_QUORUM is code
    assert "water neither came nor wrote" in words


@pytest.mark.parametrize("binding", [{"tasks": TASK}, {"lead": "water"}])
def test_a_written_opinion_is_enough_to_be_bound(binding: dict[str, object]) -> None:
    story = convened()
    wrote = replace(ALONE, written=(Opinion("water", "feng", SCAN),), **binding)  # type: ignore[arg-type]
    story.do(wrote, MET, by=SUPERVISOR)

    assert PartState.DONE is story.part("conference-1").state


@pytest.mark.parametrize("role", [Role.HANDLER, Role.UNIT_HEAD])
def test_the_holder_does_not_hand_its_case_on_by_minutes_of_its_own(role: Role) -> None:
    story = convened()
    code, words = story.refused(replace(HELD, lead="water"), MET, by=ACTORS[role])

    assert Refusal.WRONG_ROLE is code
    assert "squad does not hand the case on itself" in words


def test_a_dispatcher_of_the_holders_own_unit_does_not_hand_its_case_on() -> None:
    story = convened()
    own = Actor("hu", Role.DISPATCHER, "platform", own_unit="squad")
    code, _ = story.refused(replace(HELD, lead="water"), MET, by=own)

    assert Refusal.WRONG_ROLE is code


@pytest.mark.parametrize("by", [SUPERVISOR, LEADER])
def test_the_office_holds_a_conference_with_another_lead(by: Actor) -> None:
    story = convened()
    story.do(replace(HELD, lead="water"), MET, by=by)

    assert "water" == story.case.holder


def test_a_holder_may_say_that_it_stays_the_lead() -> None:
    story = convened()
    story.do(replace(HELD, lead="squad"), MET, by=HANDLER)

    assert story.case.designated


def test_a_conference_of_before_the_rule_is_held_as_before() -> None:
    story = convened(rules=None)
    story.do(replace(ALONE, opinions=("water",), lead="office"), MET, by=HANDLER)

    assert "office" == story.case.holder


def test_the_platform_leads_above_direct_by_no_door() -> None:
    held = replace(HELD, present=(*CAME, "platform"), lead="platform")
    refusals = [
        convened().refused(held, MET, by=SUPERVISOR),
        convened().refused(Appoint(lead="platform", instruction="You."), MET, by=SUPERVISOR),
        contested().refused(
            Answer(part="return-1", granted=True, reason="Ours.", unit="platform"),
            NINE,
            by=DISPATCHER,
        ),
    ]

    assert [Refusal.NO_POWER] * 3 == [code for code, _ in refusals]


def test_the_platform_may_have_a_direct_case() -> None:
    story = Story(plan(tier=Tier.DIRECT))
    story.do(RETURNED, NINE)
    answer = Answer(part="return-1", granted=True, reason="At the desk.", unit="platform")
    story.do(answer, NINE, by=DISPATCHER)

    assert "platform" == story.case.holder


def rehandled() -> Story:
    """In assign, the citizen was not satisfied: the squad has 24 hours to do it once more."""
    story = Story()
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, NINE)
    story.do(Close(callback=Callback.UNSATISFIED, note="Back."), NINE)
    return story


def test_a_case_that_is_handled_again_stays_so_with_another_lead() -> None:
    story = rehandled()
    story.do("convene", NINE)
    story.do(replace(HELD, lead="water"), MET, by=SUPERVISOR)

    assert story.case.rehandled
    assert at("2026-07-07 10:00") == story.due(HOLDER)  # 24 working hours, not 40


def test_a_case_that_is_handled_again_and_then_raised_stays_so() -> None:
    story = rehandled()
    story.do("sign", NINE)
    raised = RaiseTier(to=Tier.SUPERVISE, reason="Three units.")
    story.do(raised, at("2026-07-01 10:00"), by=DISPATCHER)
    code, _ = story.refused(RETURNED, at("2026-07-01 10:30"))

    assert story.case.rehandled
    assert Refusal.RETURN_TOO_LATE is code


def test_a_second_dissatisfaction_has_the_time_of_the_tier_above() -> None:
    story = rehandled()
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, NINE)
    story.do(Close(callback=Callback.UNSATISFIED, note="Back."), NINE)

    assert (Tier.SUPERVISE, Stage.DISPATCHED, "squad") == story.where
    assert not story.case.rehandled
    assert at("2026-07-22 09:00") == story.due(HOLDER)  # 120 working hours


# --- While a return or a ruling waits.


def test_no_tier_is_raised_while_a_return_waits_for_its_answer() -> None:
    story = contested()
    act = RaiseTier(to=Tier.SUPERVISE, reason="Three units.")
    refusals = [story.refused(act, NINE, by=by) for by in (DISPATCHER, SUPERVISOR, LEADER)]
    direct = contested(Tier.DIRECT)
    refusals.append(direct.refused(act, NINE, by=HANDLER))

    assert {Refusal.ALREADY_ASKED} == {code for code, _ in refusals}
    assert refusals[0][1].startswith("return-1 is still waiting for its answer")
    assert story.part("return-1").is_open


def test_no_tier_is_raised_while_a_ruling_waits_for_its_answer() -> None:
    story = contested()
    granted = Answer(part="return-1", granted=True, reason="So it is.", unit="water")
    story.do(granted, NINE, by=DISPATCHER)
    story.do(Return(reason="Nor ours."), NINE, by=WATER_HANDLER)
    code, words = story.refused("raise_tier", NINE)

    assert Refusal.ALREADY_ASKED is code
    assert words.startswith("ruling-1 is still waiting for its answer")
    story.do(Answer(part="ruling-1", granted=True, reason="Theirs.", unit="water"), NINE, by=LEADER)
    story.do("raise_tier", NINE)


@pytest.mark.parametrize("to", [Tier.DIRECT, Tier.SUPERVISE])
def test_another_tier_is_not_granted_while_a_return_waits_for_its_answer(to: Tier) -> None:
    story = Story()
    story.do(AskTier(to=to, reason="It is."), NINE)
    story.do(RETURNED, NINE)
    granted = Answer(part="tier_change-1", granted=True, reason="So it is.")
    code, _ = story.refused(granted, NINE, by=SUPERVISOR)
    story.do(replace(granted, granted=False), NINE, by=SUPERVISOR)

    assert Refusal.ALREADY_ASKED is code
    assert story.part("return-1").is_open


@pytest.mark.parametrize("lead", ["squad", "water"])
def test_no_lead_is_named_while_a_return_waits_for_its_answer(lead: str) -> None:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("convene", NINE)
    story.do(RETURNED, MET)
    appointed = Appoint(lead=lead, instruction="You.")
    codes = {
        story.refused(act, MET, by=SUPERVISOR)[0] for act in (appointed, replace(HELD, lead=lead))
    }
    story.do(Answer(part="return-1", granted=False, reason="No."), MET, by=DISPATCHER)
    story.do(appointed, MET, by=SUPERVISOR)

    assert {Refusal.ALREADY_ASKED} == codes
    assert lead == story.case.holder


def test_a_return_of_before_the_rule_is_overtaken_by_another_tier_as_before() -> None:
    story = contested(rules=None)
    story.do("raise_tier", NINE)

    assert PartState.LAPSED is story.part("return-1").state


# --- The first signature.


@pytest.mark.parametrize("by", [DISPATCHER, SUPERVISOR])
def test_the_window_to_return_does_not_open_again_by_a_raise(by: Actor) -> None:
    story = Story()
    story.do("sign", NINE)
    late = at("2026-07-02 10:00")  # nine working hours after the signature
    story.do(RaiseTier(to=Tier.SUPERVISE, reason="Three units."), late, by=by)
    unsigned, _ = story.refused(RETURNED, late)
    story.do("sign", late)
    signed, _ = story.refused(RETURNED, late)

    assert [Refusal.RETURN_TOO_LATE] * 2 == [unsigned, signed]


def test_the_window_to_return_does_not_open_again_by_a_clock() -> None:
    raising = ladder("holder", rung("raise", 5, Action.RAISE_TIER, share=100))
    story = Story(plan(ladders=(CITIZEN_LADDER, PLATFORM_LADDER, raising)))
    story.do("sign", NINE)
    story.do("progress", NINE)
    story.wait(at("2026-07-07 18:01"))
    code, _ = story.refused(RETURNED, at("2026-07-07 18:01"))

    assert Tier.SUPERVISE is story.case.tier
    assert Refusal.RETURN_TOO_LATE is code


def test_a_unit_that_had_not_signed_may_return_the_case_after_a_raise() -> None:
    story = Story()
    story.do("raise_tier", NINE)
    story.do("sign", LATER)
    story.do(RETURNED, LATER + hours(1))

    assert story.part("return-1").is_open


def test_another_unit_has_a_window_of_its_own() -> None:
    story = Story()
    story.do("sign", NINE)
    story.do(RETURNED, NINE)
    granted = Answer(part="return-1", granted=True, reason="So it is.")
    story.do(granted, at("2026-07-01 12:00"), by=DISPATCHER)
    story.do(Dispatch(unit="water"), MET)
    story.do("sign", LATER, by=WATER_HANDLER)
    story.do(Return(reason="Nor ours."), LATER, by=WATER_HANDLER)

    assert story.part("ruling-1").is_open


def test_a_case_of_before_the_rule_counts_its_last_signature() -> None:
    story = Story(replace(plan(), rules=None))
    story.do("sign", NINE)
    story.do("raise_tier", MET)
    story.do(RETURNED, MET)

    assert story.part("return-1").is_open
