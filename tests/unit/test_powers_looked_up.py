"""What the engine looks up of units and officers before a command, from rules 2 on."""

import asyncio
from dataclasses import replace
from typing import cast

import pytest

from activities.lookups import LookupActivities
from domain.case.commands import Act, Actor, Command
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.handling.acts import Sign
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import (
    Attendance,
    GiveTask,
    Hold,
    Opinion,
    ReportAction,
    Resolution,
)
from domain.case.repinning.acts import Repin
from domain.case.repinning.preview import preview
from domain.case.supervision.acts import Appoint
from domain.people.excerpts import excerpt
from domain.people.leading_group import LeadingGroup, Post
from domain.people.rosters import Person, Roster
from domain.planning.plans import RULES
from domain.policy.model import Unit
from domain.vocabulary import Role, Tier
from packs import pack_of
from runtime.wiring.packs import HOLIDAYS
from runtime.wiring.policy_registry import PolicyRegistry
from schemas.case import Question
from store.packs.loader import load_pack
from store.packs.published import PostgresPolicies
from tests.acts import SCAN
from tests.builders import ACTORS, opened, plan
from tests.town import OPENED, roster
from tests.workflow.fakes import TownDesk
from workflows.questions import question

HANDLER = ACTORS[Role.HANDLER]


def asked(act: Act, by: Actor = HANDLER, rules: int | None = RULES) -> Question | None:
    case = opened(replace(plan(), rules=rules))
    return question(case, Command("c", by, act), OPENED)


@pytest.mark.parametrize(
    ("act", "units"),
    [
        (Dispatch(unit="water"), ("water",)),
        (GiveTask(unit="water", what="Dig."), ("water",)),
        (Return(reason="Theirs.", suggested_unit="water"), ("water",)),
        (Appoint(lead="water", members=("squad", "water"), instruction="You."), ("water", "squad")),
        (
            Hold(part="conference-1", minutes="x", tasks=(Resolution("water", "Dig."),), lead="a"),
            ("water", "a"),
        ),
        (Check(part="task-1", passed=True, note="Seen."), ("squad",)),
        (Repin(policy="sha256:new", reason="New."), ("squad",)),
    ],
)
def test_the_kinds_of_the_units_that_a_command_names_are_looked_up(
    act: Act, units: tuple[str, ...]
) -> None:
    found = asked(act)

    assert found is not None
    assert found.kinds_of == units


@pytest.mark.parametrize(
    "act", [Sign(), Return(reason="Not ours."), Return(reason="Theirs.", suggested_unit="water")]
)
def test_a_case_of_the_first_rules_looks_up_nothing_new(act: Act) -> None:
    assert asked(act, rules=None) is None


WROTE = Opinion("water", "feng", SCAN)


@pytest.mark.parametrize(
    "act",
    [
        Hold(part="conference-1", minutes="x", evidence=(SCAN,), written=(WROTE, WROTE)),
        Hold(part="conference-1", minutes="x", came=(Attendance("water", "feng"),)),
        ReportAction(part="a-1", text="x", people=2, came=(Attendance("water", "feng"),)),
    ],
)
def test_who_is_said_to_speak_for_a_unit_is_looked_up_under_the_newest_rules(act: Act) -> None:
    found = asked(act)

    assert found is not None
    assert found.speakers == (("water", "feng"),)
    assert asked(act, rules=2) is None


def test_a_person_speaks_for_the_own_unit_and_for_the_one_that_it_succeeds() -> None:
    town = replace(roster(), successors=(("old", "water"),))
    pairs = (("water", "feng"), ("old", "feng"), ("squad", "feng"), ("water", "nobody"))
    desk = LookupActivities(TownDesk(people=town))
    found = asyncio.run(desk.look_up(Question(tenant="town", at=OPENED, speakers=pairs)))

    assert found.speakers == (("water", "feng"), ("old", "feng"))


def test_an_auxiliary_who_is_said_to_speak_for_a_unit_is_looked_up_as_one() -> None:
    desk = LookupActivities(TownDesk(people=roster()))
    pairs = (("squad", "xu"), ("squad", "li"))
    found = asyncio.run(desk.look_up(Question(tenant="town", at=OPENED, speakers=pairs)))

    assert found.speakers == pairs
    assert found.auxiliaries == ("xu",)


def looked_up(people: Roster, **wanted: object) -> dict[str, object]:
    desk = TownDesk(people=people)
    found = asyncio.run(
        LookupActivities(desk).look_up(Question(tenant="town", at=OPENED, **wanted))
    )
    return {"kinds": found.kinds, "certified": found.certified, "units": found.officers_units}


def test_a_former_unit_has_the_kind_of_its_successor() -> None:
    town = replace(
        roster(), kinds=(("old", "squad"), ("new", "village")), successors=(("old", "new"),)
    )

    found = looked_up(town, kinds_of=("old", "new", "nowhere"))

    assert found["kinds"] == (("old", "village"), ("new", "village"))


def test_only_regular_officers_with_a_certificate_are_certified() -> None:
    people = (
        Person("a", "A", "squad", (Role.HANDLER,), certificate="1"),
        Person("b", "B", "squad", (Role.AUXILIARY,), certificate="2"),
        Person("c", "C", "squad", (Role.UNIT_HEAD,)),
        Person("d", "D", "village", (Role.HANDLER,), certificate="3"),
    )
    town = Roster("Asia/Shanghai", people, ("a",), kinds=(("squad", "squad"), ("village", "v")))

    found = looked_up(town, officers=("a", "b", "c", "d"))

    assert found["certified"] == (("a", "squad"), ("d", "v"))


def test_what_travels_with_a_case_has_no_numbers_of_certificates() -> None:
    people = (Person("a", "A", "squad", (Role.HANDLER,), certificate="1"),)
    town = Roster("Asia/Shanghai", people, ("a",))

    assert [person.certificate for person in excerpt(town, ("squad",), OPENED).people] == [None]


def test_the_roster_of_a_pack_knows_the_kind_of_each_unit() -> None:
    policy = load_pack(pack_of("youchegang"), HOLIDAYS)

    assert dict(policy.roster.kinds) == {unit.id: unit.kind for unit in policy.units}
    desk = PolicyRegistry({policy.tenant: policy}, cast("PostgresPolicies", None))
    helping = set(desk.assistants(policy.tenant))
    assert {"hetang-village", "xinqiao-community", "anyi-property"} <= helping
    assert "water-company" not in helping


def test_a_policy_of_before_there_were_kinds_has_villages_all_the_same() -> None:
    policy = load_pack(pack_of("youchegang"), HOLIDAYS)
    before = replace(policy, units=(Unit("v", "村", "Village", assists_only=True),))

    assert before.may_lead("v", Tier.DIRECT)
    assert not before.may_lead("v", Tier.ASSIGN)


def test_a_preview_names_the_unit_that_a_repin_gives_the_case_to() -> None:
    case = opened(replace(plan(), rules=None))
    new = replace(plan(), lead="water")
    by = ACTORS[Role.SUPERVISOR]

    assert preview(case, new, by, OPENED).holder is None
    assert preview(case, new, by, OPENED, (("squad", "village"),)).holder == "water"


def test_the_posts_of_the_leading_group_are_looked_up_as_they_are_today() -> None:
    people = replace(roster(), leading_group=LeadingGroup("wu", members=("squad",)))
    desk = TownDesk(people=people)
    ask = Question(tenant="town", at=OPENED, posts_wanted=True)
    found = asyncio.run(LookupActivities(desk).look_up(ask)).posts
    heads = [p.id for p in people.people if p.unit == "squad" and Role.UNIT_HEAD in p.roles]

    assert found == (("wu", Post.HEAD), *((person, Post.MEMBER) for person in heads))
    assert heads


def test_an_officer_is_of_their_unit_and_of_those_that_it_took_over() -> None:
    people = (
        Person("a", "A", "new", (Role.HANDLER,), certificate="1"),
        Person("b", "B", "new", (Role.AUXILIARY,), certificate="2"),
    )
    town = Roster("Asia/Shanghai", people, ("a",), successors=(("old", "new"), ("x", "y")))

    found = looked_up(town, officers=("a", "b"))

    assert found["units"] == (("a", "new"), ("a", "old"))
