"""Row 46: an outside party with a task reads that task, and of the case no words of others."""

from dataclasses import replace

import pytest

from domain.case.access import Reach, reach_of
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.handling.acts import Comment, Progress
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import GiveTask, Report
from domain.case.own_parts import as_read, reads_own_parts
from domain.case.parts.facts import PartOpened
from domain.complaints import Evidence, Place
from domain.people.rosters import Person
from domain.policy.powers import DEFAULT_POWERS, KindPowers, Reads, reads_of
from domain.privacy.confidential import HIDDEN
from domain.vocabulary import Role
from tests.builders import ACTORS, WATER_HANDLER, complaint, plan
from tests.town import at
from tests.unit.kinds import SEEN
from tests.unit.rows.story import Story
from tests.unit.test_planning import TOWN

NINE = at("2026-07-01 09:00")
CANARY = "kanarienvogel"
SUPERVISOR = ACTORS[Role.SUPERVISOR]
ESTATE = Reach("luo", "youchegang", ("estate",), part_units=("estate",))
GUARD = replace(WATER_HANDLER, id="luo", unit="estate")
FILE = Evidence("8" * 64, f"s3://evidence/{CANARY}.jpg", "image/jpeg")
DONE = Evidence("7" * 64, "s3://evidence/gate.jpg", "image/jpeg")


def asked() -> Story:
    """Return a case with a canary in what the reporter and each unit but the party have said."""
    place = Place(address="Elm Road 7", grid="G01")
    about = replace(complaint(evidence=(FILE,)), text=f"The {CANARY} of flat 7", place=place)
    story = Story(plan(about))
    story.do("sign", NINE)
    story.do(Progress(note=f"Saw the {CANARY}.", evidence=(FILE,)), NINE)
    story.do(Comment(text=f"A {CANARY}."), NINE, by=SUPERVISOR)
    story.do(GiveTask(unit="water", what=f"Dig for the {CANARY}."), NINE)
    story.do(GiveTask(unit="estate", what="Open the gate."), NINE, by=SUPERVISOR, lookup=SEEN)
    found = replace(FILE, sha256="9" * 64)
    report = Report(part="task-1", text=f"No {CANARY}.", evidence=(found,))
    story.do(report, NINE, by=WATER_HANDLER)
    story.refused("sign", NINE)
    story.do(Report(part="task-2", text="It is open.", evidence=(DONE,)), NINE, by=GUARD)
    story.do(Check(part="task-2", passed=False, note="It is not."), NINE, by=SUPERVISOR)
    return story


def said(events: list[Event]) -> str:
    return " ".join(map(repr, events))


def test_an_outside_party_reads_no_words_of_reporter_and_other_units() -> None:
    assert CANARY not in said(as_read(asked().events, ESTATE))


def test_an_outside_party_reads_place_deadlines_and_its_own_parts_whole() -> None:
    story = asked()
    read = as_read(story.events, ESTATE)
    case = fold(read)

    assert case.plan.complaint.place.address == "Elm Road 7"
    assert case.plan.category == story.case.plan.category
    assert case.clocks == story.case.clocks
    for words in ("Open the gate.", "It is open.", "s3://evidence/gate.jpg", "It is not."):
        assert words in said(read)
    [task] = [e.fact for e in read if isinstance(e.fact, PartOpened) and e.fact.part == "task-1"]
    assert task.terms == GiveTask(unit="water", what=HIDDEN)


@pytest.mark.parametrize(
    "reach",
    [
        replace(ESTATE, part_units=()),
        replace(ESTATE, units=("estate", "water")),  # on duty there, too
        replace(ESTATE, whole_tenant=True),
        Reach("li", "youchegang", ("squad",)),
    ],
)
def test_others_read_all_of_the_case(reach: Reach) -> None:
    assert as_read(asked().events, reach) == asked().events


def test_an_outside_party_reads_all_of_the_case_that_it_has_had() -> None:
    squad = Reach("li", "youchegang", ("squad",), part_units=("squad",))

    assert as_read(asked().events, squad) == asked().events


@pytest.mark.parametrize(
    ("units", "holder", "parts_alone"),
    [
        (("estate", "squad"), "squad", True),
        (("estate",), "estate", False),
        (("estate", "squad"), None, True),
    ],
)
def test_a_list_shows_no_words_of_the_reporter_either(
    units: tuple[str, ...], holder: str | None, parts_alone: bool
) -> None:
    assert reads_own_parts(ESTATE, units, holder) is parts_alone


def test_by_its_kind_an_outside_party_reads_its_own_parts_where_the_pack_says_nothing() -> None:
    own = [row.kind for row in DEFAULT_POWERS if reads_of((row,), row.kind) is Reads.OWN_PARTS]

    assert own == ["outside-party"]
    assert reads_of((KindPowers("village", reads=Reads.OWN_PARTS),), "village") is Reads.OWN_PARTS
    assert reads_of((KindPowers("outside-party", reads=Reads.CASE),), "outside-party") is Reads.CASE


@pytest.mark.parametrize(
    ("unit", "part_units"), [("anyi-property", ("anyi-property",)), ("sanitation", ())]
)
def test_the_reach_of_a_person_names_the_units_that_read_parts_alone(
    unit: str, part_units: tuple[str, ...]
) -> None:
    found = reach_of(TOWN, Person("luo-an", "Luo An", unit, (Role.HANDLER,)))

    assert found.part_units == part_units
