"""Rows 16 to 19: several units on one case, each with its own share and its own clock."""

from dataclasses import replace

from domain.case.closing.acts import Resolve
from domain.case.dispatch.acts import Return
from domain.case.dispatch.facts import Dispatched
from domain.case.escalation.facts import DeadlineMissed
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import Conclude, Convene, Hold, Opinion, Report, Resolution
from domain.case.parts.facts import PartMoved, PartOpened, PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import AskExtension
from domain.case.supervision.acts import Appoint, Inquire
from domain.case.supervision.facts import Appointed
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.vocabulary import Role, Stage, Tier
from tests.acts import MINUTES, RECEIPT, SCAN, WATER_CAME
from tests.builders import ACTORS, LOOKUP, PHOTO, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import Story, kinds, only

LEADER = ACTORS[Role.LEADER]
SUPERVISOR = ACTORS[Role.SUPERVISOR]
CAME = ("squad", "water")
WROTE = Opinion("water", "feng", SCAN)


def supervised() -> Story:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("sign", at("2026-07-01 09:00"))
    return story


def test_row_16_joint_meeting_decisions_become_tasks_with_their_own_clocks() -> None:
    story = supervised()
    opened = story.do("convene", at("2026-07-01 09:00"))
    held = Hold(
        part="conference-1",
        minutes="The drain first, then the stalls.",
        evidence=(MINUTES,),
        present=CAME,
        came=WATER_CAME,
        tasks=(Resolution("water", "Clear the drain."), Resolution("squad", "Move the stalls.")),
    )
    # Friday 17:30; a task has two working days of eight hours.
    facts = story.do(held, at("2026-07-03 17:30"))

    assert [("water", "squad")] == [fact.units for fact in only(opened, PartOpened)]
    assert ["part_moved", "part_opened", "part_opened"] == kinds(facts)
    assert ["water", "squad"] == [fact.units[0] for fact in only(facts, PartOpened)]
    assert at("2026-07-07 17:30") == story.due("task-1") == story.due("task-2")
    assert not story.part("conference-1").is_open


def test_row_16_joint_meeting_absentee_is_convened_once_more_then_a_supervisor_decides() -> None:
    story = supervised()
    story.do("convene", at("2026-07-01 09:00"))
    alone = Hold(
        part="conference-1", minutes="The squad was alone.", evidence=(MINUTES,), present=("squad",)
    )
    [again] = story.do(alone, at("2026-07-02 10:00"))

    assert isinstance(again, PartMoved)
    assert PartState.OPEN == again.to
    assert "no quorum: water missing" == again.note
    assert at("2026-07-06 10:00") == story.due("conference-1")  # sixteen working hours
    alone = replace(alone, evidence=(SCAN,))
    code, words = story.refused(alone, at("2026-07-06 10:00"))
    assert Refusal.NO_QUORUM is code
    assert words.startswith("water missing for the second time; the leading group or its office")

    [decided] = story.do(alone, at("2026-07-06 11:00"), by=SUPERVISOR)
    assert isinstance(decided, PartMoved)
    assert PartState.DONE == decided.to
    assert "without water" == decided.note


def test_row_16_joint_meeting_written_opinion_counts_as_present() -> None:
    story = supervised()
    story.do("convene", at("2026-07-01 09:00"))
    wrote = Hold(
        part="conference-1", minutes="x", evidence=(MINUTES,), present=("squad",), written=(WROTE,)
    )

    [held] = story.do(wrote, at("2026-07-02 10:00"))

    assert isinstance(held, PartMoved)
    assert PartState.DONE is held.to


def test_row_16_joint_meeting_that_nobody_reports_is_a_missed_deadline() -> None:
    story = supervised()
    story.do("convene", at("2026-07-01 09:00"))

    before, after = story.wait(at("2026-07-06 09:59")), story.wait(at("2026-07-06 10:01"))

    # Sixteen working hours after the appointed hour, Thursday at ten.
    assert "conference-1" not in {fact.clock for fact in only(before, DeadlineMissed)}
    assert "conference-1" in {fact.clock for fact in only(after, DeadlineMissed)}


def test_row_16_joint_meeting_refused_halfway_leaves_nothing_of_it() -> None:
    """The conference may not end where one of its tasks cannot be given."""
    rules = tuple(rule for rule in plan().parts if rule.kind != "task")
    story = Story(plan(tier=Tier.SUPERVISE, parts=rules))
    story.do("convene", at("2026-07-01 09:00"))
    tasks = (Resolution("water", "Clear the drain."),)
    held = Hold(
        part="conference-1",
        minutes="Agreed.",
        evidence=(MINUTES,),
        present=CAME,
        came=WATER_CAME,
        tasks=tasks,
    )

    code, words = story.refused(held, at("2026-07-02 10:00"))

    assert Refusal.NOT_PROVIDED == code
    assert "no rule for task in supervise" in words
    assert story.part("conference-1").is_open


def test_row_16_joint_meeting_names_a_lead_who_cannot_return_the_case() -> None:
    for lead, actor in (("squad", ACTORS[Role.HANDLER]), ("water", WATER_HANDLER)):
        story = supervised()
        story.do("convene", at("2026-07-01 09:00"))
        held = Hold(
            part="conference-1",
            minutes="Agreed.",
            evidence=(MINUTES,),
            present=CAME,
            came=WATER_CAME,
            lead=lead,
        )
        story.do(held, at("2026-07-02 11:00"), by=SUPERVISOR)

        assert lead == story.case.holder
        code, _ = story.refused(Return(reason="Not ours."), at("2026-07-02 11:30"), by=actor)
        assert Refusal.DESIGNATED is code


def test_row_17_lead_and_assist_there_is_exactly_one_lead() -> None:
    story = Story(plan(tier=Tier.SUPERVISE))
    act = Appoint(lead="water", members=("squad", "water"), instruction="Together.")
    facts = story.do(act, at("2026-07-01 09:00"))

    assert [("water", ("squad",))] == [(f.lead, f.members) for f in only(facts, Appointed)]
    assert [("water", True)] == [(f.unit, f.designated) for f in only(facts, Dispatched)]
    assert at("2026-07-01 15:00") == story.due("sign")  # four hours, lunch skipped
    code, _ = story.refused("sign", at("2026-07-01 09:30"))
    assert Refusal.NOT_THE_HOLDER is code


def test_row_17_lead_and_assist_whoever_holds_it_already_is_designated_too() -> None:
    story = supervised()
    story.do("appoint", at("2026-07-01 09:30"))
    code, _ = story.refused("return", at("2026-07-01 10:00"))

    assert Refusal.DESIGNATED is code


def test_row_17_lead_and_assist_members_report_to_the_lead_by_deadlines_of_their_own() -> None:
    story = supervised()
    story.do("give_task", at("2026-07-01 09:00"))
    done = Report(part="task-1", text="Cleared.", evidence=(PHOTO,))

    assert at("2026-07-03 09:00") == story.due("task-1")
    code, words = story.refused(done, at("2026-07-01 10:00"))
    assert Refusal.NOT_YOUR_PART == code
    assert "task-1 asks water, not squad" == words
    story.do(done, at("2026-07-01 17:00"), by=WATER_HANDLER)
    assert story.clock("task-1").is_paused  # the lead looks; the unit does not pay for it
    code, _ = story.refused(
        Check(part="task-1", passed=True, note="Mine."), at("2026-07-01 17:30"), by=WATER_HANDLER
    )
    assert Refusal.SAME_PERSON is code
    bad = Check(part="task-1", passed=False, note="Half of it.")
    story.do(bad, at("2026-07-02 09:00"), by=ACTORS[Role.HANDLER])
    assert at("2026-07-03 11:00") == story.due("task-1")  # two hours of looking were not theirs


def test_row_17_lead_and_assist_a_task_is_due_no_later_than_the_case() -> None:
    story = Story(plan(tier=Tier.ASSIGN))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("give_task", at("2026-07-07 17:00"))  # the holder is due at 18:00

    assert at("2026-07-07 18:00") == story.due("task-1") == story.due(HOLDER)


def test_row_17_lead_and_assist_a_task_has_an_hour_and_the_lead_misses_its_own_deadline() -> None:
    story = Story(plan(tier=Tier.ASSIGN))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("give_task", at("2026-07-07 17:59"))  # the holder is due at 18:00
    story.wait(at("2026-07-08 08:30"))

    assert at("2026-07-08 08:59") == story.due("task-1")
    assert [(HOLDER, ("squad",))] == [
        (miss.clock, miss.units) for miss in story.case.misses if miss.clock != CITIZEN
    ]


def test_row_17_lead_and_assist_a_task_of_a_running_case_is_due_with_the_case() -> None:
    story = Story(replace(plan(tier=Tier.ASSIGN), rules=2))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("give_task", at("2026-07-07 17:59"))

    assert at("2026-07-07 18:00") == story.due("task-1")


def test_row_17_lead_and_assist_the_lead_cannot_resolve_over_an_open_task() -> None:
    story = supervised()
    story.do("give_task", at("2026-07-01 09:00"))
    code, words = story.refused(Resolve(result="Done.", evidence=(PHOTO,)), at("2026-07-02 09:00"))

    assert Refusal.PARTS_OPEN is code
    assert words.startswith("still open: task-1 (water); end or answer them")
    story.do("waive", at("2026-07-02 10:00"))
    story.do("resolve", at("2026-07-02 10:01"))
    assert Stage.RESOLVED is story.case.stage


def test_row_18_joint_investigation_has_one_folder_and_waits_for_everybody() -> None:
    story = supervised()
    story.do("investigate", at("2026-07-01 09:00"))
    due = story.due("investigation-1")
    water = Report(part="investigation-1", text="A pipe.", evidence=(PHOTO,))
    squad = Report(part="investigation-1", text="Seen from the road.", evidence=(PHOTO,))
    story.do(water, at("2026-07-01 10:00"), by=WATER_HANDLER)
    code, words = story.refused("conclude", at("2026-07-01 11:00"))

    assert Refusal.NO_QUORUM == code
    assert words.startswith("nothing yet from squad")
    story.do(squad, at("2026-07-01 11:30"))
    story.do(water, at("2026-07-01 11:40"), by=WATER_HANDLER)  # it may add more
    assert due == story.due("investigation-1") == at("2026-07-08 09:00")
    [found] = story.do("conclude", at("2026-07-02 09:00"))
    assert isinstance(found, PartMoved)
    assert PartState.DONE == found.to
    assert type(found.by) is Conclude


def test_row_19_dual_investigation_has_two_tracks_that_both_end_before_the_result() -> None:
    story = supervised()
    facts = story.do(Inquire(subject="Who let it happen"), at("2026-07-01 09:00"))

    assert ["inquiry-1", "inquiry-2"] == [fact.part for fact in only(facts, PartOpened)]
    matter = Conclude(part="inquiry-1", finding="A pipe.", evidence=(RECEIPT,))
    duty = Conclude(part="inquiry-2", finding="Nobody had looked.", evidence=(MINUTES,))
    code, _ = story.refused(duty, at("2026-07-02 09:00"), by=ACTORS[Role.UNIT_HEAD])
    assert Refusal.WRONG_ROLE is code  # nobody inquires into their own duty
    story.do(matter, at("2026-07-02 09:00"), by=SUPERVISOR)
    code, words = story.refused("resolve", at("2026-07-02 10:00"))
    assert Refusal.PARTS_OPEN == code
    assert "still open: inquiry-2" in words
    story.do(duty, at("2026-07-02 11:00"), by=LEADER)
    story.do("resolve", at("2026-07-02 11:30"))


def test_a_unit_that_lost_the_case_has_nothing_more_to_ask_for_it() -> None:
    story = Story()
    story.do(AskExtension(hours=16, reason="Rain."), at("2026-07-01 08:30"))
    story.do("return", at("2026-07-01 09:00"))
    story.do("answer", at("2026-07-01 10:00"))

    assert PartState.LAPSED is story.part("extension-1").state
    assert story.case.open_parts() == ()
    assert at("2026-07-01 16:00") == story.due("accept")  # four hours from the answer


def test_a_village_helps_but_leads_through_no_door() -> None:
    lookup = replace(LOOKUP, units=(*LOOKUP.units, "village"), kinds=(("village", "village"),))
    for act, by in (
        (Appoint(lead="village", instruction="You."), SUPERVISOR),
        (
            Hold(
                part="conference-1",
                minutes="x",
                evidence=(MINUTES,),
                present=CAME,
                came=WATER_CAME,
                lead="village",
            ),
            SUPERVISOR,
        ),
    ):
        story = supervised()
        story.do(
            Convene(units=("water",), at=at("2026-07-02 10:00"), agenda="x"), at("2026-07-01 09:00")
        )
        code, words = story.refused(act, at("2026-07-02 10:00"), by=by, lookup=lookup)
        assert Refusal.ASSISTS_ONLY == code
        assert "give village a task instead" in words
