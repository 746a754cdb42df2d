"""The people that patrols.yaml names hear of a missed patrol, in the words of notices.yaml."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.notifications.notices import MissedPatrol, Notice, notices_of_missed
from domain.notifications.rendering import NoticeFacts, render
from domain.people.rosters import Recipient
from domain.policy.model import Policy
from domain.policy.notice_texts import Language, NoticeTexts
from domain.policy.patrols import PatrolRules
from domain.sla.ladders import Action
from domain.vocabulary import Role
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.fakes.packs import HOLIDAYS, PATROLS, written
from tests.town import at
from tests.unit.test_patrols import TOWN

CLOSED, NOW = at("2026-11-30 18:00"), at("2026-11-30 18:01")
MISSED = MissedPatrol(TOWN.tenant, "market.2026-11-30", "enforcement-squad", CLOSED, ("G05", "G07"))


def telling(*recipients: Recipient) -> Policy:
    assert TOWN.patrols is not None
    return replace(TOWN, patrols=replace(TOWN.patrols, missed=recipients))


def test_the_head_of_the_unit_and_the_platform_are_told_of_the_shipped_town() -> None:
    told = {each.person: each for each in notices_of_missed(TOWN, MISSED, NOW)}
    roster = {person.id: person for person in TOWN.roster.people}
    units = {roster[id_].unit for id_ in told}
    roles = {role for id_ in told for role in roster[id_].roles}

    assert units == {"enforcement-squad", "platform"}
    assert roles >= {Role.UNIT_HEAD, Role.DISPATCHER}
    assert {each.grids for each in told.values()} == {("G05", "G07")}
    assert {each.due_at for each in told.values()} == {CLOSED}
    assert len({each.id for each in told.values()}) == len(told)


def test_a_town_that_names_no_one_tells_no_one() -> None:
    assert notices_of_missed(telling(), MISSED, NOW) == ()
    assert notices_of_missed(replace(TOWN, patrols=PatrolRules()), MISSED, NOW) == ()
    assert notices_of_missed(replace(TOWN, patrols=None), MISSED, NOW) == ()


def test_a_role_that_no_person_has_tells_the_last_resort() -> None:
    told = notices_of_missed(telling(Recipient("anyi-property", Role.VERIFIER)), MISSED, NOW)

    assert [each.person for each in told] == [*TOWN.roster.last_resort]


def facts(notice: Notice) -> NoticeFacts:
    return NoticeFacts(
        action=notice.action,
        case_id=notice.case_id,
        category=None,
        unit="Squad",
        clock=notice.clock,
        due_at=notice.due_at,
        level=notice.level,
        grids=", ".join(notice.grids),
    )


def texts(*, own: bool) -> NoticeTexts:
    assert TOWN.notices is not None
    return TOWN.notices.texts if own else replace(TOWN.notices.texts, missed=())


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("language", [*Language])
def test_a_message_says_patrol_unit_grids_and_end_in_local_time(
    own: bool, language: Language
) -> None:
    [first, *_] = notices_of_missed(TOWN, MISSED, NOW)
    said = render(texts(own=own), (facts(first),), language, "mailto", "Asia/Shanghai")

    assert "market.2026-11-30" in said.title
    assert "Squad" in said.text
    assert "G05, G07" in said.text
    assert "2026-11-30 18:00" in said.text
    assert "{" not in said.title + said.text


def test_a_digest_lists_a_missed_patrol_beside_cases() -> None:
    [first, *_] = notices_of_missed(TOWN, MISSED, NOW)
    case = replace(facts(first), action=Action.URGE, case_id="7kq2m", clock="holder", grids="")
    said = render(texts(own=True), (facts(first), case), Language.CHINESE, "", "Asia/Shanghai")

    assert "market.2026-11-30 G05, G07；Squad；巡查 2026-11-30 18:00" in said.text
    assert "7kq2m" in said.text


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{unit: urban-mgm, role: handler}", "did you mean 'urban-mgmt'"),
        ('{unit: "@asked", role: handler}', "@asked is of cases; write @holder, @parent"),
        ("{unit: urban-mgmt}", "give `unit` and `role`"),
    ],
)
def test_who_cannot_be_told_is_found_by_file_and_line(tmp_path: Path, line: str, why: str) -> None:
    pack = written(tmp_path, patrols=f"{PATROLS}missed:\n  - {line}\n")
    with pytest.raises(BrokenPack) as broken:
        load_pack(pack, HOLIDAYS)
    [problem] = [str(each) for each in broken.value.problems]

    assert problem.startswith("patrols.yaml:")
    assert why in problem


def test_the_holder_in_patrols_is_the_unit_that_patrols(tmp_path: Path) -> None:
    said = f'{PATROLS}missed:\n  - {{unit: "@holder", role: handler}}\n'
    policy = load_pack(written(tmp_path, patrols=said), HOLIDAYS)
    missed = MissedPatrol(policy.tenant, "round.2026-11-30", "urban-mgmt", CLOSED, ("G01",))

    assert [each.person for each in notices_of_missed(policy, missed, NOW)] == ["ce"]
