"""What an outside party sends by its one-time link reaches the case, and nothing else does."""

import json
from dataclasses import replace
from typing import Any

import pytest
from typing_extensions import override

from console.gateway.ports import (
    BrokerPosition,
    CaseSnapshot,
    CheckedEvent,
    EventMessage,
    Invalid,
)
from domain.case.joint_work.acts import GiveTask
from domain.case.outside_links import MOST_TRIES, proof_of, token_of
from domain.case.task_links.acts import RevokeLink
from domain.planning.plans import RULES
from schemas.events.receipts import Receipt
from schemas.intake import Outcome, RejectReason, Unavailable
from tests.builders import complaint, plan
from tests.fakes.gateway import TOWN, Answer, Town, ask
from tests.fakes.gateway_ports import FakeBroker
from tests.unit.rows.story import Story
from tests.unit.rows.test_task_links import (
    KNOWN,
    NINE,
    NOON,
    PARTY,
    TEN,
    TOMORROW,
    by_link,
    link,
)

NUMBER = complaint().case_id
TOKEN = token_of(NUMBER, "task-1", "A" * 32)
WRONG = token_of(NUMBER, "task-1", "B" * 32)
FILE = {"sha256": "0" * 64, "uri": "https://wuye.example/1.jpg", "media_type": "image/jpeg"}
SAID: dict[str, Any] = {"text": "院子已扫净", "evidence": [FILE]}


def linked(rules: int = RULES) -> Story:
    story = Story(replace(plan(), rules=rules))
    story.do("sign", NINE)
    story.do(GiveTask(unit="water", what="Sweep the yard.", evidence=1), NINE)
    story.do(link(TOKEN), TEN, lookup=KNOWN)
    return story


def town_of(story: Story) -> Town:
    town = Town(now=NOON)
    town.cases.found[TOWN, NUMBER] = CaseSnapshot(story.case, TEN)
    return town


async def send(town: Town, token: str = TOKEN, said: Any = SAID) -> Answer:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return await ask(town.app(), "POST", f"/task-links/{token}", token=None, body=body)


async def test_a_report_goes_to_its_case_as_an_act_without_the_token() -> None:
    town = town_of(linked())
    answer = await send(town)
    [event] = town.broker.events
    [(sent, message)] = town.broker.kept

    assert answer.status == 202
    assert answer.json == {"case": NUMBER, "task": "task-1"}
    assert sent.topic == "sanban.case-commands"
    assert sent.key == NUMBER.encode()
    assert event["source"] == "urn:sanban:task-links"
    assert event["data"] == {
        "tenant": TOWN,
        "case": NUMBER,
        "actor": {"id": "link of task-1", "role": "outside", "unit": "water"},
        "act": {"kind": "report_by_link", "part": "task-1", "proof": proof_of(TOKEN), **SAID},
    }
    assert TOKEN.encode() not in message.value


async def test_the_same_report_again_is_the_same_event() -> None:
    town = town_of(linked())
    await send(town)
    await send(town)
    one, two = town.broker.events

    assert one["id"] == two["id"]


async def test_a_wrong_token_is_counted_by_the_case_and_shows_nothing() -> None:
    town = town_of(linked())
    answer = await send(town, WRONG)
    [event] = town.broker.events

    assert answer.status == 404
    assert event["data"]["act"]["proof"] == proof_of(WRONG)
    assert event["data"]["act"]["text"] == "a wrong token"
    assert SAID["text"] not in json.dumps(event, ensure_ascii=False)


async def test_what_no_case_could_count_is_not_sent_and_looks_the_same() -> None:
    town = town_of(linked())
    others = (
        "x",
        "A" * 60,
        token_of("aaaaa-aaaaa-aaaaa", "task-1", "B" * 32),
        token_of(NUMBER, "task-2", "B" * 32),
    )
    answers = [await send(town, token) for token in others]
    counted = await send(town, WRONG)

    assert {(each.status, each.body) for each in answers} == {(404, counted.body)}
    assert len(town.broker.kept) == 1


async def test_many_wrong_tokens_fill_no_journal_and_the_right_one_goes_on() -> None:
    story = linked()
    for _ in range(MOST_TRIES):
        story.tried(by_link(WRONG), NOON, by=PARTY, lookup=KNOWN)
    town = town_of(story)
    wrong = await send(town, WRONG)
    counted = len(town.broker.kept)
    right = await send(town)

    assert wrong.status == 404
    assert counted == 0
    assert right.status == 202


async def test_a_case_that_would_end_its_link_for_wrong_tokens_hears_of_none() -> None:
    town = town_of(linked(rules=2))
    wrong = await send(town, WRONG)

    assert wrong.status == 404
    assert town.broker.kept == []


class LateBroker(FakeBroker):
    """Intake decides before the answer: another report of the link came first."""

    def __init__(self, town: Town) -> None:
        super().__init__()
        self.town = town

    @override
    async def send(self, to: CheckedEvent, message: EventMessage) -> BrokerPosition:
        self.town.cases.found = town_of(reported()).cases.found
        raise Invalid(RejectReason.COMMAND_REFUSED, "wrong_link: no link of this task is open")


def reported() -> Story:
    story = linked()
    story.do(by_link(TOKEN), NOON, by=PARTY)
    return story


async def receipt_of(said: Any = SAID) -> tuple[tuple[str, str, str], list[Receipt]]:
    """Return the receipt of a report that came by the link."""
    town = town_of(linked())
    await send(town, said=said)
    [(event, _)] = town.broker.kept
    receipt = Receipt(outcome=Outcome.ACCEPTED, topic="t", partition=0, offset=0, at=NOON)
    return (TOWN, event.source, event.event_id), [receipt]


async def test_a_used_link_tells_the_same_report_from_another_one() -> None:
    town = town_of(reported())
    event, receipts = await receipt_of()
    town.receipts.found[event] = receipts
    same = await send(town)
    other = await send(town, said={**SAID, "text": "更正：只扫了一半"})
    wrong = await send(town, WRONG)

    assert same.status == 200
    assert other.status == 409
    assert other.json["detail"] == (
        "this link has brought a report, which is kept, and takes no other one; "
        "ask the office that gave it for another link"
    )
    assert wrong.status == 404
    assert town.broker.kept == []


async def test_of_two_reports_at_once_the_later_hears_what_it_would_hear_afterwards() -> None:
    town = town_of(linked())
    town.broker = LateBroker(town)
    raced = await send(town)
    afterwards = await send(town_of(reported()))

    assert raced.status == 409
    assert raced.json["detail"] == afterwards.json["detail"]


async def test_a_used_link_waits_for_the_ledger() -> None:
    town = town_of(reported())
    town.receipts.away = True
    answer = await send(town)

    assert answer.status == 503


async def test_an_ended_link_says_why_to_who_has_its_token() -> None:
    story = linked()
    story.do(RevokeLink(part="task-1", reason="寄错了"), NOON)
    revoked = await send(town_of(story))
    late = town_of(linked())
    late.now = TOMORROW
    over = await send(late)

    assert revoked.status == 410
    assert "this link has ended: it was revoked" in revoked.json["detail"]
    assert over.status == 410
    assert "its time is over" in over.json["detail"]
    assert late.broker.kept == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (b"{", "the body is no report"),
        ({"text": 1}, "the body is no report"),
        ({**SAID, "tier": "direct"}, "tier: is not known here"),
        ({"text": "扫净了"}, "this task needs 1 files"),
        ({"text": "扫净了", "evidence": [{**FILE, "uri": "data:x"}]}, "does not lead to a file"),
        ({"text": "扫净了", "evidence": [{**FILE, "sha256": 5}]}, "sha256"),
        ({"text": "\ud800", "evidence": [FILE]}, "surrogate"),
        (b'{"text": ' + b"[" * 5000 + b"]" * 5000 + b"}", "too_deep"),
        (b'{"text": "x", "evidence": ' + b"[" * 900 + b"]" * 900 + b"}", "nested too deeply"),
        (b'{"text": "x", "text": "y"}', "the same name twice"),
        ('{"text": "x"}'.encode("utf-16"), "not_utf8"),
    ],
)
async def test_what_is_no_report_is_told(said: Any, told: str) -> None:
    town = town_of(linked())
    answer = await send(town, said=said)

    assert answer.status == 400
    assert told in answer.text
    assert town.broker.kept == []


async def test_a_report_in_another_character_set_is_refused() -> None:
    town = town_of(linked())
    path, body = f"/task-links/{TOKEN}", json.dumps(SAID).encode("gbk")
    headers = [("content-type", "application/json; charset=gbk")]
    answer = await ask(town.app(), "POST", path, token=None, body=body, headers=headers)

    assert answer.status == 415
    assert town.broker.kept == []


async def test_one_address_tries_few_links() -> None:
    town = town_of(linked())
    app = town.app()
    body = json.dumps(SAID).encode()
    told = [await ask(app, "POST", "/task-links/x", token=None, body=body) for _ in range(31)]

    assert [each.status for each in told] == [404] * 30 + [429]


async def test_a_link_waits_for_database_and_broker() -> None:
    town = town_of(linked())
    town.cases.away = True
    no_database = await send(town)
    town.cases.away, town.broker.away = False, Unavailable("kafka", "no broker")
    no_broker = [await send(town, token) for token in (TOKEN, WRONG)]

    assert no_database.status == 503
    assert [each.status for each in no_broker] == [503, 503]
