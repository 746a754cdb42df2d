"""Domain.md 1.2 and section 2, "ASSIGN re-handle": signed, answered and done once more, in less."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close, Verify
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.refusals import Refusal
from domain.case.repinning.acts import Repin
from domain.case.requests.acts import Answer, AskExtension, AskReopening
from domain.planning.planner import plan as planned
from domain.planning.planner import plan_under_new_policy
from domain.planning.plans import CasePlan
from domain.policy.model import Policy
from domain.sla.case_clocks import CITIZEN, FIRST, HOLDER, SIGN
from domain.sla.ladders import Action
from domain.vocabulary import Callback, Role, Stage, Tier, Urgency
from packs import shipped_packs
from runtime.wiring.packs import HOLIDAYS
from schemas.packs.policy import PolicyFile
from store.packs.loader import load_pack
from tests.builders import ACTORS, LOOKUP, complaint, plan
from tests.town import at, hours
from tests.unit.rows.story import Story, only

UNHAPPY = Close(callback=Callback.UNSATISFIED, note="The stalls are back.")
SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
UNIT_HEAD = ACTORS[Role.UNIT_HEAD]
PACKS = {pack.name: load_pack(pack, HOLIDAYS) for pack in shipped_packs()}


def pinned(policy: Policy, urgency: Urgency, category: str | None = None) -> CasePlan:
    """What the pack makes of a matter of one department; here it is the squad's."""
    found = category or next(each.id for each in policy.categories if each.tier is Tier.ASSIGN)
    made = planned(policy, complaint(category=found, urgency=urgency))
    assert made.tier is Tier.ASSIGN
    return replace(made, holder="squad", evidence=1)


def unhappy(plan_of: CasePlan) -> Story:
    """Done and looked at on Wednesday morning; at ten the citizen says no."""
    story = Story(plan_of)
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-01 09:00"))
    story.do(UNHAPPY, at("2026-07-01 10:00"))
    return story


TABLE = [
    # Working hours are 08:00-12:00 and 14:00-18:00; from Wednesday 10:00 on there are six left,
    # eight on Thursday, eight on Friday. Town: 2, 4 and 24 hours (domain.md, section 2).
    ("youchegang", "critical", "07-01 10:30", "07-01 12:00", "07-02 10:00"),  # day and night
    ("youchegang", "urgent", "07-01 12:00", "07-01 16:00", "07-03 10:00"),  # 16 h the first time
    ("youchegang", "normal", "07-01 12:00", "07-01 16:00", "07-06 10:00"),  # 6 + 8 + 8 + 2
    ("youchegang", "complex", "07-01 12:00", "07-01 16:00", "07-06 10:00"),
]


@pytest.mark.parametrize(("pack", "urgency", "sign", "first", "resolve"), TABLE)
def test_assign_rehandle_has_two_four_and_twenty_four_hours_or_less_where_it_had_less(
    pack: str, urgency: str, sign: str, first: str, resolve: str
) -> None:
    story = unhappy(pinned(PACKS[pack], Urgency(urgency), "construction-waste"))

    assert (Tier.ASSIGN, Stage.DISPATCHED, "squad") == story.where
    due = [story.due(clock) for clock in (SIGN, FIRST, HOLDER)]
    assert [at(f"2026-{each}") for each in (sign, first, resolve)] == due


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("pack", sorted(PACKS))
def test_assign_rehandle_never_has_more_than_the_first_time(pack: str, urgency: Urgency) -> None:
    made = pinned(PACKS[pack], urgency)
    again = unhappy(made)
    first = Story(made, at("2026-07-01 10:00"))

    for clock in (SIGN, FIRST, HOLDER):
        assert again.clock(clock).budget <= first.clock(clock).budget


def test_assign_rehandle_is_signed_for_answered_and_done_before_it_is_looked_at_again() -> None:
    story = unhappy(plan())
    assert Refusal.WRONG_STAGE is story.refused("resolve", at("2026-07-01 10:30"))[0]
    code, words = story.refused("return", at("2026-07-01 10:30"))
    assert Refusal.RETURN_TOO_LATE == code
    assert "handled the case before" in words
    story.do("sign", at("2026-07-01 11:00"))
    story.do("progress", at("2026-07-01 11:30"))
    story.do("resolve", at("2026-07-01 12:00"))
    story.do("verify", at("2026-07-01 14:30"))

    assert ["closed"] == [f.kind for f in story.do("close", at("2026-07-01 15:00"))]


def test_assign_rehandle_that_nobody_signs_for_is_late_and_its_head_hears_of_it() -> None:
    story = unhappy(replace(plan(), rehandle_sign=hours(2), rehandle_first=hours(4)))
    promise = story.due(CITIZEN)
    facts = story.wait(at("2026-07-01 16:01"))

    missed = [(f.clock, f.due_at) for f in only(facts, DeadlineMissed)]
    assert [(SIGN, at("2026-07-01 12:00")), (FIRST, at("2026-07-01 16:00"))] == missed
    urged = [r for r in only(facts, RungReached) if (r.clock, r.rung) == (SIGN, "red")]
    assert [["zhao"]] == [[person.person for person in r.told] for r in urged]
    assert promise == story.due(CITIZEN)  # the promise did not begin anew


def test_assign_rehandle_keeps_its_limits_under_another_policy_and_through_a_failed_look() -> None:
    town = PACKS["youchegang"]
    made = pinned(town, Urgency.NORMAL, "construction-waste")
    story = unhappy(made)
    anew = replace(
        plan_under_new_policy(replace(town, hash="sha256:next"), made, Tier.ASSIGN), holder="squad"
    )
    anew = replace(anew, evidence=1)
    repin = Repin(policy="sha256:next", reason="A new year.")
    lookup = replace(LOOKUP, plan=anew)
    story.do(repin, at("2026-07-01 10:30"), by=SUPERVISOR, lookup=lookup)
    assert [at("2026-07-01 12:00"), at("2026-07-06 10:00")] == [story.due(SIGN), story.due(HOLDER)]

    story.do("sign", at("2026-07-01 11:00"))
    story.do("resolve", at("2026-07-01 11:00"), by=UNIT_HEAD)
    story.do(Verify(passed=False, note="Still there."), at("2026-07-01 12:00"))
    assert at("2026-07-06 11:00") == story.due(HOLDER)  # an hour of looking is not the squad's


def test_the_head_of_the_unit_reports_the_new_result_where_the_policy_says_so() -> None:
    story = unhappy(replace(plan(), rehandle_by_head=True))
    story.do("sign", at("2026-07-01 11:00"))
    code, words = story.refused("resolve", at("2026-07-01 12:00"))
    facts = story.do("resolve", at("2026-07-01 12:00"), by=UNIT_HEAD)

    assert code is Refusal.WRONG_ROLE
    assert "the head of the unit" in words
    assert [fact.kind for fact in facts][-1] == "resolved"


def test_the_first_time_every_regular_officer_reports_the_result() -> None:
    story = Story(replace(plan(), rehandle_by_head=True))
    story.do("sign", at("2026-07-01 11:00"))

    assert story.do("resolve", at("2026-07-01 12:00"))


def test_assign_rehandle_ends_in_the_next_tier_whose_limits_are_the_usual() -> None:
    story = unhappy(replace(plan(), rehandle_sign=hours(2), rehandle_first=hours(4)))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at("2026-07-01 11:00"))
    story.do(UNHAPPY, at("2026-07-01 11:30"))

    assert (Tier.SUPERVISE, Stage.DISPATCHED, "squad") == story.where
    assert at("2026-07-01 17:30") == story.due(SIGN)  # four hours, lunch skipped
    assert not story.case.rehandled


def test_assign_rehandle_is_warned_at_two_thirds_and_gets_no_extension() -> None:
    """Domain.md, section 2: amber 66 %, extension none."""
    for urgency in Urgency:
        story = unhappy(pinned(PACKS["youchegang"], urgency, "construction-waste"))
        clock = story.clock(HOLDER)
        story.do("sign", at("2026-07-01 10:05"))

        amber = story.case.plan.ladder(clock.ladder).rungs[0]
        assert amber.action == Action.WARN
        assert amber.share == 66
        code, said = story.refused(AskExtension(hours=1, reason="Rain."), at("2026-07-01 10:10"))
        assert code is Refusal.LIMIT_REACHED
        assert "handled again" in said


def test_assign_rehandle_is_as_the_first_time_where_the_policy_says_no_more() -> None:
    story = unhappy(plan())
    first = Story(plan())

    assert story.clock(HOLDER).ladder == first.clock(HOLDER).ladder
    story.do("sign", at("2026-07-01 10:05"))
    story.do(AskExtension(hours=1, reason="Rain."), at("2026-07-01 10:10"))


def test_rehandle_in_the_next_tier_has_the_usual_ladder() -> None:
    made = replace(pinned(PACKS["youchegang"], Urgency.NORMAL), tier=Tier.SUPERVISE)
    spec = made.spec_again(Tier.SUPERVISE, HOLDER)
    usual = made.spec(Tier.SUPERVISE, HOLDER)

    assert spec is not None
    assert usual is not None
    assert spec.ladder == usual.ladder


def test_supervise_rehandle_that_the_leading_group_grants_has_the_same_limits() -> None:
    pinned_ = replace(plan(tier=Tier.SUPERVISE), rehandle_sign=hours(2), rehandle_first=hours(4))
    story = Story(pinned_)
    for kind, by in (("sign", None), ("resolve", None), ("verify", None), ("verify", SUPERVISOR)):
        story.do(kind, at("2026-07-01 09:00"), by=by)
    story.do(UNHAPPY, at("2026-07-01 09:00"))
    yes = Answer(part="dissatisfaction-1", granted=True, reason="They are right.")
    story.do(yes, at("2026-07-01 10:00"), by=LEADER)

    assert (Tier.SUPERVISE, Stage.DISPATCHED, "squad") == story.where
    assert at("2026-07-01 12:00") == story.due(SIGN)
    assert at("2026-07-06 10:00") == story.due(HOLDER)


def test_a_reopened_case_is_no_rehandle() -> None:
    story = unhappy(replace(plan(), rehandle_sign=hours(2)))
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, at("2026-07-01 11:00"))
    story.do(AskReopening(reason="They are back."), at("2026-07-02 09:00"))
    yes = Answer(part="reopening-1", granted=True, reason="So they are.")
    story.do(yes, at("2026-07-02 10:00"), by=SUPERVISOR)

    assert at("2026-07-02 16:00") == story.due(SIGN)


HEAD = {
    "tenant": "town",
    "name": "镇",
    "name_en": "Town",
    "zone": "Asia/Shanghai",
    "platform": "desk",
    "office": "office",
    "return_window": "8h",
}


@pytest.mark.parametrize(
    ("written", "resolve", "sign", "first"),
    [
        ({}, hours(24), None, None),
        ({"rehandle": "16h"}, hours(16), None, None),
        ({"rehandle": {"resolve": "16h"}}, hours(16), None, None),
        ({"rehandle": {"sign": "2h"}}, hours(24), hours(2), None),
        (
            {"rehandle": {"sign": "2h", "first": "4h", "resolve": "20h"}},
            hours(20),
            hours(2),
            hours(4),
        ),
    ],
)
def test_rehandle_may_be_one_time_or_three(
    written: dict[str, object], resolve: object, sign: object, first: object
) -> None:
    entry = PolicyFile.model_validate({**HEAD, **written}).rehandle

    assert resolve == entry.resolve
    assert sign == entry.sign
    assert first == entry.first
