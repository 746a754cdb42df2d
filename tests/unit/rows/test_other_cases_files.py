"""A file that was evidence in another case is shown here, and shows no end of the work."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.closing.acts import Resolve, Verify
from domain.case.commands import Act, Actor, Command, SeenFile
from domain.case.handling.acts import Progress
from domain.case.handling.facts import EarlierUse, Relation, SeenBefore
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import GiveTask, Report
from domain.case.merging.acts import Join
from domain.case.outside_links import proof_of
from domain.case.rectification.acts import Commit, Serve
from domain.case.refusals import Refusal
from domain.case.task_links.acts import ReportByLink
from domain.complaints import Evidence, Place
from domain.matching.spots import spot_of
from domain.planning.plans import CasePlan
from domain.vocabulary import Elsewhere, Role, Stage, Tier
from tests.acts import AUGUST, PHOTO, RECEIPT, SCAN, TOKEN
from tests.builders import ACTORS, LOOKUP, WATER_HANDLER, complaint, plan, swept
from tests.town import at
from tests.unit.rows.story import Story, only
from workflows.questions import question

BEFORE, BEGUN, LATER = at("2026-06-20 09:00"), at("2026-07-01 09:00"), at("2026-07-01 12:00")
OTHER = "7kq2m-9xa4t-bnc2w"
SQUARE = Place(address="Station Square 1")
VERIFIER = ACTORS[Role.VERIFIER]
FRESH = Evidence("f" * 64, "s3://evidence/fresh.jpg", "image/jpeg")
DONE = Resolve(result="Gone.", evidence=(PHOTO,))
PASSED = Verify(passed=True, note="It is.")
BY_LINK = ReportByLink(part="task-1", text="Cleared.", evidence=(PHOTO,), proof=proof_of(TOKEN))
OUTSIDE = replace(LOOKUP, kinds=(("water", "outside-party"),))
REFUSED, SHOWN = Elsewhere.REFUSE, Elsewhere.SHOW
KNOWN = SeenFile(PHOTO.sha256, OTHER, BEFORE)
"""The photo was evidence in another case eleven days earlier."""


def pinned(elsewhere: Elsewhere | None = REFUSED, tier: Tier = Tier.ASSIGN) -> CasePlan:
    about = replace(complaint(), place=SQUARE)
    return replace(plan(about, tier=tier), elsewhere=elsewhere)


def signed(elsewhere: Elsewhere | None = REFUSED, tier: Tier = Tier.ASSIGN) -> Story:
    story = Story(pinned(elsewhere, tier))
    story.do("sign", BEGUN)
    return story


def resolved() -> Story:
    """A result with a photo of which the journal knew no other case when it was handed in."""
    story = signed()
    story.do(DONE, LATER)
    return story


def own(story: Story, when: datetime = LATER) -> SeenFile:
    return SeenFile(PHOTO.sha256, story.case.case_id, when)


def given(act: Act) -> Command:
    return Command("x", ACTORS[Role.HANDLER], act)


def refusal(story: Story, act: Act | str, *files: SeenFile, by: Actor | None = None) -> str:
    """Return the sentence of a refusal for want of evidence."""
    lookup = replace(LOOKUP, seen=files or (KNOWN,))
    code, words = story.refused(act, LATER, by=by, lookup=lookup)
    assert Refusal.MISSING_EVIDENCE is code
    return words


def shown(story: Story, act: Act | str, *files: SeenFile, by: Actor | None = None) -> SeenBefore:
    """Give an act and return the row that says where its files were."""
    lookup = replace(LOOKUP, seen=files or (KNOWN,))
    [row] = only(story.do(act, LATER, by=by, lookup=lookup), SeenBefore)
    return row


def test_a_result_with_the_photo_of_another_case_is_refused_and_names_no_number() -> None:
    words = refusal(signed(), DONE)

    assert words == (
        "1 pieces of evidence needed, 1 given; none counts: "
        "1 evidence in another case on Sat 2026-06-20 09:00, not counted: "
        "show this place as it is now"
    )


def test_beside_a_photo_of_this_case_it_is_taken_and_shown() -> None:
    story = signed()
    row = shown(story, replace(DONE, evidence=(PHOTO, FRESH)))

    assert row.files == (EarlierUse(PHOTO.sha256, OTHER, BEFORE),)
    assert Stage.RESOLVED is story.case.stage


def test_a_policy_that_says_nothing_takes_it_and_shows_it() -> None:
    story = signed(SHOWN)

    assert shown(story, DONE).files == (EarlierUse(PHOTO.sha256, OTHER, BEFORE),)
    assert Stage.RESOLVED is story.case.stage


@pytest.mark.parametrize("what", ["step", "task", "link", "inspection"])
def test_no_other_end_of_work_is_shown_by_it_either(what: str) -> None:
    story = signed(tier=Tier.SUPERVISE)
    story.do(GiveTask(unit="water", what="Clear it.", evidence=1), BEGUN)
    story.do("order_rectification", BEGUN)
    story.do(Serve(part="rectification-1", evidence=(RECEIPT,)), BEGUN)
    story.do(Report(part="rectification-1", text="Cleared."), BEGUN)
    acts: dict[str, tuple[Act, Actor | None]] = {
        "step": (Progress(note="Fenced off.", evidence=(PHOTO,), safe=True), None),
        "task": (Report(part="task-1", text="Cleared.", evidence=(PHOTO,)), WATER_HANDLER),
        "inspection": (
            Check(part="rectification-1", passed=True, note="It is.", evidence=(PHOTO,)),
            VERIFIER,
        ),
    }
    if what == "link":
        story.do("give_link", BEGUN, lookup=OUTSIDE)
        by_link = ReportByLink(
            part="task-1", text="Cleared.", evidence=(PHOTO,), proof=proof_of(TOKEN)
        )
        acts[what] = (by_link, ACTORS[Role.OUTSIDE])
    act, by = acts[what]

    words = refusal(story, act, by=by)
    assert "1 evidence in another case" in words
    assert OTHER not in words


def test_a_wrong_link_does_not_learn_where_a_file_was() -> None:
    story = signed(tier=Tier.SUPERVISE)
    story.do(GiveTask(unit="water", what="Clear it.", evidence=1), BEGUN)
    story.do("give_link", BEGUN, lookup=OUTSIDE)
    wrong = replace(BY_LINK, proof="0" * 64)
    lookup = replace(LOOKUP, seen=(KNOWN,))
    facts = story.tried(wrong, LATER, by=ACTORS[Role.OUTSIDE], lookup=lookup)

    assert ["link_tried", "command_refused"] == [fact.kind for fact in facts]


def test_a_paper_may_be_of_two_cases_and_is_shown() -> None:
    story = signed(tier=Tier.SUPERVISE)
    paper = SeenFile(SCAN.sha256, OTHER, BEFORE)
    promise = Commit(whom="the owner", measures="Leave.", until=AUGUST, evidence=(SCAN,))

    assert shown(story, promise, paper).files == (EarlierUse(SCAN.sha256, OTHER, BEFORE),)
    assert story.part("commitment-1").is_open


def test_progress_may_cite_it_and_it_is_shown() -> None:
    row = shown(signed(), Progress(note="As there.", evidence=(PHOTO,)))

    assert [OTHER] == [use.case for use in row.files]


def test_a_failed_inspection_takes_any_file() -> None:
    story = signed(tier=Tier.SUPERVISE)
    story.do("order_rectification", BEGUN)
    story.do(Serve(part="rectification-1", evidence=(RECEIPT,)), BEGUN)
    story.do(Report(part="rectification-1", text="Cleared."), BEGUN)
    failed = Check(part="rectification-1", passed=False, note="No.", evidence=(PHOTO,))

    assert [OTHER] == [use.case for use in shown(story, failed, by=VERIFIER).files]
    assert 1 == story.part("rectification-1").tries


def test_a_photo_of_a_case_that_follows_this_one_counts() -> None:
    story = signed()
    follower = Actor(OTHER, Role.ENGINE)
    story.do(Join(case=OTHER, due_at=None), BEGUN, by=follower)

    [use] = shown(story, DONE).files
    assert Relation.MATTER is use.same


def test_a_photo_of_the_case_that_led_to_this_one_counts() -> None:
    story = Story(replace(pinned(), origin=OTHER))
    story.do("sign", BEGUN)

    [use] = shown(story, DONE).files
    assert Relation.MATTER is use.same


def test_a_photo_of_the_same_place_counts_and_is_shown() -> None:
    there = replace(KNOWN, spot=spot_of(SQUARE))

    [use] = shown(signed(), DONE, there).files
    assert Relation.PLACE is use.same


def test_where_no_place_is_known_it_is_no_shared_one() -> None:
    story = Story(replace(plan(), elsewhere=REFUSED))
    story.do("sign", BEGUN)

    assert "in another case on" in refusal(story, DONE)


def test_who_copied_it_from_this_matter_takes_nothing_from_it() -> None:
    """A follower had it first, then a stranger, then this case."""
    story = signed()
    story.do(Join(case="abcde-fghjk-mnpqr", due_at=None), BEGUN, by=Actor("x", Role.ENGINE))
    follower = SeenFile(PHOTO.sha256, "abcde-fghjk-mnpqr", BEFORE)
    stranger = replace(KNOWN, at=BEGUN)

    [use] = shown(story, DONE, follower, stranger).files
    assert "abcde-fghjk-mnpqr" == use.case


def test_of_two_cases_at_once_the_second_does_not_pass_verification() -> None:
    story = resolved()
    words = refusal(story, PASSED, replace(KNOWN, at=at("2026-07-01 11:59")), own(story))

    assert "1 of the result were evidence in another case on Wed 2026-07-01 11:59" in words
    assert "verify with passed=false" in words


def test_of_two_cases_at_once_the_first_passes() -> None:
    story = resolved()
    lookup = replace(LOOKUP, seen=(own(story), replace(KNOWN, at=at("2026-07-01 12:01"))))
    facts = story.do(PASSED, LATER, lookup=lookup)

    assert [] == only(facts, SeenBefore)
    assert Stage.VERIFIED is story.case.stage


def test_of_two_cases_in_one_moment_exactly_one_is_the_second() -> None:
    story = resolved()
    first, last = replace(KNOWN, case_id="0" * 17, at=LATER), replace(KNOWN, case_id="z", at=LATER)

    assert "in another case on" in refusal(story, PASSED, first, own(story))
    story.do(PASSED, LATER, lookup=replace(LOOKUP, seen=(own(story), last)))


def test_a_failed_verification_needs_no_look() -> None:
    story = resolved()
    story.do(Verify(passed=False, note="Another street."), LATER)

    assert Stage.IN_PROGRESS is story.case.stage


def test_what_was_shown_once_is_not_shown_again() -> None:
    story = signed(SHOWN)
    assert [OTHER] == [use.case for use in shown(story, DONE).files]
    facts = story.do(PASSED, LATER, lookup=replace(LOOKUP, seen=(KNOWN, own(story))))

    assert [] == only(facts, SeenBefore)


def settled(*files: SeenFile, elsewhere: Elsewhere = REFUSED) -> Story:
    begun = replace(plan(swept(), tier=Tier.DIRECT), elsewhere=elsewhere)
    return Story(begun, lookup=replace(LOOKUP, seen=files))


def test_what_its_source_calls_settled_is_handled_with_another_cases_photo() -> None:
    story = settled(KNOWN)

    assert [OTHER] == [case for _, case in story.case.seen]
    assert Stage.DISPATCHED is story.case.stage


def test_what_its_source_calls_settled_with_its_own_photo_is_closed() -> None:
    assert Stage.CLOSED is settled().case.stage
    assert Stage.CLOSED is settled(KNOWN, elsewhere=SHOWN).case.stage


def test_a_plan_of_before_asks_nothing() -> None:
    """A running case looks up what it did when it began, so its history replays."""
    story = signed(None)

    assert question(story.case, given(DONE), LATER) is None


def test_a_plan_of_today_asks_for_what_is_handed_in_and_for_what_passes() -> None:
    story = resolved()
    asked = question(story.case, given(replace(DONE, before=(FRESH,))), LATER)
    verified = question(story.case, given(PASSED), LATER)

    assert asked is not None
    assert (PHOTO.sha256, FRESH.sha256) == asked.files
    assert verified is not None
    assert (PHOTO.sha256,) == verified.files
    assert story.case.case_id == verified.case
