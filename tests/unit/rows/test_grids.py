"""Rows 4 and 9: every case has a grid and an owner, and the grid of its point.

In the shipped town, whose nine grids have invented shapes.
"""

from dataclasses import replace
from typing import Any

import pytest

from activities.lookups import LookupActivities
from domain.case.escalation.acts import Ring
from domain.case.escalation.facts import RungReached
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.complaints import Complaint, Evidence, Place
from domain.people.rosters import Recipient
from domain.planning.planner import plan, plan_after_triage
from domain.planning.plans import CasePlan
from domain.policy.model import Grid, Policy
from domain.vocabulary import Channel, Role, Stage
from gateways.holidays import china
from packs import pack_of
from schemas.case import Question
from schemas.intake import Spot
from schemas.journal import row_of
from store.packs.loader import load_pack
from tests.builders import ACTORS, LOOKUP
from tests.town import at
from tests.unit.rows.story import Story, only

TOWN = load_pack(pack_of("youchegang"), {"china": china})
SEEN = at("2026-11-24 09:30")  # a Tuesday
PHOTO = Evidence("a" * 64, "s3://photos/1.jpg", "image/jpeg")
IN_G01 = (120_750_600, 30_842_100)
IN_G07 = (120_780_000, 30_810_000)
IN_G03 = (120_730_000, 30_790_000)
OUTSIDE = (120_600_000, 30_790_000)


def reported(
    category: str | None = "garbage",
    grid: str | None = None,
    point: tuple[int, int] | None = None,
    **changed: Any,
) -> Complaint:
    longitude, latitude = point or (None, None)
    told = Complaint(
        tenant=TOWN.tenant,
        source="https://12345.example/hotline",
        event_id="4711",
        complaint_id="4711",
        channel=Channel.HOTLINE,
        reported_at=SEEN,
        text="Rubbish by the river.",
        category=category,
        place=Place("荷塘村三组路口", grid, longitude, latitude),
        evidence=(PHOTO,),
    )
    return replace(told, **changed)


def why(a_plan: CasePlan, question: str) -> list[tuple[str, str]]:
    return [(each.answer, each.rule) for each in a_plan.choices if each.question == question]


def split(policy: Policy, gone: str, *after: Grid) -> Policy:
    """Return the policy in which a grid became others; without `after`, those of the policy."""
    ids = tuple(grid.id for grid in after) or ("G01",)
    grids = (replace(grid, successors=ids) if grid.id == gone else grid for grid in policy.grids)
    return replace(policy, grids=(*grids, *after), hash="sha256:next")


# --- Row 4: every case has a grid and an owner; an uncovered point is an error that is shown.


def test_row_04_a_point_without_a_grid_gets_its_grid_and_the_plan_says_why() -> None:
    decided = plan(TOWN, reported(point=IN_G01))

    assert decided.grid == "G01"
    assert decided.holder == "hetang-village"
    assert why(decided, "grid") == [("G01", "the point lies in it")]
    assert decided.complaint.place.grid is None  # what the source said is kept as it was


def test_row_04_without_point_or_shapes_a_plan_is_as_it_was() -> None:
    shapeless = replace(TOWN, shapes=(), datum=None)

    assert plan(TOWN, reported(grid="G01")) == plan(shapeless, reported(grid="G01"))
    assert plan(TOWN, reported(grid="G01", point=IN_G01)) == plan(
        shapeless, reported(grid="G01", point=IN_G01)
    )
    assert plan(shapeless, reported(point=OUTSIDE)).holder == "sanitation"
    assert plan(shapeless, reported(point=OUTSIDE)).uncovered is False


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"point": OUTSIDE}, "uncovered point: it lies in no grid"),
        ({"grid": "G99"}, "there is no grid G99"),
        ({"grid": "G99", "point": OUTSIDE}, "there is no grid G99"),
        ({"grid": "G99", "category": "water-burst"}, "there is no grid G99"),
    ],
)
def test_row_04_what_is_in_no_grid_waits_for_the_platform_and_is_listed(
    said: dict[str, Any], reason: str
) -> None:
    decided = plan(TOWN, reported(**said))
    story = Story(decided, SEEN)

    assert decided.holder is None
    assert why(decided, "grid") == [("none", reason)]
    assert why(decided, "holder") == [("platform", f"{reason}: the platform triages it")]
    assert story.case.stage is Stage.RECEIVED
    assert row_of(story.case).grid == "?"


def test_row_04_a_named_person_is_told_of_an_uncovered_point_at_once() -> None:
    story = Story(plan(TOWN, reported(point=OUTSIDE)), SEEN)
    people = replace(LOOKUP, roster=TOWN.roster)
    rungs = only(story.do(Ring(), at("2026-11-24 09:31"), lookup=people), RungReached)

    assert [(rung.rung, rung.clock) for rung in rungs] == [("uncovered-place", "accept")]
    assert {(told.unit, told.role) for told in rungs[0].told} == {("platform", Role.DISPATCHER)}
    assert {told.person for told in rungs[0].told} <= {each.id for each in TOWN.roster.people}


def test_row_04_the_pack_names_who_is_told_and_the_usual_rungs_follow() -> None:
    head = Recipient("leading-group-office", Role.SUPERVISOR)
    usual = plan(TOWN, reported(None))
    decided = plan(replace(TOWN, uncovered=head), reported(point=OUTSIDE))
    spec, as_usual = decided.spec(decided.tier, "accept"), usual.spec(usual.tier, "accept")
    assert spec is not None
    assert as_usual is not None
    first, *rest = decided.ladder(spec.ladder).rungs

    assert first.tell == (head,)
    assert (*rest,) == decided.ladder(spec.ladder.removesuffix("@uncovered")).rungs
    assert not as_usual.ladder.endswith("@uncovered")


def test_row_04_an_unknown_code_gives_way_to_the_point() -> None:
    decided = plan(TOWN, reported(grid="G99", point=IN_G07))

    assert decided.grid == "G07"
    assert decided.holder == "dongxing-community"
    assert why(decided, "grid") == [("G07", "the point lies in it; there is no grid G99")]


def test_row_04_a_town_without_grids_keeps_a_code_that_decides_nothing() -> None:
    decided = plan(replace(TOWN, grids=(), shapes=()), reported(grid="G99", point=OUTSIDE))

    assert decided.holder == "sanitation"
    assert decided.grid == "G99"
    assert decided.choices == plan(TOWN, reported()).choices


# --- A person says in which grid it is.


def test_row_04_a_triage_names_the_grid_and_the_case_leaves_the_list() -> None:
    old = plan(TOWN, reported(point=OUTSIDE))
    with_grid = plan_after_triage(TOWN, old, "garbage", grid="G05")
    without = plan_after_triage(TOWN, old, "garbage")
    assert with_grid is not None
    assert without is not None

    assert with_grid.holder == "xinqiao-community"
    assert why(with_grid, "grid") == [("G05", "a person")]
    assert with_grid.listed_grid == "G05"
    assert without.holder == "sanitation"
    assert without.listed_grid == "?"


class Pinned:
    """Gives the town for every hash."""

    async def pinned(self, tenant: str, policy_hash: str) -> Policy:
        return split(TOWN, "G02")

    async def repeats(self, spot: Spot) -> int:
        return 0


@pytest.mark.parametrize(
    ("grid", "problem"),
    [
        ("G05", ""),
        ("G0 5", "no grid G0 5; did you mean G05?"),
        ("xyz", "no grid xyz; see grids.yaml"),
        ("G02", "grid G02 is now G01; name one of them"),
    ],
)
async def test_row_04_a_triage_with_an_unknown_grid_is_refused_by_name(
    grid: str, problem: str
) -> None:
    story = Story(plan(TOWN, reported(point=OUTSIDE)), SEEN)
    act = Triage(category="garbage", grid=grid)
    question = Question(tenant=TOWN.tenant, at=SEEN, plan=story.case.plan, triage=act)
    found = await LookupActivities(Pinned()).look_up(question)  # type: ignore[arg-type]

    assert found.problem == problem
    if problem:
        refused = story.refused(act, SEEN, by=ACTORS[Role.DISPATCHER], lookup=found)
        assert refused == (Refusal.UNKNOWN_GRID, problem)
    else:
        story.do(act, SEEN, by=ACTORS[Role.DISPATCHER], lookup=found)
        assert story.case.holder == "xinqiao-community"


# --- Row 9: a patrol's GPS is in its grid.


def test_row_09_a_point_outside_the_named_grid_is_shown_and_the_grid_holds() -> None:
    decided = plan(TOWN, reported(grid="G01", point=IN_G07))

    assert decided.holder == "hetang-village"
    [(answer, rule)] = why(decided, "point")
    assert answer == "G07"
    assert rule.startswith("the point lies in G07, not in grid G01, which its source names")


def test_row_09_a_point_in_no_grid_is_shown_beside_a_named_grid() -> None:
    decided = plan(TOWN, reported(grid="G01", point=OUTSIDE))

    assert decided.holder == "hetang-village"
    assert decided.uncovered is False
    assert why(decided, "point")[0][0] == "none"


def test_row_09_a_patrol_report_outside_its_grid_is_asked_back() -> None:
    there = reported(grid="G07", point=IN_G07, channel=Channel.PATROL)
    elsewhere = reported(grid="G01", point=IN_G07, channel=Channel.PATROL)

    assert plan(TOWN, there).holder == "dongxing-community"
    assert plan(TOWN, elsewhere).holder is None
    reason = "channel patrol needs grid, and the point lies in G07, not in grid G01"
    assert why(plan(TOWN, elsewhere), "holder") == [("platform", f"{reason}: the platform asks")]


def test_row_09_a_patrol_needs_no_code_where_its_gps_says_the_grid() -> None:
    assert plan(TOWN, reported(point=IN_G07, channel=Channel.PATROL)).grid == "G07"
