"""Rows 1 and 2: the leading group and the one institution, in the shipped town."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Resolve
from domain.case.commands import Actor
from domain.complaints import Evidence
from domain.people.rosters import Recipient, find_people, posts_of
from domain.policy.part_rules import PartKind
from domain.vocabulary import OFFICE, Role, Stage, Tier
from tests.builders import LOOKUP, give
from tests.unit.rows.test_sources import PHOTO, REPORTED, TOWN, complaint, opened


def test_row_01_leading_group_has_people_in_each_of_its_roles() -> None:
    group = [p for p in TOWN.roster.people if p.unit in {"leading-group", TOWN.office}]

    for role in (Role.LEADER, Role.SUPERVISOR, Role.UNIT_HEAD):
        assert [person for person in group if role in person.roles], role


@pytest.mark.parametrize("kind", [rule.kind for rule in TOWN.parts if rule.decider in OFFICE])
def test_row_01_leading_group_decides_what_is_asked_in_tier_supervise(kind: PartKind) -> None:
    """Whom the plan names as decider is a person at home in the group or in its office."""
    found = opened(complaint("waste-recycling")).case.plan.part(Tier.SUPERVISE, kind)
    assert found is not None
    assert found.decider in OFFICE
    unit = "leading-group" if found.decider is Role.LEADER else TOWN.office
    answer = find_people(TOWN.roster, [[Recipient(unit, found.decider)]], TOWN.office, REPORTED)

    assert answer.told
    assert {unit} == {person.unit for person in answer.told}
    assert () == answer.gaps


def test_row_01_leading_group_gives_the_second_signature_of_a_supervised_case() -> None:
    case = opened(complaint("waste-recycling")).case
    # What comes before the result is in test_supervision_in_order.py.
    directed = replace(case.plan, appointed_first=None, met_first=None, heard_first=None)
    case = replace(case, plan=directed)
    head = next(p for p in TOWN.roster.people if Role.HANDLER in p.roles and p.unit == case.holder)
    done = Resolve(result="Cleared.", evidence=(PHOTO, Evidence("1" * 64, "s3://b", "image/png")))
    for act in ("sign", done):
        case = give(case, act, REPORTED, by=Actor(head.id, Role.HANDLER, head.unit)).case
    one, other = [p for p in TOWN.roster.people if Role.VERIFIER in p.roles][:2]
    leader = next(p for p in TOWN.roster.people if p.unit == "leading-group")
    signed = give(case, "verify", REPORTED, by=Actor(one.id, Role.VERIFIER, one.unit)).case
    again = give(signed, "verify", REPORTED, by=Actor(other.id, Role.VERIFIER, other.unit)).case
    known = replace(LOOKUP, posts=posts_of(TOWN.roster))
    by = Actor(leader.id, Role.LEADER, leader.unit)
    last = give(signed, "verify", REPORTED, by=by, lookup=known).case

    assert Stage.RESOLVED is again.stage
    assert Stage.VERIFIED is last.stage


def test_row_02_one_institution_is_one_tree_of_units() -> None:
    parents = {unit.id: unit.parent for unit in TOWN.units}
    for unit in parents:
        above, seen = unit, [unit]
        while (parent := parents[above]) is not None:
            assert parent not in seen
            seen.append(parent)
            above = parent
        assert "district-guidance" == above
    assert {"land-planning", "market-supervision"} <= {
        unit.id for unit in TOWN.units if TOWN.may_lead(unit.id, Tier.ASSIGN)
    }
