"""立案结案标准: filed under a condition, handled in its limit, closed as one of its results."""

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from activities.lookups import LookupActivities
from domain.case.citizen.acts import Supplement
from domain.case.closing.acts import Resolve
from domain.case.closing.facts import Closed, Resolved
from domain.case.commands import Act, Command, Lookup
from domain.case.refusals import Refusal
from domain.case.registration.acts import ChooseStandard, Triage
from domain.case.registration.facts import StandardChosen
from domain.case.state import Outline
from domain.complaints import Arrival, Evidence
from domain.planning.planner import plan, plan_after_triage
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CITIZEN, HOLDER
from domain.vocabulary import Channel, Role, Stage, Tier
from schemas.commands import CommandMessage
from schemas.events.case_events import case_event_of
from schemas.journal import body_of, event_of
from tests.acts import BEFORE, PHOTO
from tests.builders import ACTORS, LOOKUP
from tests.town import at, hours
from tests.unit.rows.story import Story, only
from tests.unit.standards import DRAINS, RECEIVED, TOWN, about, choose, chosen, planned, town
from tests.workflow.fakes import TownDesk
from workflows.questions import question

ELEVEN = at("2026-07-01 11:00")
HANDLER = replace(ACTORS[Role.HANDLER], unit="urban-mgmt")
OTHER = Evidence("b" * 64, "s3://evidence/other.jpg", "image/jpeg")


def signed(pinned: CasePlan) -> Story:
    story = Story(pinned, RECEIVED)
    story.do("sign", RECEIVED, by=HANDLER)
    return story


def done(close: str | None = "restored", before: tuple[Evidence, ...] = ()) -> Resolve:
    return Resolve(result="A new cover.", evidence=(PHOTO,), close=close, before=before)


def sorted_as(story: Story, standard: str) -> Lookup:
    new = plan_after_triage(TOWN, story.case.plan, "0103", standard=standard)
    return replace(LOOKUP, plan=new)


# --- The result.


@pytest.mark.parametrize(
    ("close", "words"),
    [
        (None, "say which result it is of standard missing: close=restored | fenced-off"),
        ("gone", "that is no result of standard missing: close=restored | fenced-off"),
    ],
)
def test_a_result_names_one_of_those_that_the_standard_lists(close: str, words: str) -> None:
    story = signed(planned("missing"))

    assert story.refused(done(close, before=(OTHER,)), ELEVEN, by=HANDLER) == (
        Refusal.NO_SUCH_RESULT,
        words,
    )


def test_the_result_that_was_named_is_kept() -> None:
    story = signed(planned("missing"))
    [fact] = only(story.do(done("fenced-off", before=(OTHER,)), ELEVEN, by=HANDLER), Resolved)

    assert fact.close == "fenced-off"
    assert fact.before == (OTHER,)


def test_a_standard_without_results_takes_none_by_name() -> None:
    story = signed(replace(planned("dirty"), evidence=1))

    code, _ = story.refused(done("restored"), ELEVEN, by=HANDLER)
    assert code is Refusal.NO_SUCH_RESULT
    story.do(done(None), ELEVEN, by=HANDLER)


def test_a_case_without_a_standard_takes_no_result_by_name() -> None:
    story = Story()
    story.do("sign", ELEVEN)

    code, _ = story.refused(done("restored"), ELEVEN)
    assert code is Refusal.NO_SUCH_RESULT


def test_a_case_of_the_first_rules_asks_for_no_result_of_a_list() -> None:
    story = signed(replace(planned("missing"), rules=None))

    story.do(done(None), ELEVEN, by=HANDLER)
    assert story.case.stage is Stage.RESOLVED


# --- Files of before and after.


def test_a_result_lacks_the_files_that_show_it_before_the_work() -> None:
    story = signed(planned("missing"))

    assert story.refused(done(), ELEVEN, by=HANDLER) == (
        Refusal.MISSING_EVIDENCE,
        "1 files needed that show it before the work, 0 given; add them with `before`",
    )


def test_a_file_of_before_does_not_show_the_result() -> None:
    story = signed(planned("missing"))
    code, _ = story.refused(done(before=(PHOTO,)), ELEVEN, by=HANDLER)

    assert code is Refusal.MISSING_EVIDENCE


def test_what_the_reporter_sent_shows_it_before_the_work() -> None:
    with_picture = replace(about("missing"), evidence=(BEFORE,))
    story = signed(replace(planned("missing"), complaint=with_picture))

    story.do(done(), ELEVEN, by=HANDLER)
    assert story.case.stage is Stage.RESOLVED


def test_what_a_citizen_sends_later_shows_it_before_the_work() -> None:
    story = signed(planned("missing"))
    story.do(Supplement(text="Here.", evidence=(BEFORE,)), RECEIVED)

    story.do(done(), ELEVEN, by=HANDLER)
    assert story.case.stage is Stage.RESOLVED


# --- What a source has settled on the spot.


DIRECT = "rules:\n  - {id: rest, when: always, tier: direct}\n"


def settled(close: str | None) -> Story:
    direct = town(DRAINS.replace("tier: assign", "tier: direct"), tiers=DIRECT)
    arrived = replace(
        about("missing", channel=Channel.PATROL),
        evidence=(PHOTO, BEFORE),
        standing=Arrival(result="Put back.", close=close),
        reply_wanted=False,
    )
    return Story(plan(direct, arrived), RECEIVED)


def test_what_was_settled_on_the_spot_as_one_of_the_results_is_closed() -> None:
    story = settled("restored")

    [fact] = only([event.fact for event in story.events], Closed)
    assert fact.note == "settled on the spot by the source, restored: Put back."


@pytest.mark.parametrize("close", [None, "by Mr. Shen"])
def test_what_was_settled_on_the_spot_in_no_listed_way_goes_to_its_unit(close: str | None) -> None:
    story = settled(close)

    assert story.where == (Tier.DIRECT, Stage.DISPATCHED, "urban-mgmt")
    assert story.case.plan.complaint.standing.close is None


# --- Another standard, once a unit has the case.


def test_the_platform_chooses_another_standard_and_the_clocks_go_over() -> None:
    story = signed(planned())
    choose(story, "noisy", ELEVEN)

    assert story.due(HOLDER) == at("2026-07-03 10:00")
    assert story.clock(CITIZEN).budget == hours(30)
    assert story.case.stage is Stage.SIGNED


def test_a_longer_limit_than_was_chosen_needs_a_reason() -> None:
    story = signed(planned("missing"))
    act = ChooseStandard(standard="noisy")

    assert story.refused(act, ELEVEN, lookup=chosen(story, act)) == (
        Refusal.REASON_NEEDED,
        "the limit becomes longer than that of missing; say why with `reason`",
    )
    choose(story, "noisy", ELEVEN, reason="It only rattles.")


def test_a_stricter_standard_needs_no_reason() -> None:
    story = signed(planned("noisy"))
    choose(story, "missing", ELEVEN)

    assert story.due(HOLDER) == at("2026-07-01 12:00")


def test_after_the_deadline_no_longer_limit_is_chosen() -> None:
    story = signed(planned())
    act = ChooseStandard(standard="noisy", reason="It only rattles.")

    code, words = story.refused(act, at("2026-07-02 08:00"), lookup=chosen(story, act))
    assert code is Refusal.TOO_LATE
    assert words == "the deadline has passed: no longer limit is chosen now; ask for an exemption"


def test_triage_to_a_longer_limit_than_the_source_named_needs_a_reason() -> None:
    story = Story(replace(planned("missing"), holder=None), RECEIVED)
    act = Triage(category="0103", standard="noisy")
    lookup = replace(
        LOOKUP, plan=plan_after_triage(TOWN, story.case.plan, "0103", standard="noisy")
    )

    code, _ = story.refused(act, RECEIVED, lookup=lookup)
    assert code is Refusal.REASON_NEEDED
    story.do(replace(act, reason="It only rattles."), RECEIVED, lookup=lookup)


def test_triage_away_from_what_only_held_until_then_needs_no_reason() -> None:
    story = Story(replace(planned(), holder=None), RECEIVED)
    lookup = replace(
        LOOKUP, plan=plan_after_triage(TOWN, story.case.plan, "0103", standard="noisy")
    )

    story.do(Triage(category="0103", standard="noisy"), RECEIVED, lookup=lookup)
    assert story.case.stage is Stage.DISPATCHED


# --- What the engine looks up, and what others see.


def found(act: Act, story: Story, when: datetime = ELEVEN) -> tuple[str | None, str]:
    """Return the standard of the plan that the engine finds, and the problem."""
    asked = question(story.case, Command("c", ACTORS[Role.DISPATCHER], act), when)
    assert asked is not None
    desk = TownDesk(policies={TOWN.hash: TOWN})
    lookup = asyncio.run(LookupActivities(desk).look_up(asked))
    standard = lookup.plan.standard if lookup.plan else None
    return standard.id if standard else None, lookup.problem


@pytest.mark.parametrize(
    "act", [ChooseStandard(standard="noisy"), Triage(category="0103", standard="noisy")]
)
def test_the_engine_finds_the_plan_under_the_standard_that_a_person_names(act: Act) -> None:
    assert found(act, signed(planned())) == ("noisy", "")


@pytest.mark.parametrize(
    "act", [ChooseStandard(standard="gone"), Triage(category="0103", standard="gone")]
)
def test_a_standard_that_there_is_not_is_refused_with_those_there_are(act: Act) -> None:
    standard, problem = found(act, signed(planned()))

    assert standard is None
    assert problem.startswith("0103 has no standard gone; there are: noisy (异响), missing")


def test_outsiders_hear_the_standard_and_the_result() -> None:
    story = signed(planned())
    choose(story, "missing", ELEVEN)
    story.do(done(before=(OTHER,)), ELEVEN, by=HANDLER)
    where = Outline(TOWN.tenant, Tier.ASSIGN)
    told = [case_event_of(story.case.case_id, event, where) for event in story.events]
    standards = {each.kind: each.standard for each in told if each and each.standard}
    results = {each.kind: each.close for each in told if each and each.close}

    assert standards == {"received": "missing", "standard_chosen": "missing"}
    assert results == {"resolved": "restored"}


def test_the_rows_of_a_case_with_a_standard_are_read_as_they_were_written() -> None:
    story = signed(planned("missing"))
    choose(story, "noisy", ELEVEN, reason="It only rattles.")
    story.do(done(), ELEVEN, by=HANDLER)

    bodies = [body_of(story.case.case_id, event) for event in story.events]
    assert [event_of(body) for body in bodies] == story.events


def test_a_choice_of_a_standard_is_a_row_of_its_own() -> None:
    story = signed(planned())
    act = ChooseStandard(standard="noisy")
    [fact] = only(story.do(act, ELEVEN, lookup=chosen(story, act)), StandardChosen)

    assert fact.standard == "noisy"


def test_a_worker_of_the_release_before_reads_acts_that_name_no_standard() -> None:
    acts: list[Act] = [Triage(category="0103"), Resolve(result="Done.", evidence=(PHOTO,))]
    written = [CommandMessage(id="1", actor=HANDLER, act=act).model_dump()["act"] for act in acts]

    assert [{*each} & {"standard", "close", "before"} for each in written] == [set(), set()]
