"""What one person or one source ends no more: a danger, and what a citizen can be asked about."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import Rate, Supplement
from domain.case.closing.acts import Close, Withdraw
from domain.case.commands import Actor, OtherCase
from domain.case.merging.acts import Follow, Join, Merge
from domain.case.parts.facts import PartMoved, PartState
from domain.case.refusals import Refusal
from domain.case.registration.acts import Refuse, Settle
from domain.case.requests.acts import Answer
from domain.planning.plans import CasePlan, Similar
from domain.sla.case_clocks import ACCEPT
from domain.vocabulary import Callback, OutsideMandate, Role, Stage, Tier, Urgency
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, LOOKUP, complaint, give, plan
from tests.town import at
from tests.unit.rows.story import Story, only

NINE, TEN, LATER = at("2026-07-01 09:00"), at("2026-07-01 10:00"), at("2026-07-20 09:00")
SUPERVISOR, CITIZEN = ACTORS[Role.SUPERVISOR], ACTORS[Role.REPORTER]
HOTLINE = ACTORS[Role.HOTLINE]
UPHELD = Answer(part="refusal-1", granted=True, reason="Not ours.")
OURS = replace(UPHELD, granted=False, reason="It is ours.")
MORE = Supplement(text="It still smells.")
SOURCE = Actor(plan().complaint.source, Role.REPORTER)
WITHDRAW = Withdraw(reason="Solved by itself.")
ANONYMOUS = complaint(category=None, reply_wanted=False)


def unnamed(**changes: object) -> CasePlan:
    return replace(plan(ANONYMOUS, holder=None, callback=False), **changes)  # type: ignore[arg-type]


def returned() -> Story:
    story = Story(plan(callback=False))
    for kind in ("return", "answer"):
        story.do(kind, NINE)
    return story


# --- A refusal.


@pytest.mark.parametrize(
    "story",
    [
        Story(plan(holder=None)),
        Story(unnamed(alarm="gas")),
        Story(unnamed(urgency=Urgency.CRITICAL)),
        returned(),
    ],
    ids=["who can be called", "a word of hurry", "critical", "a unit had it"],
)
def test_a_refusal_waits_for_a_second_person_and_the_case_goes_on(story: Story) -> None:
    stage, clocks = story.case.stage, [each for each in story.case.clocks if each.is_running]
    story.do("refuse", NINE)

    assert story.case.stage is stage
    assert [story.clock(each.id) for each in clocks] == clocks
    story.do(UPHELD, TEN, by=SUPERVISOR)
    assert story.case.stage is Stage.REFUSED


def test_what_is_not_refused_goes_on_as_if_no_one_had_asked() -> None:
    story = Story(plan(holder=None))
    due = story.due(ACCEPT)
    story.do("refuse", NINE)
    story.do(OURS, TEN, by=SUPERVISOR)

    assert story.case.stage is Stage.RECEIVED
    assert story.due(ACCEPT) == due


def test_silence_refuses_nothing_that_goes_on() -> None:
    story = Story(plan(holder=None))  # its policy grants by default
    story.do("refuse", NINE)
    story.wait(LATER)

    assert story.part("refusal-1").state is PartState.REFUSED
    assert story.case.stage is Stage.RECEIVED


def test_no_refusal_is_granted_once_a_unit_has_it() -> None:
    story = returned()
    story.do("refuse", NINE)
    story.do("dispatch", NINE)
    code, words = story.refused(UPHELD, TEN, by=SUPERVISOR)

    assert code is Refusal.WRONG_STAGE
    assert "dispatched by now" in words


@pytest.mark.parametrize("pinned", [unnamed(), replace(plan(holder=None), rules=2)])
def test_what_is_still_refused_at_once(pinned: CasePlan) -> None:
    story = Story(pinned)
    story.do("refuse", NINE)

    assert story.case.stage is Stage.REFUSED


@pytest.mark.parametrize("read", [False, True], ids=["not read yet", "upheld"])
def test_a_supplement_opens_again_what_was_refused(read: bool) -> None:
    story = Story(unnamed())
    story.do("refuse", NINE)
    if read:
        story.do(UPHELD, NINE, by=SUPERVISOR)
    story.do(MORE, TEN, by=CITIZEN)
    again = story.case.stage
    story.do("refuse", TEN)

    assert again is Stage.TRIAGED
    assert story.case.stage is Stage.REFUSED


def test_a_supplement_after_a_refusal_is_only_recorded_under_earlier_rules() -> None:
    story = Story(unnamed(rules=2))
    story.do("refuse", NINE)
    story.do(MORE, TEN, by=CITIZEN)

    assert story.case.stage is Stage.REFUSED


# --- A merge.


def merged_into(story: Story, other: str = OTHER_CASE) -> tuple[Refusal, str]:
    lookup = replace(LOOKUP, other=OtherCase(other, Stage.SIGNED, category="street-stalls"))
    return story.refused(Merge(into=other, reason="The same place."), NINE, lookup=lookup)


def test_one_person_does_not_merge_what_has_no_category() -> None:
    code, words = merged_into(Story(plan(holder=None)))

    assert code is Refusal.OTHER_CASE
    assert "triage it first" in words


@pytest.mark.parametrize(
    "changes", [{"similar": (Similar(OTHER_CASE, 90, "the same"),)}, {"rules": 2}]
)
def test_what_a_rule_found_alike_is_merged(changes: dict[str, object]) -> None:
    pinned = replace(plan(holder=None), **changes)  # type: ignore[arg-type]
    lookup = replace(LOOKUP, other=OtherCase(OTHER_CASE, Stage.SIGNED, category="street-stalls"))
    story = Story(pinned)
    story.do(Merge(into=OTHER_CASE, reason="The same."), NINE, lookup=lookup)

    assert story.case.stage is Stage.MERGED


@pytest.mark.parametrize(
    ("pinned", "by_rule", "joins"),
    [
        (plan(callback=False), None, False),
        (plan(callback=False), True, True),
        (replace(plan(callback=False), rules=2), None, True),
        (plan(), None, True),
    ],
    ids=["a person", "a rule", "earlier rules", "both are called"],
)
def test_who_can_be_called_follows_no_case_without_a_call(
    pinned: CasePlan, by_rule: bool | None, joins: bool
) -> None:
    act = Join(case=OTHER_CASE, called=True, by_rule=True if by_rule else None)
    after = give(Story(pinned).case, act, NINE).case

    assert (OTHER_CASE in dict(after.joined)) is joins


def test_no_person_rates_a_case_that_ended_with_another_without_a_call() -> None:
    story = Story()
    story.do("merge", NINE)
    story.do(Follow(case=OTHER_CASE, stage=Stage.CLOSED, result="Swept.", category=None), TEN)
    code, words = story.refused(Rate(callback=Callback.SATISFIED), TEN, by=HOTLINE)

    assert code is Refusal.WRONG_STEP
    assert "no call of this case was due" in words


# --- A withdrawal.


@pytest.mark.parametrize("by", [CITIZEN, HOTLINE], ids=["himself", "to who writes it down"])
def test_a_citizen_who_says_more_takes_the_wish_to_withdraw_away(by: Actor) -> None:
    story = Story()
    story.do(WITHDRAW, NINE, by=ACTORS[Role.DISPATCHER])
    [moved] = only(story.do(MORE, TEN, by=by), PartMoved)

    assert moved.to is PartState.LAPSED
    assert "the citizen has said more since" in moved.note
    assert story.case.stage is Stage.DISPATCHED
    story.do(WITHDRAW, TEN, by=ACTORS[Role.DISPATCHER])
    assert story.part("withdrawal-2").is_open


def test_a_citizen_who_says_more_takes_the_wish_to_refuse_away() -> None:
    story = Story(replace(plan(holder=None), alarm="gas"))
    refused = Refuse(because=OutsideMandate.ALREADY_HANDLED, advice="It was looked at.")
    story.do(refused, NINE)
    asked = story.part("refusal-1").is_open
    [moved] = only(story.do(MORE, TEN, by=CITIZEN), PartMoved)

    assert asked
    assert moved.to is PartState.LAPSED
    assert story.case.stage is not Stage.REFUSED


@pytest.mark.parametrize(
    ("pinned", "ended"),
    [
        (replace(plan(), alarm="gas"), False),
        (replace(plan(), urgency=Urgency.CRITICAL), False),
        (plan(tier=Tier.SUPERVISE), False),
        (replace(plan(tier=Tier.SUPERVISE), rules=2), True),
        (plan(), True),
    ],
    ids=["a word of hurry", "critical", "supervised", "earlier rules", "another matter"],
)
def test_a_source_alone_ends_no_danger_that_no_unit_has_signed(
    pinned: CasePlan, ended: bool
) -> None:
    story = Story(pinned)
    story.do(WITHDRAW, NINE, by=SOURCE)

    assert (story.case.stage is Stage.WITHDRAWN) is ended


# --- A call that no one made, and a check.


def test_who_asked_to_close_without_a_reply_records_no_good_word() -> None:
    story = Story()
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, NINE)
    none = Close(callback=Callback.NO_REPLY_WANTED, note="He said so on the line at nine.")
    story.do(none, NINE, by=HOTLINE)
    content = Rate(callback=Callback.SATISFIED, note="He rang back at ten.")
    code, _ = story.refused(content, TEN, by=HOTLINE)
    story.do(content, TEN, by=replace(HOTLINE, id="another"))

    assert code is Refusal.SAME_PERSON
    assert story.case.stage is Stage.CLOSED


@pytest.mark.parametrize(("rules", "closes"), [(2, True), (3, False)])
def test_who_sent_a_check_does_not_close_what_a_citizen_waits_for(rules: int, closes: bool) -> None:
    story = Story(replace(plan(holder=None), rules=rules))
    story.do("send_check", NINE)
    looked = replace(
        next(iter(story.case.parts)), found=False, reported_by="lu", state=PartState.DONE
    )
    case = replace(story.case, parts=(looked,), clocks=())
    after = give(case, Settle(result="Nothing there."), TEN, by=looked.by).case

    assert (after.stage is Stage.CLOSED) is closes


def test_nothing_is_closed_at_the_desk_while_another_check_is_out() -> None:
    story = Story(plan(holder=None))
    story.do("send_check", NINE)
    looked = replace(
        next(iter(story.case.parts)), found=False, reported_by="lu", state=PartState.DONE
    )
    out = replace(looked, id="check-2", found=None, reported_by=None, state=PartState.OPEN)
    case = replace(story.case, parts=(looked, out), clocks=())
    other = replace(ACTORS[Role.DISPATCHER], id="another")
    after = give(case, Settle(result="Nothing there."), TEN, by=other)

    assert after.case.stage is not Stage.CLOSED
    assert "check-2 still out: wait for what is reported" in after.events[-1].fact.detail  # type: ignore[union-attr]
