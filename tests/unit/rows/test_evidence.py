"""Evidence: each file counts once, and none that shows how it was before."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.citizen.acts import Supplement
from domain.case.closing.acts import Close, Resolve, Verify
from domain.case.commands import Actor
from domain.case.cross_case_messages import cross_case_messages
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import GiveTask, Report
from domain.case.merging.acts import Join, Merge
from domain.case.rectification.acts import Commit, Serve
from domain.case.refusals import Refusal
from domain.case.registration.acts import Recheck
from domain.complaints import Evidence
from domain.planning.plans import CasePlan
from domain.vocabulary import Callback, Channel, Role, Stage, Tier
from tests.acts import AUGUST, BEFORE
from tests.builders import ACTORS, WATER_HANDLER, case_at, complaint, give, plan
from tests.town import OPENED, at, hours
from tests.unit.rows.story import Story

VERIFIER = ACTORS[Role.VERIFIER]
SUPERVISOR = ACTORS[Role.SUPERVISOR]
AFTER = Evidence("a" * 64, "s3://evidence/after.jpg", "image/jpeg")
COPY = replace(AFTER, uri="s3://evidence/the-same-again.jpg")
OTHER = Evidence("b" * 64, "s3://evidence/other.jpg", "image/jpeg")
NOON = at("2026-07-01 12:00")


def pinned(number: int = 1, tier: Tier = Tier.ASSIGN) -> CasePlan:
    """The reporter has sent the picture BEFORE."""
    about = replace(complaint(), evidence=(BEFORE,))
    return plan(about, tier=tier, evidence=number)


def signed(number: int = 1, tier: Tier = Tier.ASSIGN) -> Story:
    story = Story(pinned(number, tier))
    story.do("sign", at("2026-07-01 09:00"))
    return story


def resolved(*evidence: Evidence) -> Resolve:
    return Resolve(result="Gone.", evidence=evidence)


def test_the_same_digest_counts_once_wherever_it_is_kept() -> None:
    story = signed(2)

    code, words = story.refused(resolved(AFTER, COPY), NOON)
    assert Refusal.MISSING_EVIDENCE is code
    assert "2 pieces of evidence needed, 2 given; 1 counts: 1 given twice, counted once" == words
    story.do(resolved(AFTER, OTHER), NOON)


def test_the_complaints_own_picture_does_not_show_the_result() -> None:
    story = signed()

    code, words = story.refused(resolved(replace(BEFORE, uri="s3://other/name.jpg")), NOON)
    assert Refusal.MISSING_EVIDENCE is code
    assert "1 shown before by a reporter" in words
    story.do(resolved(BEFORE, AFTER), NOON)


def test_what_a_citizen_sends_later_does_not_show_the_result_either() -> None:
    story = signed()
    story.do(Supplement(text="Still there.", evidence=(OTHER,)), at("2026-07-01 10:00"))

    assert Refusal.MISSING_EVIDENCE is story.refused(resolved(OTHER), NOON)[0]
    story.do(resolved(AFTER), NOON)


@pytest.mark.parametrize(
    ("taken", "counts"),
    [
        (OPENED - hours(1), False),
        (OPENED, True),  # the case was dispatched as it began
        (at("2026-07-01 11:00"), True),
        (None, True),
    ],
)
def test_a_picture_counts_if_it_was_not_taken_before_a_unit_got_the_case(
    taken: datetime | None, counts: bool
) -> None:
    story = signed()
    act = resolved(replace(AFTER, taken_at=taken))
    if not counts:
        code, words = story.refused(act, NOON)
        assert Refusal.MISSING_EVIDENCE is code
        assert "1 taken before a unit got the case" in words
        return
    story.do(act, NOON)
    assert Stage.RESOLVED is story.case.stage


def test_when_a_picture_was_taken_needs_a_time_zone() -> None:
    naive = replace(AFTER, taken_at=datetime(2026, 7, 1, 11))  # noqa: DTZ001

    assert Refusal.BAD_DATE is signed().refused(resolved(naive), NOON)[0]


def test_a_task_is_reported_with_files_that_differ_and_are_not_the_reporters() -> None:
    story = signed(tier=Tier.SUPERVISE)
    story.do(GiveTask(unit="water", what="Clear it.", evidence=2), at("2026-07-01 09:00"))
    for files in ((AFTER, COPY), (AFTER, BEFORE)):
        act = Report(part="task-1", text="Cleared.", evidence=files)
        assert Refusal.MISSING_EVIDENCE is story.refused(act, NOON, by=WATER_HANDLER)[0]

    done = Report(part="task-1", text="Cleared.", evidence=(AFTER, OTHER))
    story.do(done, NOON, by=WATER_HANDLER)


def test_one_picture_is_not_before_and_after() -> None:
    """What was shown with the report, or at a failed look, does not show that it is put right."""
    story = signed()
    story.do("order_rectification", at("2026-07-01 09:10"))
    story.do(Serve(part="rectification-1", evidence=(OTHER,)), at("2026-07-01 09:20"))
    report = Report(part="rectification-1", text="Cleared.", evidence=(AFTER,))
    story.do(report, at("2026-07-01 10:00"))
    passed = Check(part="rectification-1", passed=True, note="It is.", evidence=(AFTER,))
    for file in (AFTER, OTHER, BEFORE):
        same = replace(passed, evidence=(file,))
        assert Refusal.MISSING_EVIDENCE is story.refused(same, NOON, by=VERIFIER)[0]
    own = Evidence("c" * 64, "s3://evidence/look.jpg", "image/jpeg")
    failed = Check(part="rectification-1", passed=False, note="Not at all.", evidence=(own,))
    story.do(failed, NOON, by=VERIFIER)
    story.do(replace(report, evidence=()), at("2026-07-02 10:00"))
    later = at("2026-07-02 12:00")
    again = replace(passed, evidence=(own,))
    assert Refusal.MISSING_EVIDENCE is story.refused(again, later, by=VERIFIER)[0]

    story.do(replace(again, evidence=(replace(own, sha256="d" * 64),)), later, by=VERIFIER)


def test_a_picture_of_a_result_that_did_not_hold_proves_no_later_one() -> None:
    story = signed()
    story.do(resolved(AFTER), NOON)
    story.do(Verify(passed=False, note="Still there."), NOON)

    code, words = story.refused(resolved(COPY), NOON)
    assert Refusal.MISSING_EVIDENCE is code
    assert "or an earlier result" in words
    story.do(resolved(AFTER, OTHER), NOON)


@pytest.mark.parametrize("tier", Tier)
def test_a_picture_with_which_the_citizen_was_not_satisfied_proves_no_later_result(
    tier: Tier,
) -> None:
    case = case_at(Stage.VERIFIED, tier=tier)
    after = give(case, Close(callback=Callback.UNSATISFIED, note="Still there."), NOON).case

    assert {*case.shown} == {*after.outdated}


def test_a_picture_of_a_task_that_failed_its_check_does_not_show_it_done() -> None:
    story = signed(tier=Tier.SUPERVISE)
    story.do(GiveTask(unit="water", what="Clear it.", evidence=1), at("2026-07-01 09:00"))
    report = Report(part="task-1", text="Cleared.", evidence=(AFTER,))
    story.do(report, NOON, by=WATER_HANDLER)
    story.do(Check(part="task-1", passed=False, note="Not at all."), NOON, by=VERIFIER)

    assert Refusal.MISSING_EVIDENCE is story.refused(report, NOON, by=WATER_HANDLER)[0]
    story.do(replace(report, evidence=(OTHER,)), NOON, by=WATER_HANDLER)


def test_a_reporters_picture_is_no_commitment_and_no_proof_of_serving() -> None:
    story = signed()
    bad = Commit(whom="the owner", measures="Leave.", until=AUGUST, evidence=(BEFORE,))
    assert Refusal.MISSING_EVIDENCE is story.refused(bad, NOON, by=SUPERVISOR)[0]
    story.do("order_rectification", NOON)
    served = Serve(part="rectification-1", evidence=(BEFORE,))

    assert Refusal.MISSING_EVIDENCE is story.refused(served, NOON)[0]


def test_the_pictures_of_a_case_that_joins_show_no_result_of_the_other() -> None:
    follower, leader = signed(), Story(plan())
    follower.do(Supplement(text="Still there.", evidence=(OTHER,)), at("2026-07-01 09:30"))
    follower.do(Merge(into="7kq2m-9xa4t-bnc2w", reason="The same."), at("2026-07-01 10:00"))
    [(_, join)] = cross_case_messages(follower.case, follower.events[-1])
    assert isinstance(join, Join)
    engine = Actor(join.case, Role.ENGINE)
    leader.do(join, at("2026-07-01 10:01"), by=engine)
    leader.do("sign", at("2026-07-01 10:30"))
    for file in (BEFORE, OTHER):
        assert Refusal.MISSING_EVIDENCE is leader.refused(resolved(file), NOON)[0]

    leader.do(resolved(AFTER), NOON)


def test_the_frame_that_gave_notice_does_not_show_that_it_is_clear() -> None:
    about = replace(complaint(category=None, channel=Channel.CAMERA), evidence=(BEFORE,))
    story = Story(replace(plan(about, holder=None), recheck=hours(0.5)))
    look = Recheck(part="recheck-1", clear=True, note="Clear.", evidence=(BEFORE,))
    when = at("2026-07-01 08:10")

    assert Refusal.MISSING_EVIDENCE is story.refused(look, when)[0]
    old = replace(AFTER, taken_at=OPENED - hours(1))
    assert Refusal.MISSING_EVIDENCE is story.refused(replace(look, evidence=(old,)), when)[0]
    story.do(replace(look, evidence=(AFTER,)), when)


def test_a_case_under_the_first_rules_counts_files_as_it_began() -> None:
    story = Story(replace(pinned(2), rules=None))
    story.do("sign", at("2026-07-01 09:00"))
    story.do(resolved(BEFORE, BEFORE), NOON)

    assert Stage.RESOLVED is story.case.stage
