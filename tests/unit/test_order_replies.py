"""A superior gets the words in which the town reports on its order, and no other reader does."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from domain.case.closing.acts import Resolve, SendBack
from domain.case.commands import Act
from domain.case.events import Event
from domain.case.orders.acts import ChangeDeadline
from domain.complaints import SuperiorOrder
from domain.planning.plans import CasePlan
from domain.vocabulary import Role
from runtime.services.base import Service
from runtime.services.relay.event_projector import EventProjector
from runtime.services.relay.order_replies import OrderReplies
from runtime.services.relay.service import RelayService
from runtime.settings import Settings
from schemas.events.order_replies import OrderReply, reply_value
from schemas.journal import body_of
from store.journal.journal_feed import Cursor, FeedRow
from tests.acts import PHOTO
from tests.builders import ACTORS, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
DATE, LATER = at("2026-07-13 12:00"), at("2026-07-20 12:00")
ORDER = SuperiorOrder("13", "市局", DATE)
FIRST = Resolve(result="sealed:The house is gone.", evidence=(PHOTO,))
AGAIN = replace(
    FIRST, result="sealed:The field is a field.", evidence=(replace(PHOTO, sha256="7" * 64),)
)


class Keys:
    """Takes the word `sealed:` from a text."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def unsealed(self, texts: Sequence[tuple[str, str]]) -> list[str]:
        self.asked += texts
        return [text.removeprefix("sealed:") for _, text in texts]


class Journal:
    def __init__(self, events: Sequence[Event]) -> None:
        self.rows = [
            FeedRow(Cursor("1", each.seq), "a", each.seq, body_of("a", each)) for each in events
        ]

    async def earlier(self, before: Mapping[str, int]) -> dict[str, list[bytes]]:
        return {case: [row.body for row in self.rows[: seq - 1]] for case, seq in before.items()}


def ordered(order: SuperiorOrder | None) -> CasePlan:
    return plan(replace(complaint(), superior=order))


def story(*acts: Act | str, order: SuperiorOrder | None = ORDER) -> Story:
    told = Story(ordered(order))
    told.do("sign", NINE)
    for act in acts:
        told.do(act, TEN, by=ACTORS[Role.SUPERIOR] if isinstance(act, ChangeDeadline) else None)
    return told


async def replies(told: Story) -> list[OrderReply]:
    journal = Journal(told.events)
    return await OrderReplies(journal, Keys()).of(journal.rows)


async def test_what_is_reported_to_the_superior_goes_to_it_in_plain_words() -> None:
    [reply] = await replies(story(FIRST, "verify", "close"))
    value = json.loads(reply_value(reply))

    assert "The house is gone." == reply.reply
    assert "13" == reply.number
    assert "市局" == reply.issuer
    assert DATE == reply.due_at
    assert "org.sanban.order.replied.v1" == value["type"]
    assert f"{reply.case}/{reply.seq}" == value["id"]


async def test_after_a_sending_back_the_new_result_is_the_reply() -> None:
    again = story(FIRST, "verify", "close", SendBack(reason="And the field?"))
    for act in (AGAIN, "verify", "close"):
        again.do(act, at("2026-07-02 10:00"))
    found = await replies(again)

    assert ["The house is gone.", "The field is a field."] == [each.reply for each in found]


async def test_the_reply_names_the_date_that_holds() -> None:
    later = ChangeDeadline(due_at=LATER, reason="The survey takes longer.")
    [reply] = await replies(story(later, FIRST, "verify", "close"))

    assert LATER == reply.due_at


async def test_before_it_is_reported_there_is_no_reply() -> None:
    assert [] == await replies(story(FIRST, "verify"))


async def test_a_case_that_no_superior_issued_has_no_reply() -> None:
    assert [] == await replies(story(FIRST, "verify", "close", order=None))


async def test_the_many_readers_of_case_events_get_no_words() -> None:
    journal = Journal(story(FIRST, "verify", "close").events)
    told = await EventProjector(journal).project(journal.rows)
    values = [each.model_dump_json() for each in told]

    assert "reported_up" in {each.kind for each in told}
    assert not any("house" in value or "市局" in value for value in values)


def test_a_relay_needs_the_key_of_words_only_where_it_sends_replies() -> None:
    relay: type[Service] = RelayService
    silent = Settings(database_url="postgresql://town")

    assert not relay.reads_words(silent)
    assert relay.reads_words(silent.model_copy(update={"replies_topic": "sanban.order-replies"}))
