"""What a citizen asks for and says himself is not used up, and not replaced, by the town."""

from dataclasses import replace

import pytest

from domain.case.citizen.acts import PassOn, Rate
from domain.case.citizen.facts import Rated
from domain.case.closing.acts import Close, Verify, Withdraw
from domain.case.commands import Actor
from domain.case.merging.acts import Join
from domain.case.part import Part
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskReopening
from domain.policy.part_rules import PartKind
from domain.reporting.indicators import CaseCounts
from domain.vocabulary import Callback, Role, Stage
from tests.acts import OTHER_CASE
from tests.builders import ACTORS, give, plan
from tests.town import at
from tests.unit.rows.story import Story, only
from tests.unit.rows.test_statistics import closed, statistics

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
LATER, LATE = at("2026-07-02 09:00"), at("2026-07-20 08:00")
CITIZEN, HOTLINE = ACTORS[Role.REPORTER], ACTORS[Role.HOTLINE]
DISPATCHER, SUPERVISOR = ACTORS[Role.DISPATCHER], ACTORS[Role.SUPERVISOR]
BACK = AskReopening(reason="They are back.")
UNHAPPY = Rate(callback=Callback.UNSATISFIED, note="Still there.")
CONTENT = Rate(callback=Callback.SATISFIED)


def answered(story: Story, part: str, *, granted: bool) -> None:
    act = Answer(part=part, granted=granted, reason="So it is.")
    story.do(act, LATER, by=SUPERVISOR)


def resolved() -> Story:
    story = Story()
    for kind in ("sign", "resolve"):
        story.do(kind, NINE)
    return story


def said_at_the_result(act: Rate) -> Story:
    """The citizen rates the result before it is verified; then the call is due."""
    story = resolved()
    story.do(act, TEN, by=CITIZEN)
    story.do("verify", TEN)
    return story


def closed_before() -> Story:
    story = Story(replace(plan(), rules=None))
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, NINE)
    return story


# --- What a citizen asks for.


@pytest.mark.parametrize("staff", [HOTLINE, DISPATCHER])
def test_a_refused_request_of_the_town_leaves_the_citizen_the_right_to_ask(staff: Actor) -> None:
    story = closed(Close(callback=Callback.SATISFIED))
    story.do(BACK, LATER, by=staff)
    answered(story, "reopening-1", granted=False)
    assert Refusal.LIMIT_REACHED is story.refused(BACK, LATER, by=HOTLINE)[0]
    story.do(BACK, LATER, by=CITIZEN)

    assert PartState.OPEN is story.part("reopening-2").state


def test_a_citizen_asks_while_a_request_of_the_town_waits() -> None:
    story = closed(Close(callback=Callback.SATISFIED))
    story.do(BACK, LATER, by=HOTLINE)
    story.do(UNHAPPY, LATER, by=CITIZEN)
    answered(story, "reopening-1", granted=False)

    assert PartState.OPEN is story.part("reopening-2").state


def test_what_one_request_has_reopened_the_other_does_not_reopen_again() -> None:
    story = closed(Close(callback=Callback.SATISFIED))
    story.do(BACK, LATER, by=HOTLINE)
    story.do(BACK, LATER, by=CITIZEN)
    answered(story, "reopening-2", granted=True)

    assert PartState.LAPSED is story.part("reopening-1").state
    assert Stage.DISPATCHED is story.case.stage


def test_a_citizen_asks_as_often_as_the_policy_says() -> None:
    story = closed(Close(callback=Callback.SATISFIED))
    story.do(BACK, LATER, by=CITIZEN)
    assert Refusal.ALREADY_ASKED is story.refused(BACK, LATER, by=CITIZEN)[0]
    answered(story, "reopening-1", granted=False)

    assert Refusal.LIMIT_REACHED is story.refused(BACK, LATER, by=CITIZEN)[0]


def test_a_case_from_before_counts_all_requests_together() -> None:
    story = closed_before()
    story.do(BACK, LATER, by=HOTLINE)
    answered(story, "reopening-1", granted=False)

    assert Refusal.LIMIT_REACHED is story.refused(BACK, LATER, by=CITIZEN)[0]


def test_refused_withdrawals_of_the_town_leave_the_citizen_the_right_to_withdraw() -> None:
    story = Story()
    for number in (1, 2):
        story.do(Withdraw(reason="So they say."), LATE, by=DISPATCHER)
        refusal = Answer(part=f"withdrawal-{number}", granted=False, reason="They did not.")
        story.do(refusal, LATE, by=SUPERVISOR)
    story.do(Withdraw(reason="It is gone."), LATE, by=CITIZEN)

    assert PartState.OPEN is story.part("withdrawal-3").state


def test_urges_of_the_town_do_not_use_up_those_of_the_citizens() -> None:
    story = Story()
    story.do(Join(case=OTHER_CASE), NINE)
    done = Part("urge-1", PartKind.URGE, PartState.DONE, DISPATCHER)
    case = replace(story.case, parts=(done,) * 10)
    urged = PassOn(case=OTHER_CASE, text="And?", reminder=True)

    assert () == give(case, "urge", NINE, by=HOTLINE).case.open_parts()
    assert 1 == len(give(case, "urge", NINE, by=CITIZEN).case.open_parts())
    assert 1 == len(give(case, urged, NINE).case.open_parts())


# --- What a citizen says.


def final(found: CaseCounts) -> tuple[int, int, int, int]:
    return found.rated, found.satisfied, found.first_rated, found.first_satisfied


def test_a_person_does_not_replace_what_the_citizen_said_after_the_end() -> None:
    story = closed(Close(callback=Callback.SATISFIED))
    story.do(UNHAPPY, LATER, by=CITIZEN)
    [fact] = only(story.do(CONTENT, LATER, by=HOTLINE), Rated)

    assert fact == Rated(callback=Callback.SATISFIED, later=True)
    assert (1, 0, 1, 1) == final(statistics(story))


def test_the_citizen_may_say_otherwise() -> None:
    story = closed(Close(callback=Callback.SATISFIED))
    story.do(UNHAPPY, LATER, by=CITIZEN)
    story.do(CONTENT, LATER, by=CITIZEN)

    assert (1, 1, 1, 1) == final(statistics(story))


@pytest.mark.parametrize(
    "better",
    [
        Callback.SATISFIED,
        Callback.BASICALLY_SATISFIED,
        Callback.NOT_REACHED,
        Callback.NO_REPLY_WANTED,
    ],
)
def test_a_call_makes_no_better_word_of_what_the_citizen_said_himself(better: Callback) -> None:
    story = said_at_the_result(UNHAPPY)
    code, words = story.refused(Close(callback=better), LATER, by=HOTLINE)

    assert Refusal.ALREADY_SAID is code
    assert "unsatisfied" in words


def test_the_unsatisfied_word_leads_to_work_again() -> None:
    story = said_at_the_result(UNHAPPY)
    story.do(Close(callback=Callback.UNSATISFIED, note="Still there."), LATER, by=HOTLINE)

    assert Stage.DISPATCHED is story.case.stage
    assert (0, 0, 1, 0) == final(statistics(story))


def test_a_supervisor_may_rule_on_the_word_and_the_first_word_stays() -> None:
    story = said_at_the_result(UNHAPPY)
    story.do(Close(callback=Callback.EXPLAINED, note="No cause."), LATER, by=SUPERVISOR)

    assert (1, 0, 1, 0) == final(statistics(story))


def test_the_citizen_answers_the_call_otherwise_himself() -> None:
    story = said_at_the_result(UNHAPPY)
    story.do(CONTENT, LATER, by=CITIZEN)

    assert Stage.CLOSED is story.case.stage
    assert (1, 1, 1, 0) == final(statistics(story))


def test_a_satisfied_word_is_not_turned_into_no_word() -> None:
    story = said_at_the_result(CONTENT)

    assert (
        Refusal.ALREADY_SAID
        is story.refused(Close(callback=Callback.NO_REPLY_WANTED), LATER, by=HOTLINE)[0]
    )
    story.do(Close(callback=Callback.SATISFIED), LATER, by=HOTLINE)


def test_a_word_about_a_result_that_failed_says_nothing_of_the_next() -> None:
    story = resolved()
    story.do(UNHAPPY, TEN, by=CITIZEN)
    story.do(Verify(passed=False, note="Still there."), TEN)
    for kind in ("resolve", "verify"):
        story.do(kind, TEN)
    story.do(Close(callback=Callback.SATISFIED), LATER, by=HOTLINE)

    assert (1, 1, 1, 0) == final(statistics(story))


def test_a_word_about_the_waiting_is_none_about_the_result() -> None:
    story = Story()
    story.do(UNHAPPY, at("2026-07-01 08:30"), by=CITIZEN)
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, NINE)
    story.do(Close(callback=Callback.SATISFIED), TEN, by=HOTLINE)

    assert Stage.CLOSED is story.case.stage


def test_a_case_from_before_takes_the_last_word() -> None:
    story = closed_before()
    story.do(UNHAPPY, LATER, by=CITIZEN)
    story.do(CONTENT, LATER, by=HOTLINE)

    assert (1, 1, 1, 1) == final(statistics(story))
