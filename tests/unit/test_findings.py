"""A finding of a patrol is filed once, and asks where the same may be open already."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from domain.complaints import Place
from domain.matching.blocking import blocking_keys, candidate_keys
from domain.matching.clustering import Candidate, CaseState, judge
from domain.matching.similarity import ReportFeatures, resemblance
from domain.patrols.findings import FoundBefore, OpenFinding, finding_id, may_be_same
from domain.patrols.patrollers import PatrolRefused
from domain.patrols.routes import Patrol
from runtime.jobs import file_finding
from runtime.jobs.file_finding import FindingFiler
from runtime.problems import Problem
from runtime.settings import Settings
from schemas.events.findings import FoundMatter
from schemas.intake import Outcome
from store.patrols.patrols import PatrolAct, PatrolFinding, PostgresPatrols
from tests.unit.test_patrol_moments import LATER, PLANNED
from tests.unit.test_patrols import SQUAD, TOWN, inside


@dataclass
class FakeKept:
    """What was found, without a database."""

    found: dict[str, PatrolFinding] = field(default_factory=dict)
    open: list[OpenFinding] = field(default_factory=list)

    async def found_as(self, _tenant: str, id_: str) -> PatrolFinding | None:
        return self.found.get(id_)

    async def open_findings(self, *_asked: object) -> list[OpenFinding]:
        return self.open

    async def keep_finding(self, finding: PatrolFinding, _act: PatrolAct) -> bool:
        is_new = finding.id not in self.found
        self.found[finding.id] = finding
        return is_new


@dataclass
class Town:
    kept: FakeKept = field(default_factory=FakeKept)
    sent: list[Mapping[str, Any]] = field(default_factory=list)
    outcome: Outcome | None = Outcome.ACCEPTED

    async def find(
        self,
        text: str = "店外堆物",
        id_: str = "",
        *,
        another: bool = False,
        at: datetime = LATER,
        patrol: Patrol = PLANNED,
    ) -> file_finding.FiledFinding:
        tenant = TOWN.tenant
        number = id_ or finding_id(tenant, patrol, "G08", "garbage", text, files=["ab" * 32])
        matter = FoundMatter(number, tenant, "G08", "garbage", text, at)
        filer = FindingFiler(Settings(), cast(PostgresPatrols, self.kept), TOWN, 1.0)
        act = PatrolAct(number, tenant, SQUAD, at)
        return await filer.file(patrol, matter, act, chosen=bool(id_), another=another)


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Town:
    here = Town()

    async def send(_settings: object, event: Mapping[str, Any], _patience: float) -> object:
        here.sent.append(event)
        return SimpleNamespace(outcome=here.outcome, detail="as the test says")

    monkeypatch.setattr(file_finding, "file_finding", send)
    return here


async def test_the_same_words_typed_twice_are_one_case(town: Town) -> None:
    first = await town.find()
    again = await town.find("店外堆物 ", at=LATER + timedelta(minutes=1))

    assert first.is_new is True
    assert again.is_new is False
    assert again.case_id == first.case_id
    assert len(town.sent) == 1


async def test_other_words_another_file_or_an_id_make_another_finding(town: Town) -> None:
    cases = [
        (await town.find()).case_id,
        (await town.find("散落纸箱")).case_id,
        (await town.find(id_="second")).case_id,
        (await town.find(patrol=replace(PLANNED, id="P2.2026-11-30"))).case_id,
    ]
    one = finding_id("town", PLANNED, "G08", None, "纸箱", files=["ab"])

    assert len({*cases}) == 4
    assert one != finding_id("town", PLANNED, "G08", None, "纸箱", files=["cd"])


async def test_an_id_that_a_person_chose_has_one_effect_and_one_finding(town: Town) -> None:
    first = await town.find(id_="mine")
    again = await town.find(id_="mine")

    assert again.case_id == first.case_id
    assert len(town.sent) == 1
    with pytest.raises(PatrolRefused, match="'mine' is the id of a finding in G08 of P1"):
        await town.find(id_="mine", patrol=replace(PLANNED, id="P2.2026-11-30"))


async def test_what_was_sent_and_not_kept_is_found_by_the_conflict_of_its_own_event(
    town: Town,
) -> None:
    town.outcome = Outcome.CONFLICT
    found = await town.find()

    assert found.is_filed is True
    assert found.is_new is False
    with pytest.raises(Problem, match="intake says conflict"):
        await town.find(id_="of another program")


async def test_an_open_finding_of_the_same_grid_and_category_is_asked_about(town: Town) -> None:
    town.kept.open = [OpenFinding("7kq2m-9xa4t-bnc2w", SQUAD, LATER)]
    with pytest.raises(FoundBefore, match="open finding of garbage: case 7kq2m-9xa4t-bnc2w"):
        await town.find()
    filed = await town.find(another=True)

    assert filed.is_new is True
    assert len(town.sent) == 1


async def test_what_intake_has_not_taken_up_is_said_to_be_so(town: Town) -> None:
    town.outcome = Outcome.PARKED

    assert (await town.find()).is_filed is False


@pytest.mark.parametrize(
    ("there", "here", "same"),
    [
        (None, inside("G08"), True),
        (inside("G08"), None, True),
        (inside("G08"), inside("G08"), True),
        (inside("G08"), inside("G07"), False),
    ],
)
def test_two_points_that_are_far_apart_are_two_matters(
    there: tuple[int, int] | None, here: tuple[int, int] | None, same: bool
) -> None:
    earlier = OpenFinding("7kq2m-9xa4t-bnc2w", SQUAD, LATER, there)

    assert (may_be_same([earlier], here) is not None) is same


REPORT = ReportFeatures("city-appearance", LATER, "店外堆物", Place("", "G08"))


def test_two_reports_that_say_no_more_than_the_grid_are_similar_and_found() -> None:
    rule = TOWN.similar
    assert rule is not None
    found = resemblance(rule, REPORT, REPORT)

    assert found.score >= rule.link
    assert "same grid" in found.reason
    assert {*blocking_keys("t", REPORT)} & {*candidate_keys("t", REPORT, rule)}


def test_a_grid_alone_gathers_no_cases_behind_one() -> None:
    several = [Candidate(f"case-{n}", n, REPORT, CaseState.OWN) for n in range(30)]
    found = judge(TOWN, REPORT, several)

    assert found.similar != ()
    assert found.cluster is None


@pytest.mark.parametrize(
    "place", [Place("", "G07"), Place("人民路12号", "G08"), Place("", "G08", *inside("G08"))]
)
def test_another_grid_or_a_place_that_says_more_is_not_the_same_grid(place: Place) -> None:
    rule = TOWN.similar
    assert rule is not None

    assert resemblance(rule, REPORT, replace(REPORT, place=place)).by_grid is False
