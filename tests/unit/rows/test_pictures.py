"""Domain.md 1.1: a picture shows how it is after the work, where the category says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.case.closing.acts import Resolve
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import GiveTask, Report
from domain.case.refusals import Refusal
from domain.complaints import Evidence
from domain.planning.planner import plan as planned
from domain.planning.plans import RULES
from domain.policy.model import Policy
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS, WATER_HANDLER, complaint, plan
from tests.fakes.packs import CATEGORIES
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.test_policy_problems import told
from tests.unit.triages import TOWN, every_pack

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
PHOTO = Evidence("a" * 64, "s3://after.jpg", "image/jpeg")
PAPER = Evidence("b" * 64, "s3://record.pdf", "application/pdf")
SOUND = Evidence("c" * 64, "s3://street.mp3", "audio/mpeg")
FILM = Evidence("d" * 64, "s3://street.mp4", "video/mp4")
UNKNOWN = Evidence("e" * 64, "s3://IMG_1", "application/octet-stream")
NO_PICTURE = (
    "one of the files has to be a picture (image or video) that shows how it is now; none of those "
    "that count is"
)


def signed(category: str) -> Story:
    """Return the story of a case of the shipped town, which the squad has signed for."""
    story = Story(replace(planned(TOWN, complaint(category=category)), holder="squad"))
    story.do("sign", NINE)
    return story


def done(*files: Evidence) -> Resolve:
    return Resolve(result="Cleared.", evidence=files)


@pytest.mark.parametrize("file", [PAPER, SOUND])
def test_a_paper_or_a_sound_is_no_photo_of_after_the_work(file: Evidence) -> None:
    refused = signed("city-appearance").refused(done(file), TEN)

    assert refused == (Refusal.MISSING_EVIDENCE, NO_PICTURE)


@pytest.mark.parametrize("file", [PHOTO, FILM, UNKNOWN])
def test_a_picture_a_film_and_a_file_of_a_telephone_show_it(file: Evidence) -> None:
    assert signed("city-appearance").do(done(file), TEN)


def test_beside_a_picture_a_paper_counts() -> None:
    story = signed("construction-waste")
    assert story.refused(done(PAPER, SOUND), TEN) == (Refusal.MISSING_EVIDENCE, NO_PICTURE)
    assert story.do(done(PAPER, PHOTO), TEN)


@pytest.mark.parametrize("category", ["noise-neighbourhood", "fireworks"])
def test_what_no_picture_shows_has_a_record_of_the_visit(category: str) -> None:
    story = signed(category)
    assert story.refused(done(), TEN)[0] is Refusal.MISSING_EVIDENCE
    assert story.do(done(SOUND), TEN)


def test_an_inspection_has_a_picture_where_the_result_has() -> None:
    story = Story(replace(plan(), picture=True))
    story.do("sign", NINE)
    story.do("order_rectification", NINE, by=ACTORS[Role.UNIT_HEAD])
    story.do("serve", NINE)
    story.do(Report(part="rectification-1", text="Gone."), TEN)
    look = Check(part="rectification-1", passed=True, note="Gone.", evidence=(PAPER,))
    by = ACTORS[Role.VERIFIER]

    assert story.refused(look, TEN, by=by) == (Refusal.MISSING_EVIDENCE, NO_PICTURE)
    story.do(replace(look, evidence=(PHOTO,)), TEN, by=by)


@pytest.mark.parametrize("rules", [2, 3])
def test_a_paper_shows_a_task_that_the_lead_checks(rules: int) -> None:
    story = Story(replace(plan(), picture=True, rules=rules))
    story.do("sign", NINE)
    story.do(GiveTask(unit="water", what="Take a sample.", evidence=1), NINE)
    report = Report(part="task-1", text="Clean.", evidence=(PAPER,))

    if rules == RULES:
        story.do(report, TEN, by=WATER_HANDLER)
        assert story.refused(done(PAPER), TEN)[0] is Refusal.PARTS_OPEN
    else:
        assert story.refused(report, TEN, by=WATER_HANDLER)[0] is Refusal.MISSING_EVIDENCE


def test_a_case_of_an_earlier_pack_is_shown_by_a_paper_as_before() -> None:
    made = replace(planned(TOWN, complaint(category="city-appearance")), holder="squad")
    story = Story(replace(made, picture=None))
    story.do("sign", NINE)

    assert story.do(done(PAPER), TEN)


@every_pack
def test_each_class_of_a_shipped_pack_has_a_file_unless_it_is_a_question(policy: Policy) -> None:
    without = {c.id for c in policy.categories if not c.evidence}

    assert without == {c.id for c in policy.categories if c.consult}


@every_pack
def test_only_what_cannot_be_photographed_is_direct_without_a_picture(policy: Policy) -> None:
    direct = {c.id for c in policy.categories if c.tier is Tier.DIRECT and not c.picture}
    noise = {"noise-neighbourhood", "noise-construction", "neighbour-noise", "night-construction"}
    gone = {"fireworks", "water-outage", "power-outage", "consult", "policy-question"}

    assert direct <= noise | gone


def test_a_picture_of_no_file_is_a_mistake(tmp_path: Path) -> None:
    changed = CATEGORIES.replace("    by_grid: true\n", "    by_grid: true\n    picture: true\n")
    changed = changed.replace("    evidence: 1\n", "")
    (found,) = told(tmp_path, categories=changed)

    assert found.endswith("picture: says nothing without `evidence: 1` or more; add that")
