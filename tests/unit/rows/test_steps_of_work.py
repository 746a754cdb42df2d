"""A standard is closed in steps, each with its limit, its files and its row."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.closing.acts import Resolve
from domain.case.dispatch.acts import Dispatch
from domain.case.dispatch.facts import Dispatched
from domain.case.handling.acts import Progress
from domain.case.handling.facts import Progressed
from domain.case.refusals import Refusal
from domain.case.registration.acts import ChooseStandard
from domain.case.requests.acts import Answer
from domain.complaints import Arrival
from domain.policy.standards import WorkStep
from domain.sla.case_clocks import HOLDER, STEP
from domain.sla.clocks import Measure
from domain.vocabulary import Channel, Role, Stage, Tier
from runtime.cli.views.cases import print_case
from schemas.packs.content import content_of, policy_from
from tests.builders import ACTORS, LOOKUP, PAIR, PHOTO
from tests.town import at, hours
from tests.unit.rows.story import Story, only
from tests.unit.rows.work import CREW, TEN, TOWN, WORK, story
from tests.unit.standards import chosen, planned, town

SHOWN = (PHOTO,)
OTHER = replace(PHOTO, sha256="b" * 64)
THIRD = replace(PHOTO, sha256="c" * 64)


def step(id_: str, *files: object) -> Progress:
    return Progress(note=f"{id_} done", step=id_, evidence=files)  # type: ignore[arg-type]


def resolved(*files: object, close: str = "restored") -> Resolve:
    return Resolve(result="done", evidence=files, close=close)  # type: ignore[arg-type]


def test_a_pack_says_the_steps_and_the_last_is_the_whole() -> None:
    flooded = planned("flooded", TOWN).standard

    assert flooded is not None
    assert flooded.steps == (
        WorkStep("drain", hours(4), Measure.WORKING, 1),
        WorkStep("control", hours(16), Measure.WORKING_DAYS),
        WorkStep("repair", hours(32), Measure.WORKING_DAYS, 2),
    )
    assert flooded.within == hours(32)
    assert flooded.measure is Measure.WORKING_DAYS
    assert policy_from(content_of(TOWN), TOWN.roster) == replace(
        TOWN, notices=None, resources=None, patrols=None
    )


def test_each_step_has_its_clock_and_all_run_since_the_unit_got_the_case() -> None:
    told = story()

    assert told.due(STEP) == at("2026-07-01 16:00")
    assert told.due(HOLDER) == at("2026-07-07 10:00")
    told.do(step("drain", PHOTO), at("2026-07-01 15:00"), by=CREW)
    assert told.due(STEP) == at("2026-07-03 10:00")
    told.do(step("control"), at("2026-07-02 15:00"), by=CREW)
    assert not told.clock(STEP).is_running
    assert told.due(HOLDER) == at("2026-07-07 10:00")


def test_a_step_is_a_row_of_its_own() -> None:
    [fact] = only(story().do(step("drain", PHOTO), TEN, by=CREW), Progressed)

    assert fact.step == "drain"
    assert fact.evidence == SHOWN


def test_a_step_that_is_late_buys_no_time_for_the_next() -> None:
    told = story()
    told.wait(at("2026-07-03 09:00"))
    told.do(step("drain", PHOTO), at("2026-07-03 09:00"), by=CREW)

    assert told.due(STEP) == at("2026-07-03 10:00")


def test_a_missed_step_is_no_broken_promise_but_its_ladder_is_climbed() -> None:
    told = story()
    told.wait(at("2026-07-01 17:00"))

    assert told.clock(STEP).fired
    assert not [each for each in told.case.misses if each.clock == STEP]


@pytest.mark.parametrize(
    ("act", "code", "words"),
    [
        (step("dig"), Refusal.WRONG_STEP, "its steps are drain, control, repair"),
        (step("control"), Refusal.WRONG_STEP, "step drain comes before control"),
        (step("drain"), Refusal.MISSING_EVIDENCE, "step drain: 1 pieces of evidence needed"),
        (resolved(PHOTO, OTHER), Refusal.WRONG_STEP, "progress step=drain comes first"),
    ],
)
def test_no_step_is_left_out(act: Progress | Resolve, code: Refusal, words: str) -> None:
    found, detail = story().refused(act, TEN, by=CREW)

    assert found is code
    assert words in detail


def test_the_last_step_is_the_result_and_shows_files_of_its_own() -> None:
    told = story()
    told.do(step("drain", PHOTO), TEN, by=CREW)
    told.do(step("control"), TEN, by=CREW)

    assert told.refused(step("repair"), TEN, by=CREW)[1] == (
        "repair is the last step: report it with resolve"
    )
    assert told.refused(step("drain", OTHER), TEN, by=CREW)[1] == "step drain is done already"
    again = told.refused(resolved(PHOTO, OTHER), TEN, by=CREW)
    assert again[0] is Refusal.MISSING_EVIDENCE
    told.do(resolved(OTHER, THIRD), TEN, by=CREW)
    assert told.case.stage is Stage.RESOLVED


def test_a_case_without_steps_has_none_to_report() -> None:
    assert story("noisy").refused(step("drain"), TEN, by=CREW)[1] == (
        "no such step of this case: it has no steps"
    )
    assert story("noisy").case.clock(STEP) is None


def test_after_a_return_the_step_that_is_open_goes_on() -> None:
    told = Story(planned("flooded", TOWN), TEN)
    told.do("sign", TEN, by=CREW)
    told.do(step("drain", PHOTO), TEN, by=CREW)
    told.do("return", TEN, by=CREW)
    for part in told.case.open_parts():
        told.do(
            Answer(part=part.id, granted=True, reason="It is not theirs."),
            TEN,
            by=ACTORS[Role.SUPERVISOR],
        )
    known = replace(LOOKUP, units=(*LOOKUP.units, "urban-mgmt"))
    back = Dispatch(unit="urban-mgmt", reason="It is theirs.")
    told.do(back, TEN + timedelta(hours=1), lookup=known)

    assert told.case.steps_done == ("drain",)
    assert told.clock(STEP).budget == hours(16)


def test_a_standard_that_is_chosen_later_starts_its_steps_when_the_unit_got_the_case() -> None:
    told = story("noisy")
    choose_under(told, "flooded", at("2026-07-01 11:00"))

    assert told.due(STEP) == at("2026-07-01 16:00")


def choose_under(told: Story, standard: str, when: datetime) -> None:
    act = ChooseStandard(standard=standard, reason="The drain is flooded.")
    told.do(act, when, lookup=chosen(told, act, TOWN))


def test_no_step_is_longer_than_the_whole() -> None:
    slow = town(
        WORK.replace("{id: control, within: 2wd}", "{id: control, within: 4wd}"),
    )
    urgent = replace(
        slow,
        categories=tuple(
            replace(each, resolve=hours(8)) if each.id == "0103" else each
            for each in slow.categories
        ),
    )
    told = Story(planned("flooded", urgent), TEN)
    told.do("sign", TEN, by=CREW)
    told.do(step("drain", PHOTO), TEN, by=CREW)

    assert told.clock(STEP).budget == hours(8)


def test_what_its_source_settled_on_the_spot_is_not_closed_without_its_steps() -> None:
    direct = town(WORK.replace("tier: assign", "tier: direct", 1))
    plan_ = planned("flooded", direct, standing=Arrival(result="done", close="restored"))
    on_the_spot = replace(plan_, tier=Tier.DIRECT, evidence=0)
    patrol = replace(
        on_the_spot.complaint, channel=Channel.PATROL, evidence=PAIR, reply_wanted=False
    )
    told = Story(replace(on_the_spot, complaint=patrol), TEN)

    assert told.case.stage is Stage.DISPATCHED
    [fact] = only([event.fact for event in told.events], Dispatched)
    assert fact.reason == "called settled by its source, and done in 3 steps, each reported"


def test_the_case_shows_its_steps(capsys: pytest.CaptureFixture[str]) -> None:
    told = story()
    told.do(step("drain", PHOTO), TEN, by=CREW)
    print_case(told.events, TEN)
    shown = " ".join(capsys.readouterr().out.split())

    assert "step 1 drain: 4 h of working time, 1 file" in shown
    assert "steps done drain" in shown
    assert "step drain done" in shown
