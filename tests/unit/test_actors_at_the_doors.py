"""Promise 37: each door asks the roster of the moment, and the row says who stood in for whom."""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from typing_extensions import override

from console.gateway.clients import MayActAs
from domain.audit.hash_chain import canonical
from domain.case.commands import Actor
from domain.case.events import Event
from domain.case.handling.facts import Signed
from domain.people.rosters import Absence, Roster
from domain.policy.sources import ActingRule, SourceRule
from domain.vocabulary import OVERSEERS, Role, Stage
from packs import pack_of
from runtime.cli.act_arguments import actor_for, message_for
from runtime.cli.views.events import detail, in_zone
from runtime.problems import Problem
from runtime.wiring.packs import HOLIDAYS
from schemas.commands import CommandAnswer, CommandMessage
from schemas.intake import DueRecord, Outcome, Record, RejectReason
from schemas.journal import body_of, event_of
from store.packs.loader import load_pack
from tests.builders import case_at
from tests.fakes.commands import HEADERS, SOURCE, FakeCases, Office, data, sent
from tests.fakes.gateway import CLIENTS, NOW, UNIT, Town, post, signed
from tests.fakes.intake import PEOPLE, ProcessDied, listing
from tests.fakes.records import as_json
from tests.town import OPENED, ZONE, roster
from tests.town import at as moment

ACCEPTED, REJECTED = Outcome.ACCEPTED, Outcome.REJECTED
OPEN = SourceRule(
    SOURCE,
    commands=ActingRule(tuple({*Role} - {Role.ENGINE, Role.OUTSIDE, *OVERSEERS}), (), ("seat-*",)),
)
ZHAO_AWAY = roster(absences=(Absence("zhao", NOW - timedelta(hours=9), NOW + timedelta(hours=9)),))
"""li is the first deputy of zhao, who heads the squad."""
LI_FOR_ZHAO = Actor("li", Role.UNIT_HEAD, "squad", "zhao")


def signs(offset: int, case_id: str, actor: dict[str, str], event_id: str = "") -> Record:
    body = as_json(data(case=case_id, actor=actor, act={"kind": "sign"}))
    headers = HEADERS | {"ce_id": (event_id or f"c-{offset}").encode()}
    return sent(body, headers, offset=offset, key=case_id.encode())


@dataclass
class Listening(FakeCases):
    """Keeps the actors of the commands that it is given."""

    actors: list[Actor] = field(default_factory=list)

    @override
    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        self.actors.append(message.actor)
        return await super().give(tenant, case_id, message)


def office_of(people: Roster = PEOPLE) -> tuple[Office, Listening, str]:
    cases = Listening()
    case_id = cases.begin(case_at(Stage.DISPATCHED))
    return Office(cases=cases, policy=listing(OPEN, people=people)), cases, case_id


# --- Kafka.


@pytest.mark.parametrize(
    ("actor", "field_name"),
    [
        ({"id": "li", "role": "leader"}, "role"),
        ({"id": "li", "role": "unit_head", "unit": "squad"}, "role"),
        ({"id": "chen", "role": "handler", "unit": "squad"}, "unit"),
        ({"id": "somebody", "role": "handler", "unit": "squad"}, "id"),
        ({"id": "li", "role": "reporter"}, "role"),
    ],
)
async def test_a_claim_that_the_roster_does_not_give_reaches_no_case(
    actor: dict[str, str], field_name: str
) -> None:
    office, cases, case_id = office_of()

    record = signs(0, case_id, actor)

    assert await office.intake().handle([record]) == [REJECTED]

    assert cases.actors == []
    kept = office.ledger.settled[record.position]
    assert kept.reason == RejectReason.SOURCE_NOT_ALLOWED
    assert kept.detail.startswith(f"data.actor.{field_name}: ")
    assert office.ledger.holders == {}  # it takes no identity


async def test_the_case_is_given_the_actor_that_the_roster_has() -> None:
    office, cases, case_id = office_of(ZHAO_AWAY)
    li = {"id": "li", "role": "handler"}
    head = {"id": "li", "role": "unit_head", "unit": "squad"}
    seat = {"id": "seat-7", "role": "hotline"}

    await office.intake().handle([signs(n, case_id, who) for n, who in enumerate((li, head, seat))])

    assert cases.actors == [
        Actor("li", Role.HANDLER, "squad"),
        LI_FOR_ZHAO,
        Actor("seat-7", Role.HOTLINE),
    ]


async def test_what_a_deputy_did_stays_done_after_the_day_is_over() -> None:
    """The process died after the act: the same record, and the same event, end as accepted."""
    office, cases, case_id = office_of(ZHAO_AWAY)
    head = {"id": "li", "role": "unit_head", "unit": "squad"}

    def die() -> None:
        raise ProcessDied

    office.ledger.before_settling = die
    with pytest.raises(ProcessDied):
        await office.intake().handle([signs(0, case_id, head, "once")])
    office.ledger.before_settling = lambda: None
    office.policy = listing(OPEN)  # zhao is back

    outcomes = await office.intake().handle(
        [
            signs(0, case_id, head, "once"),
            signs(1, case_id, head, "once"),
            signs(2, case_id, head, "another"),
            signs(3, case_id, head | {"id": "zhao"}, "once"),
        ]
    )

    assert outcomes == [ACCEPTED, ACCEPTED, REJECTED, Outcome.CONFLICT]
    assert cases.running[case_id].stage is Stage.SIGNED


REPORTERS_ACTS: list[dict[str, object]] = [
    {"kind": "withdraw", "reason": "Solved."},
    {"kind": "supplement", "text": "Two more."},
    {"kind": "rate", "callback": "satisfied"},
    {"kind": "urge", "text": "When?"},
    {"kind": "ask_reopening", "reason": "They are back."},
    {"kind": "recheck", "part": "s-1", "clear": True, "note": "Gone."},
    {"kind": "comment", "text": "Still there."},
]
FILED_BY = "https://12345.example/hotline"


def reports(offset: int, case_id: str, source: str, act: dict[str, object]) -> Record:
    body = as_json(data(case=case_id, actor={"id": "anon", "role": "reporter"}, act=act))
    headers = HEADERS | {"ce_id": f"c-{offset}".encode(), "ce_source": source.encode()}
    return sent(body, headers, offset=offset, key=case_id.encode())


@pytest.mark.parametrize("act", REPORTERS_ACTS, ids=lambda act: act["kind"])
async def test_a_reporter_acts_on_no_case_that_another_source_filed(
    act: dict[str, object],
) -> None:
    office, cases, case_id = office_of()
    office.policy = listing(people=PEOPLE)
    foreign = reports(0, case_id, "https://camera.example/1", act)
    unknown = reports(1, "zzzzz-zzzzz-zzzzz", "https://camera.example/1", act)
    own = reports(2, case_id, FILED_BY, act)

    outcomes = await office.intake().handle([foreign, unknown, own])
    late = await office.intake().take_up([DueRecord(unknown, expired=True)])

    # What the case says to its own reporter is another matter: it was asked.
    assert outcomes[:2] == [REJECTED, Outcome.PARKED]
    assert late == [REJECTED]
    assert cases.actors == [Actor("anon", Role.REPORTER)]
    kept = [office.ledger.settled[each.position] for each in (foreign, unknown)]
    assert [each.reason for each in kept] == [RejectReason.UNKNOWN_CASE] * 2
    assert kept[0].detail == kept[1].detail
    assert kept[0].detail.startswith("data.case: this source has filed no case of this number, ")
    assert [each.case_id for each in kept] == [None, None]


async def test_a_reporter_who_came_before_the_case_holds_up_no_one_once_it_is_there() -> None:
    case = case_at(Stage.DISPATCHED)
    office = Office(cases=Listening(), policy=listing(people=PEOPLE))
    withdraw = REPORTERS_ACTS[0]
    foreign = reports(0, case.case_id, "https://camera.example/1", withdraw)
    own = reports(1, case.case_id, FILED_BY, withdraw)

    assert await office.intake().handle([foreign, own]) == [Outcome.PARKED] * 2
    office.cases.begin(case)
    due = [DueRecord(each, expired=False) for each in (foreign, own)]

    assert await office.intake().take_up(due) == [REJECTED, ACCEPTED]


async def test_an_office_acts_on_cases_of_every_source_of_its_tenant() -> None:
    office, cases, case_id = office_of()
    seat, li = {"id": "seat-7", "role": "hotline"}, {"id": "li", "role": "handler"}

    await office.intake().handle([signs(n, case_id, who) for n, who in enumerate((seat, li))])

    assert [actor.id for actor in cases.actors] == ["seat-7", "li"]


# --- HTTP.


async def test_a_token_gives_no_role_that_the_roster_does_not_give() -> None:
    """By may_act_as and sources.yaml the village's system may act as the head of the village."""
    head = MayActAs(role=Role.UNIT_HEAD, unit="hetang-village")
    clients = tuple(
        each.model_copy(update={"may_act_as": (*each.may_act_as, head)}) for each in CLIENTS
    )
    town = Town(clients=clients)

    as_head = await post(town, signed(role="unit_head"), token=UNIT)
    as_handler = await post(town, signed(), token=UNIT)

    assert as_head.status == 403
    assert as_head.json["reason"] == "source_not_allowed"
    assert "data.actor.role: the roster gives this person handler" in json.dumps(as_head.json)
    assert as_handler.status == 202


async def test_over_http_a_person_may_leave_out_the_unit_of_the_roster() -> None:
    event = signed()
    actor = {name: said for name, said in event["data"]["actor"].items() if name != "unit"}
    event |= {"data": event["data"] | {"actor": actor}}

    answer = await post(Town(), event, token=UNIT)

    assert answer.status == 202


# --- The command line.


def test_a_role_is_chosen_among_those_of_the_person_on_that_day() -> None:
    town = load_pack(pack_of("youchegang"), HOLIDAYS)
    tuesday = moment("2026-12-08 10:00")

    for role in (Role.LEADER, Role.ENGINE, Role.REPORTER):
        with pytest.raises(Problem, match=f"handler of hetang-village at this moment, not {role}"):
            actor_for(town, "lu-fang", "sign", tuesday, role=role)
    with pytest.raises(Problem, match=r"no person 'nobody' in the roster -- give --for the id "):
        actor_for(town, "lu-fang", "sign", tuesday, for_person="nobody")
    assert actor_for(town, "lyu-ting", "sign", tuesday, for_person="pan-zhenhua") == Actor(
        "lyu-ting", Role.UNIT_HEAD, "housing-construction", "pan-zhenhua"
    )


# --- The row.


def row(actor: Actor) -> Event:
    return Event(7, OPENED, actor, "c-1", "sign", Signed())


def test_the_row_of_a_deputy_says_for_whom_and_every_other_row_keeps_its_bytes() -> None:
    own, deputy = row(Actor("li", Role.HANDLER, "squad")), row(LI_FOR_ZHAO)

    assert body_of("7kq2m-9xa4t-bnc2w", own) == canonical(
        {
            "v": 1,
            "case": "7kq2m-9xa4t-bnc2w",
            "seq": 7,
            "at": "2026-07-01T00:00:00Z",
            "actor": {"id": "li", "role": "handler", "unit": "squad"},
            "command_id": "c-1",
            "command": "sign",
            "fact": {"kind": "signed"},
        }
    )
    written = body_of("7kq2m-9xa4t-bnc2w", deputy)
    assert json.loads(written)["actor"]["for_person"] == "zhao"
    assert event_of(written) == deputy
    assert detail(own, in_zone(ZoneInfo(ZONE))) == "li of squad"
    assert detail(deputy, in_zone(ZoneInfo(ZONE))) == "li for zhao of squad"


def test_a_worker_of_the_release_before_can_read_what_no_deputy_sends() -> None:
    """It refuses a field of the actor that it does not know, also an empty one."""
    own = message_for("sign", [], Actor("li", Role.HANDLER, "squad"), "c-1")
    deputy = message_for("sign", [], LI_FOR_ZHAO, "c-1")

    assert "for_person" not in own.model_dump_json()
    assert CommandMessage.model_validate_json(own.model_dump_json()) == own
    assert CommandMessage.model_validate_json(deputy.model_dump_json()) == deputy
