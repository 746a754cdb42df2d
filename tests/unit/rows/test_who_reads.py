"""Who comments on a case, and who reads what is inquired into the duty of officials."""

from dataclasses import replace

import pytest

from domain.case.access import is_of_duty, reach_of
from domain.case.commands import Actor, Command
from domain.case.decide import decide
from domain.case.events import CommandRefused
from domain.case.handling.acts import Comment
from domain.case.handling.facts import Commented
from domain.case.joint_work.acts import Conclude
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Inquire
from domain.complaints import SuperiorOrder
from domain.people.rosters import Absence, Person
from domain.vocabulary import OVERSEERS, Role, Stage, Tier
from runtime.cli.views.cases import print_case
from tests.acts import MINUTES, RECEIPT
from tests.builders import ACTORS, LOOKUP, USUAL, WATER_HANDLER, case_at, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.test_planning import TOWN

NOON = at("2026-07-01 12:00")
WORDS = Comment(text="Seen it.")
LEADER, SUPERVISOR = ACTORS[Role.LEADER], ACTORS[Role.SUPERVISOR]
CITY = Actor("city", Role.SUPERIOR, "city-office")


def test_a_unit_without_a_part_in_a_case_does_not_comment_on_it() -> None:
    code, words = Story().refused(WORDS, NOON, by=WATER_HANDLER)

    assert code is Refusal.NOT_READABLE
    assert "squad" not in words  # nor does it hear who has the case


@pytest.mark.parametrize(
    "by",
    [
        *(
            ACTORS[role]
            for role in Role
            if role not in {Role.ENGINE, Role.SUPERIOR, Role.OUTSIDE, *OVERSEERS}
        ),
        Actor("hua", Role.HANDLER, "platform"),
        replace(WATER_HANDLER, unit="water", for_person="li", own_unit="squad"),
    ],
    ids=lambda actor: f"{actor.role} of {actor.unit}",
)
def test_who_may_read_a_case_comments_on_it(by: Actor) -> None:
    assert Story().do(WORDS, NOON, by=by) == [Commented(text="Seen it.")]


def test_a_unit_that_was_asked_for_something_comments() -> None:
    story = Story()
    story.do("sign", NOON)
    story.do("give_task", NOON)
    [task] = story.case.open_parts()

    assert task.units == ("water",)
    assert story.do(WORDS, NOON, by=WATER_HANDLER)


def test_the_successor_of_a_unit_that_had_a_part_comments() -> None:
    heir = replace(LOOKUP, succeeds=("squad",))

    assert Story().do(WORDS, NOON, by=WATER_HANDLER, lookup=heir)


def test_a_superior_comments_on_the_cases_that_superiors_issued() -> None:
    ordered = Story(plan(complaint(superior=SuperiorOrder("1", "city"))))

    assert ordered.do(WORDS, NOON, by=CITY)
    assert Story().refused(WORDS, NOON, by=CITY)[0] is Refusal.NOT_READABLE


def test_in_a_case_of_the_first_rules_everybody_comments_as_before() -> None:
    assert Story(replace(plan(), rules=None)).do(WORDS, NOON, by=WATER_HANDLER)


@pytest.mark.parametrize("kind", ["sign", "return", "progress", "resolve", "report", "hold"])
@pytest.mark.parametrize("stage", [Stage.TRIAGED, Stage.DISPATCHED, Stage.CLOSED])
def test_a_refusal_tells_a_unit_without_a_part_nothing_of_the_case(kind: str, stage: Stage) -> None:
    act, _ = USUAL[kind]
    [event] = decide(case_at(stage), Command("c", WATER_HANDLER, act, LOOKUP), NOON).events

    assert event.fact == CommandRefused(
        refusal=Refusal.NOT_READABLE, detail="water has no part in this case"
    )


def test_an_officer_of_another_unit_carries_on_the_penalty() -> None:
    story = Story()
    story.do("sign", NOON)
    filed = FilePenalty(number="7", officers=("li", "feng"), basis="The law")
    story.do(filed, NOON, lookup=replace(LOOKUP, certified=(("li", "squad"), ("feng", "squad"))))
    officer = Actor("feng", Role.HANDLER, "water")

    step = AdvancePenalty(part="penalty-1", step=PenaltyStep.INVESTIGATED, evidence=(RECEIPT,))
    assert story.do(step, NOON, by=officer)


@pytest.mark.parametrize("rules", [None, 2])
def test_a_running_case_refuses_strangers_as_before(rules: int | None) -> None:
    story = Story(replace(plan(), rules=rules))
    code, words = story.refused("sign", NOON, by=WATER_HANDLER)

    assert code is Refusal.NOT_THE_HOLDER
    assert "squad" in words


# --- What is inquired into the duty of officials.


def inquired(act: Inquire) -> Story:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do(act, NOON, by=SUPERVISOR)
    matter = Conclude(part="inquiry-1", finding="A pipe burst.", evidence=(RECEIPT,))
    duty = Conclude(part="inquiry-2", finding="Nobody had looked.", evidence=(MINUTES,))
    story.do(matter, NOON, by=SUPERVISOR)
    story.do(duty, NOON, by=LEADER)
    return story


@pytest.mark.parametrize(
    "act",
    [
        Inquire(subject="Who let it happen"),
        Inquire(subject="What broke", duty="Who let it happen"),
    ],
    ids=["one subject", "a subject for each track"],
)
def test_subject_and_finding_of_the_duty_are_shown_to_the_leading_group_alone(
    act: Inquire, capsys: pytest.CaptureFixture[str]
) -> None:
    story = inquired(act)
    print_case(story.events, NOON)
    for_all = " ".join(capsys.readouterr().out.split())
    print_case(story.events, NOON, inquires=True)
    for_leaders = " ".join(capsys.readouterr().out.split())

    for secret in ("Who let it happen", "Nobody had looked."):
        assert secret not in for_all
        assert secret in for_leaders
    assert "A pipe burst." in for_all


def test_the_subject_of_the_matter_is_shown_to_all_who_read_the_case(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_case(inquired(Inquire(subject="What broke", duty="Who let it happen")).events, NOON)

    assert "What broke" in capsys.readouterr().out


def test_every_second_track_is_into_the_duty() -> None:
    duty = [name for name in (f"inquiry-{n}" for n in range(1, 7)) if is_of_duty(name)]

    assert duty == ["inquiry-2", "inquiry-4", "inquiry-6"]
    assert not is_of_duty("task-2")
    assert not is_of_duty("joint_action-2")


@pytest.mark.parametrize("role", sorted({*Role} - {Role.ENGINE}))
def test_the_leading_group_and_its_office_read_what_is_inquired(role: Role) -> None:
    found = reach_of(TOWN, Person("somebody", "Somebody", "sanitation", (role,)))

    assert found.inquires is (role in {Role.SUPERVISOR, Role.LEADER})


def test_a_deputy_reads_what_the_absent_person_reads_and_only_then() -> None:
    people = tuple(
        replace(each, deputies=("lin-yan",)) if each.id == "shen-haifeng" else each
        for each in TOWN.roster.people
    )
    absent = Absence("shen-haifeng", at("2026-11-30 08:00"), at("2026-12-01 08:00"))
    town = replace(TOWN, roster=replace(TOWN.roster, people=people, absences=(absent,)))
    [deputy] = [each for each in people if each.id == "lin-yan"]

    meanwhile = reach_of(town, deputy, at("2026-11-30 10:00"))
    afterwards = reach_of(town, deputy, at("2026-12-01 10:00"))

    assert meanwhile.whole_tenant
    assert meanwhile.inquires
    assert "leading-group-office" in meanwhile.units
    assert afterwards == reach_of(town, deputy)
