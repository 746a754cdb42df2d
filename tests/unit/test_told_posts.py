"""A rung tells a post of the leading group: who has it at that moment, or stands in for it."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.case.agenda import next_item
from domain.case.commands import Command
from domain.case.escalation.acts import Ring
from domain.case.escalation.facts import RungReached
from domain.case.forecasts import TICK
from domain.people.excerpts import excerpt
from domain.people.leading_group import LeadingGroup, Post, place_of, told_post
from domain.people.rosters import (
    Absence,
    FoundPeople,
    Person,
    Recipient,
    Roster,
    find_people,
)
from domain.vocabulary import Role
from schemas.packs.content import content_of, policy_from
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.builders import ACTORS, LOOKUP, plan
from tests.fakes.packs import HOLIDAYS, LADDERS, PACK, written
from tests.town import OPENED, PEOPLE, roster
from tests.unit.rows.story import Story, only
from workflows.questions import question

GROUP = LeadingGroup(head="mayor", standing_deputy="wu", deputies=("qin",), members=("squad",))
LEADERS = (
    Person("mayor", "钱镇长", "town", (Role.LEADER,), deputies=("wu",)),
    Person("qin", "秦副组长", "town", (Role.LEADER,)),
)
STANDING = Recipient(place_of(Post.STANDING_DEPUTY), Role.LEADER)
DEPUTY = Recipient(place_of(Post.DEPUTY), Role.LEADER)
HEAD = Recipient(place_of(Post.HEAD), Role.LEADER)
MEMBER = Recipient(place_of(Post.MEMBER), Role.UNIT_HEAD)
TELL = "tell: [{unit: office, role: supervisor}]"


def town(group: LeadingGroup | None = GROUP, *absent: str) -> Roster:
    away = tuple(Absence(each, OPENED, OPENED.replace(year=2027)) for each in absent)
    return replace(roster(), people=(*PEOPLE, *LEADERS), leading_group=group, absences=away)


def told(who: Roster, *groups: tuple[Recipient, ...]) -> FoundPeople:
    """Find people as a workflow does, which sees no more of the roster than it asked for."""
    named = {recipient.unit for group in groups for recipient in group}
    return find_people(excerpt(who, {"squad", *named}, OPENED), groups, "squad", OPENED)


@pytest.mark.parametrize(
    ("recipient", "person"), [(STANDING, "wu"), (DEPUTY, "qin"), (HEAD, "mayor"), (MEMBER, "zhao")]
)
def test_a_post_is_the_people_who_have_it(recipient: Recipient, person: str) -> None:
    [found] = told(town(), (recipient,)).told

    assert found.person == person
    assert found.role is recipient.role


def test_who_stands_in_for_an_absent_person_hears_in_their_place() -> None:
    [found] = told(town(GROUP, "mayor"), (HEAD,)).told

    assert found.person == "wu"
    assert found.for_person == "mayor"


def test_a_post_without_a_person_is_a_gap_and_the_next_rung_is_asked() -> None:
    answer = told(town(replace(GROUP, deputies=())), (DEPUTY,), (HEAD,))

    assert answer.gaps == ("nobody home: deputy of the leading group",)
    assert [each.person for each in answer.told] == ["mayor"]


def test_without_a_leading_group_the_last_resort_hears() -> None:
    answer = told(town(None), (HEAD,))

    assert "last resort told" in answer.gaps


def test_no_more_of_the_roster_travels_where_no_post_is_asked() -> None:
    assert excerpt(town(), {"squad"}, OPENED).leading_group is None


def test_a_unit_is_no_post() -> None:
    assert told_post("office") is None


def telling(recipient: Recipient) -> Story:
    whole = plan()
    ladders = tuple(
        replace(ladder, rungs=tuple(replace(rung, tell=(recipient,)) for rung in ladder.rungs))
        for ladder in whole.ladders
    )
    return Story(replace(whole, ladders=ladders))


def test_a_rung_tells_the_post_in_a_case() -> None:
    story = telling(STANDING)
    first = next_item(story.case)
    assert first is not None
    when = first.at + TICK
    asked = question(story.case, Command("ring", ACTORS[Role.ENGINE], Ring()), when)
    assert asked is not None
    seen = excerpt(town(), asked.units, when)
    facts = story.do(Ring(), when, lookup=replace(LOOKUP, roster=seen))

    assert {each.person for fact in only(facts, RungReached) for each in fact.told} == {"wu"}


# --- In a pack.


def with_post(tmp_path: Path, post: str, group: str | None = "{head: le}") -> Path:
    """Return a pack with a leader, whose first rung for the office tells a post."""
    assert TELL in LADDERS
    people = PACK["roster"].replace(
        "duties:", "  - {id: le, name: 乐, unit: office, roles: [leader]}\nduties:"
    )
    group_line = f"leading_group: {group}\n" if group else ""
    ladders = LADDERS.replace(TELL, f"tell: [{{post: {post}}}]", 1)
    return written(tmp_path, ladders=ladders, roster=people + group_line)


def test_a_rung_of_a_pack_names_a_post(tmp_path: Path) -> None:
    policy = load_pack(with_post(tmp_path, "head"), HOLIDAYS)
    tells = {to for ladder in policy.ladders for rung in ladder.rungs for to in rung.tell}

    assert HEAD in tells
    assert policy_from(content_of(policy), policy.roster).ladders == policy.ladders


@pytest.mark.parametrize(
    ("post", "group", "why"),
    [
        ("deputy", "{head: le}", "no person is deputy of the leading_group; name one"),
        ("head", None, "roster.yaml has no leading_group, so no person has a post"),
        ("boss", "{head: le}", "no post 'boss'; there are: member, deputy, standing_deputy, head"),
        ("head, unit: office", "{head: le}", "give `unit` and `role`, or a `post`"),
    ],
)
def test_a_post_without_a_person_is_refused(
    tmp_path: Path, post: str, group: str | None, why: str
) -> None:
    with pytest.raises(BrokenPack) as caught:
        load_pack(with_post(tmp_path, post, group), HOLIDAYS)

    assert [str(each) for each in caught.value.problems if why in str(each)]
