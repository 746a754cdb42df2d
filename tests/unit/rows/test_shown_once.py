"""A file proves one act of a case; shown again it does not count, for whatever act."""

from dataclasses import replace

import pytest

from domain.case.campaigns.acts import Count
from domain.case.closing.acts import Close, Resolve, Verify
from domain.case.folders.acts import AddPiece
from domain.case.handling.acts import Progress
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import GiveTask, Hold, Investigate, Report
from domain.case.penalties.acts import AdvancePenalty, PenaltyStep
from domain.case.rectification.acts import Commit, Serve
from domain.case.refusals import Refusal
from domain.complaints import Evidence
from domain.planning.plans import RULES
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.acts import AUGUST, CROWD, MINUTES, PHOTO, RECEIPT, SCAN, SOON
from tests.builders import ACTORS, ORDER, WATER_HANDLER, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story

BEGUN = at("2026-07-01 09:00")
LATER = at("2026-07-01 12:00")
NEXT_DAY = at("2026-07-02 12:00")
VERIFIER, SUPERVISOR = ACTORS[Role.VERIFIER], ACTORS[Role.SUPERVISOR]
FRESH = Evidence("f" * 64, "s3://evidence/fresh.jpg", "image/jpeg")
DONE = Resolve(result="Gone.", evidence=(PHOTO,))
SAFE = Progress(note="Fenced off.", evidence=(PHOTO,), safe=True)
TASK = GiveTask(unit="water", what="Clear it.", evidence=1)
REPORT = Report(part="task-1", text="Cleared.", evidence=(PHOTO,))
SERVED = Serve(part="rectification-1", evidence=(RECEIPT,))
PIECE = AddPiece(part="investigation-1", text="The pipe.", evidence=(PHOTO,))
PASSED = Check(part="rectification-1", passed=True, note="It is.", evidence=(PHOTO,))
PROMISED = Commit(whom="the owner", measures="Leave.", until=AUGUST, evidence=(SCAN,))


def signed(rules: int | None = RULES, tier: Tier = Tier.SUPERVISE, evidence: int = 1) -> Story:
    story = Story(replace(plan(tier=tier, evidence=evidence), rules=rules))
    story.do("sign", BEGUN)
    return story


def ordered(rules: int | None = RULES) -> Story:
    """A rectification is ordered, served and reported, with no picture."""
    story = signed(rules)
    story.do("order_rectification", BEGUN)
    story.do(SERVED, BEGUN)
    story.do(Report(part="rectification-1", text="Cleared."), BEGUN)
    return story


def not_counted(story: Story, act: object, by: Role | None = None) -> bool:
    """Return whether the act is refused because its file was shown for another one."""
    code, words = story.refused(act, LATER, by=ACTORS[by] if by else None)  # type: ignore[arg-type]
    return code is Refusal.MISSING_EVIDENCE and "for another act of this case" in words


@pytest.mark.parametrize("safe", [True, False])
def test_a_picture_of_the_work_under_way_does_not_show_its_end(safe: bool) -> None:
    story = signed()
    story.do(replace(SAFE, safe=safe), BEGUN)

    assert not_counted(story, DONE)
    story.do(replace(DONE, evidence=(PHOTO, FRESH)), LATER)
    assert Stage.RESOLVED is story.case.stage


def test_a_picture_of_the_work_under_way_may_show_how_it_was_before() -> None:
    story = signed()
    story.do(SAFE, BEGUN)
    story.do(replace(DONE, evidence=(FRESH,), before=(PHOTO,)), LATER)

    assert Stage.RESOLVED is story.case.stage


def test_the_same_picture_may_be_cited_again_with_progress() -> None:
    story = signed()
    story.do(SAFE, BEGUN)
    story.do(replace(SAFE, safe=False), LATER)

    assert Stage.IN_PROGRESS is story.case.stage


def test_a_picture_says_once_that_the_danger_is_over() -> None:
    story = signed()
    story.do(replace(SAFE, safe=False), BEGUN)

    assert not_counted(story, SAFE)
    story.do(replace(SAFE, evidence=(FRESH,)), LATER)


def test_what_showed_it_before_the_work_shows_no_danger_over_after_a_rework() -> None:
    story = signed()
    story.do(replace(DONE, before=(FRESH,)), BEGUN)
    story.do(Verify(passed=False, note="Still open."), BEGUN, by=VERIFIER)

    assert not_counted(story, replace(SAFE, evidence=(FRESH,)))
    story.do(replace(DONE, evidence=(CROWD,), before=(FRESH,)), LATER)
    assert Stage.RESOLVED is story.case.stage


def test_one_picture_is_not_of_two_tasks() -> None:
    story = signed()
    story.do(TASK, BEGUN)
    story.do(TASK, BEGUN)
    story.do(REPORT, BEGUN, by=WATER_HANDLER)
    second = replace(REPORT, part="task-2")

    code, words = story.refused(second, LATER, by=WATER_HANDLER)
    assert Refusal.MISSING_EVIDENCE is code
    assert "1 given; none counts: 1 shown before for another act of this case, not counted" in words
    story.do(replace(second, evidence=(FRESH,)), LATER, by=WATER_HANDLER)


def test_the_picture_of_a_members_task_is_not_that_of_the_result() -> None:
    story = signed()
    story.do(TASK, BEGUN)
    story.do(REPORT, BEGUN, by=WATER_HANDLER)
    story.do(Check(part="task-1", passed=True, note="It is."), BEGUN, by=VERIFIER)

    assert not_counted(story, DONE)
    story.do(replace(DONE, evidence=(FRESH,)), LATER)


def test_a_picture_of_progress_does_not_show_that_it_is_put_right() -> None:
    story = ordered()
    story.do(replace(SAFE, safe=False), BEGUN)

    assert not_counted(story, PASSED, Role.VERIFIER)
    story.do(replace(PASSED, evidence=(FRESH,)), LATER, by=VERIFIER)


def test_that_it_is_not_put_right_any_picture_shows() -> None:
    story = ordered()
    story.do(SAFE, BEGUN)
    story.do(replace(PASSED, passed=False), LATER, by=VERIFIER)

    assert 1 == story.part("rectification-1").tries


def test_the_inspectors_picture_does_not_show_the_result() -> None:
    story = ordered()
    story.do(PASSED, LATER, by=VERIFIER)

    assert not_counted(story, DONE)
    story.do(replace(DONE, evidence=(FRESH,)), LATER)


def test_one_paper_is_not_promise_and_proof_of_serving() -> None:
    story = signed()
    story.do(PROMISED, BEGUN)
    story.do("order_rectification", BEGUN)

    assert not_counted(story, replace(SERVED, evidence=(SCAN,)))
    story.do(SERVED, LATER)


def test_the_minutes_of_an_interview_are_no_promise() -> None:
    story = signed()
    story.do("summon", BEGUN, by=ACTORS[Role.HANDLER])
    held = Hold(part="interview-1", minutes="Yes.", evidence=(MINUTES,), present=("squad",))
    story.do(held, SOON)

    code, _ = story.refused(replace(PROMISED, evidence=(MINUTES,)), NEXT_DAY, by=SUPERVISOR)
    assert Refusal.MISSING_EVIDENCE is code
    story.do(PROMISED, NEXT_DAY)


def test_a_paper_attached_to_progress_may_be_used_where_it_is_needed() -> None:
    """Progress needs no proof, so a paper has proved nothing there."""
    story = signed()
    story.do(Progress(note="They promise it.", evidence=(SCAN,)), BEGUN)
    story.do(PROMISED, LATER)

    assert story.part("commitment-1").is_open


def test_a_paper_of_a_penalty_was_shown_for_nothing_else() -> None:
    story = signed()
    story.do(PROMISED, BEGUN)
    story.do("file_penalty", BEGUN)
    step = AdvancePenalty(part="penalty-1", step=PenaltyStep.INVESTIGATED, evidence=(SCAN,))

    assert not_counted(story, step)
    story.do(replace(step, evidence=(RECEIPT,)), LATER)


def test_who_came_to_an_action_is_not_shown_by_the_picture_of_a_task() -> None:
    story = signed()
    story.do(replace(TASK, evidence=1), BEGUN)
    story.do(replace(REPORT, evidence=(CROWD,)), BEGUN, by=WATER_HANDLER)
    story.do("plan_action", BEGUN)

    code, words = story.refused("report_action", at("2026-07-02 14:00"))
    assert Refusal.MISSING_EVIDENCE is code
    assert "for another act of this case" in words


def test_a_folder_holds_what_another_act_was_proved_with() -> None:
    story = signed()
    story.do(TASK, BEGUN)
    story.do(REPORT, BEGUN, by=WATER_HANDLER)
    story.do(Investigate(units=("squad", "water"), subject="The pipe"), BEGUN)
    story.do(PIECE, LATER, by=WATER_HANDLER)

    assert [PHOTO.sha256] == [piece.sha256 for piece in story.case.pieces or ()]


def test_what_an_investigation_found_does_not_show_the_danger_over() -> None:
    story = signed()
    story.do(Investigate(units=("squad", "water"), subject="The pipe"), BEGUN)
    story.do(PIECE, BEGUN, by=WATER_HANDLER)

    assert not_counted(story, SAFE)
    story.do(replace(SAFE, evidence=(FRESH,)), LATER)


def test_what_proves_the_result_may_show_how_much_a_campaign_brought() -> None:
    story = signed()
    story.do(DONE, LATER)
    story.do(Count(campaign="demolition", amount=320, evidence=(PHOTO,)), LATER)

    assert (("demolition", 320),) == story.case.counted


def test_a_superior_who_sends_a_result_back_is_shown_something_new() -> None:
    story = Story(plan(complaint(superior=ORDER)))
    story.do("sign", BEGUN)
    for file in (PHOTO, FRESH):
        story.do(replace(DONE, evidence=(file,)), BEGUN)
        story.do("verify", BEGUN)
        story.do(Close(callback=Callback.SATISFIED, solved=True), BEGUN)
        story.do("send_back", BEGUN)

    for file in (PHOTO, FRESH):
        assert not_counted(story, replace(DONE, evidence=(file,)))
    story.do(replace(DONE, evidence=(CROWD,)), LATER)


@pytest.mark.parametrize("rules", [None, 2])
def test_a_case_under_earlier_rules_may_show_a_picture_twice(rules: int | None) -> None:
    story = ordered(rules)
    story.do(SAFE, BEGUN)
    story.do(PASSED, LATER, by=VERIFIER)
    story.do(DONE, LATER)

    assert Stage.RESOLVED is story.case.stage
