"""The short ways of a desk that wants good figures, each refused with what to do instead."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate
from domain.case.citizen.facts import Rated
from domain.case.closing.acts import Close, Resolve, Verify, Withdraw
from domain.case.dispatch.acts import Dispatch
from domain.case.joint_work.acts import Report, SendCheck
from domain.case.refusals import Refusal
from domain.case.registration.acts import Settle, Triage
from domain.case.requests.acts import Answer, AskReopening
from domain.complaints import Complaint
from domain.planning.planner import plan as planned
from domain.planning.plans import RULES
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Callback, Channel, Role, Stage, Tier
from tests.builders import ACTORS, PHOTO, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story, only
from tests.unit.triages import NINE, TOWN, complaint, looked_up, triaged, unsorted

SUPERVISOR, HOTLINE = ACTORS[Role.SUPERVISOR], ACTORS[Role.HOTLINE]
TEN = at("2026-07-01 10:00")
WITHDRAW = Withdraw(reason="The citizen called.")


@pytest.mark.parametrize("tier", [Tier.ASSIGN, Tier.SUPERVISE])
def test_the_desk_names_no_tier_above_that_of_the_rules(tier: Tier) -> None:
    story = unsorted()
    act = Triage(category="manhole-missing", tier=tier, reason="Large.")
    code, words = story.refused(act, NINE, lookup=looked_up(story, act))
    story.do(act, NINE, by=SUPERVISOR, lookup=looked_up(story, act))

    assert code is Refusal.WRONG_TIER
    assert "by the rules manhole-missing is direct; leave out tier, and raise_tier then" in words
    assert story.case.tier is tier


def test_the_office_names_a_higher_tier_with_a_reason_only() -> None:
    story = unsorted()
    act = Triage(category="manhole-missing", tier=Tier.ASSIGN)
    code, _ = story.refused(act, NINE, by=SUPERVISOR, lookup=looked_up(story, act))

    assert code is Refusal.WRONG_TIER


def test_by_the_rules_and_then_raised_the_unit_has_no_more_time() -> None:
    story = unsorted()
    triaged(story, Triage(category="manhole-missing"))
    due = story.due(HOLDER)
    story.do("raise_tier", NINE, by=ACTORS[Role.DISPATCHER])

    assert story.case.tier is Tier.SUPERVISE
    assert story.due(HOLDER) == due


@pytest.mark.parametrize(("rules", "tier"), [(2, Tier.DIRECT), (3, Tier.SUPERVISE)])
def test_another_category_lowers_a_supervised_matter_by_earlier_rules_only(
    rules: int, tier: Tier
) -> None:
    story = _patrol("illegal-construction", rules)
    act = Triage(category="city-appearance", reason="A board, not a building.")
    story.do(act, NINE, lookup=looked_up(story, act))

    assert story.case.tier is tier


def _patrol(category: str, rules: int = 3) -> Story:
    found: Complaint = complaint(category=category, channel=Channel.PATROL)
    return Story(replace(planned(TOWN, found), rules=rules), NINE)


def test_what_has_no_category_is_triaged_before_a_unit_gets_it() -> None:
    story = unsorted(reply_wanted=False)
    story.do("refuse", NINE)
    ours = Answer(part="refusal-1", granted=False, reason="A missing cover is ours.")
    story.do(ours, NINE, by=OFFICE_LEADER)
    code, words = story.refused(Dispatch(unit="civil-affairs"), NINE)

    assert code is Refusal.WRONG_STEP
    assert "triage it" in words


def test_the_desk_does_not_find_nothing_itself() -> None:
    story = unsorted()
    story.do(SendCheck(unit="platform", what="Is it there?"), NINE)
    nothing = Report(part="check-1", text="Nothing.", found=False, evidence=(PHOTO,))
    story.do(nothing, NINE, by=replace(ACTORS[Role.HANDLER], id="hua", unit="platform"))
    code, _ = story.refused(Settle(result="Nothing there."), NINE)

    assert code is Refusal.NOT_AT_THE_DESK


def _found() -> Story:
    story = unsorted()
    story.do(SendCheck(unit="squad", what="Is it there?"), NINE)
    there = Report(part="check-1", text="It is open.", found=True, evidence=(PHOTO,))
    story.do(there, NINE, by=ACTORS[Role.AUXILIARY])
    return story


def test_what_a_check_has_found_is_no_question() -> None:
    story = _found()
    act = Settle(result="Told.", category="consult")
    named = Triage(category="consult")
    code, words = story.refused(act, NINE, lookup=looked_up(story, named))

    assert code is Refusal.NOT_AT_THE_DESK
    assert "check-1 has found it" in words


def test_the_town_withdraws_alone_nothing_that_a_check_has_found() -> None:
    story = _found()
    story.do(WITHDRAW, NINE, by=HOTLINE)

    assert story.case.open_parts(PartKind.WITHDRAWAL)


def test_the_town_withdraws_alone_nothing_that_was_reopened() -> None:
    story = Story()
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, TEN)
    story.do(AskReopening(reason="They are back."), TEN, by=ACTORS[Role.REPORTER])
    granted = Answer(part="reopening-1", granted=True, reason="So it is.")
    story.do(granted, TEN, by=OFFICE_LEADER)
    story.do(WITHDRAW, TEN, by=HOTLINE)

    assert story.case.open_parts(PartKind.WITHDRAWAL)


def test_the_town_withdraws_alone_nothing_that_its_citizen_has_pressed_for() -> None:
    story = Story()
    story.do("urge", TEN, by=SUPERVISOR)
    story.do(WITHDRAW, TEN, by=HOTLINE)

    assert story.case.open_parts(PartKind.WITHDRAWAL)


def test_the_town_withdraws_alone_nothing_that_was_not_signed_in_time() -> None:
    story = Story()
    story.wait(at("2026-07-02 10:00"))
    missed = {clock.id for clock in story.case.clocks if clock.missed}
    story.do(WITHDRAW, at("2026-07-02 10:00"), by=HOTLINE)

    assert HOLDER not in missed
    assert story.case.open_parts(PartKind.WITHDRAWAL)


def test_a_citizen_still_withdraws_at_once_what_was_not_signed_in_time() -> None:
    story = Story()
    story.wait(at("2026-07-02 10:00"))
    story.do(WITHDRAW, at("2026-07-02 10:00"), by=ACTORS[Role.REPORTER])

    assert story.case.stage is Stage.WITHDRAWN


def test_the_town_rates_nothing_that_no_citizen_reported() -> None:
    pinned = replace(plan(), callback=False)
    patrolled = replace(pinned, complaint=replace(pinned.complaint, channel=Channel.PATROL))
    story = Story(patrolled)
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, TEN)
    rating = Rate(callback=Callback.SATISFIED, solved=True)
    code, words = story.refused(rating, TEN, by=HOTLINE)

    assert story.case.stage is Stage.CLOSED
    assert code is Refusal.WRONG_STEP
    assert "no citizen reported it" in words


def _unnamed(rules: int = RULES) -> Story:
    """A case by the hotline whose reporter is unnamed, or wants no reply, and that is closed."""
    about = complaint(reply_wanted=False)
    story = Story(replace(plan(about, callback=False), rules=rules))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, TEN)
    return story


def test_the_town_rates_nothing_for_a_citizen_whom_it_cannot_ask() -> None:
    rating = Rate(callback=Callback.SATISFIED, solved=True)
    code, words = _unnamed().refused(rating, TEN, by=HOTLINE)

    assert code is Refusal.WRONG_STEP
    assert "so it stays unrated" in words


@pytest.mark.parametrize(("rules", "by"), [(RULES, Role.REPORTER), (2, Role.HOTLINE)])
def test_the_citizens_source_rates_it_and_a_running_case_as_before(rules: int, by: Role) -> None:
    story = _unnamed(rules)
    [rated] = only(story.do(Rate(callback=Callback.SATISFIED), TEN, by=ACTORS[by]), Rated)

    assert rated.final


def test_who_was_not_satisfied_wants_an_answer() -> None:
    story = Story()
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, TEN)
    story.do(Close(callback=Callback.UNSATISFIED, note="Still there."), TEN, by=HOTLINE)
    story.do("sign", TEN)
    again = replace(PHOTO, sha256="7" * 64)
    story.do(Resolve(result="Gone now.", evidence=(again,)), TEN)
    story.do(Verify(passed=True, note="It is gone."), TEN)
    wish = Close(callback=Callback.NO_REPLY_WANTED)
    code, _ = story.refused(wish, TEN, by=HOTLINE)

    assert code is Refusal.ALREADY_SAID


def test_the_office_names_a_tier_below_that_of_the_rules_with_a_reason_only() -> None:
    story = unsorted()
    act = Triage(category="road-damage", tier=Tier.DIRECT)
    code, words = story.refused(act, NINE, by=SUPERVISOR, lookup=looked_up(story, act))

    assert code is Refusal.REASON_NEEDED
    assert "from assign to direct" in words
