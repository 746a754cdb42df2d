"""Rows 16 and 40: a conference proposes who is responsible from now on; a person publishes it."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.case.commands import Command
from domain.case.joint_work.acts import Hold, Responsible
from domain.case.refusals import Refusal
from domain.policy.model import Category
from domain.reporting.proposals import Proposal, ProposalState, proposals_of
from domain.vocabulary import Role, Tier
from runtime.cli.act_arguments import message_for
from runtime.cli.commands.policy.proposals import change
from schemas.journal import body_of, event_of
from schemas.packs.content import hashed
from store.packs.loader import load_pack
from tests.acts import MINUTES, WATER_CAME
from tests.builders import ACTORS, LOOKUP, plan
from tests.fakes.packs import CATEGORIES, HOLIDAYS, written
from tests.town import at
from tests.unit.rows.story import Story
from tests.workflow.policies import policy
from workflows.questions import question

MET = at("2026-07-03 17:30")
SCRAP = Responsible("scrap", "water")
TOWN = replace(
    policy(),
    categories=(
        Category("scrap", "废品", "Scrap", None),
        Category("stalls", "摊", "Stalls", "squad"),
    ),
)


def convened() -> Story:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("sign", at("2026-07-01 09:00"))
    story.do("convene", at("2026-07-01 09:00"))
    return story


def minutes(*proposed: Responsible) -> Hold:
    return Hold(
        part="conference-1",
        minutes="Scrap is the water bureau's from now on.",
        evidence=(MINUTES,),
        present=("squad", "water"),
        came=WATER_CAME,
        responsible=proposed,
    )


def proposed(*responsible: Responsible) -> list[Proposal]:
    story = convened()
    story.do(minutes(*responsible), MET)
    kept = [event_of(body_of(story.case.case_id, each)) for each in story.events]
    return [*proposals_of(kept)]


def test_row_16_a_decision_of_a_conference_is_kept_as_a_proposal() -> None:
    (found,) = proposed(SCRAP)
    case_id, _, seq = found.id.partition("/")

    assert found.category == "scrap"
    assert found.unit == "water"
    assert found.at == MET
    assert case_id == plan().case_id
    assert seq.isdigit()


def test_row_40_the_list_does_not_change_by_itself() -> None:
    story = convened()
    before = story.case.plan, story.case.holder
    story.do(minutes(SCRAP), MET)

    assert (story.case.plan, story.case.holder) == before


def test_row_40_the_change_of_the_file_is_printed_for_a_person() -> None:
    (found,) = proposed(SCRAP)

    assert change(TOWN, found) == f'scrap: lead: water, proposal: "{found.id}" (remove vacuum)'
    stalls = replace(found, category="stalls")
    assert change(TOWN, stalls).endswith("(instead of lead: squad)")
    assert change(TOWN, replace(found, category="new")).startswith("add a row new with lead: water")


def test_row_40_a_row_that_names_the_proposal_has_taken_it_up() -> None:
    (found,) = proposed(SCRAP)
    row = replace(TOWN.categories[0], lead="water", proposal=found.id)
    silent = replace(row, proposal=None)

    assert found.state(TOWN) is ProposalState.OPEN
    assert found.state(replace(TOWN, categories=(row,))) is ProposalState.TAKEN_UP
    assert found.state(replace(TOWN, categories=(silent,))) is ProposalState.ALREADY_SO


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ((Responsible("scrap", "nobody"),), Refusal.UNKNOWN_UNIT),
        ((Responsible("张三的废品", "water"),), Refusal.UNKNOWN_CATEGORY),
        ((SCRAP, Responsible("scrap", "squad")), Refusal.WRONG_STEP),
    ],
)
def test_row_16_what_no_list_can_say_is_refused(
    said: tuple[Responsible, ...], refusal: Refusal
) -> None:
    found, why = convened().refused(minutes(*said), MET)

    assert found is refusal
    assert "张三" not in why


def test_row_16_the_units_are_looked_up_for_a_proposal_alone() -> None:
    asked = question(
        convened().case, Command("1", ACTORS[Role.SUPERVISOR], minutes(SCRAP), LOOKUP), MET
    )

    assert asked is not None
    assert asked.units_wanted


def test_row_16_the_command_line_takes_a_category_and_a_unit() -> None:
    fields = ["part=conference-1", "minutes=m", "responsible=scrap:water"]
    act = message_for("hold", fields, ACTORS[Role.SUPERVISOR], "1").act

    assert isinstance(act, Hold)
    assert act.responsible == (SCRAP,)


def test_row_40_a_pack_that_names_none_keeps_its_hash(tmp_path: Path) -> None:
    named = CATEGORIES.replace("    by_grid: true\n", "    by_grid: true\n    proposal: a/7\n")
    found = load_pack(written(tmp_path, categories=named), HOLIDAYS)
    row = found.categories[0]

    assert row.proposal == "a/7"
    rows = (replace(row, proposal=None), *found.categories[1:])
    plain = load_pack(written(tmp_path), HOLIDAYS)
    assert hashed(replace(found, categories=rows)).hash == plain.hash
