"""What is said later reaches its case; every record has a receipt; on real servers."""

import json
from dataclasses import replace
from typing import Any

from domain.case.citizen.facts import Supplemented
from domain.vocabulary import Stage
from schemas.events.complaint import FILED
from schemas.events.follow_ups import RATED, SUPPLEMENTED, WITHDRAWN
from schemas.intake import Outcome
from schemas.journal import event_of
from store.intake.ledger import PostgresLedger
from store.journal.rows import PostgresJournal
from store.privacy.keys import PostgresKeys
from store.privacy.unseal import Unsealer
from tests.integration.promises.events import TENANT, Event, event
from tests.integration.promises.people import HANDLED
from tests.integration.promises.town import Town

KEPT = "SELECT count(*) FROM sanban.parked"


def later(of: Event, event_id: str, event_type: str, **said: Any) -> Event:
    """Said by the source of a complaint, under the complaint's own key."""
    document = {
        "specversion": "1.0",
        "type": event_type,
        "source": of.source,
        "id": event_id,
        "data": {"schema_version": 1, "tenant": TENANT, "complaint_id": of.event_id, **said},
    }
    return Event(of.source, event_id, json.dumps(document).encode(), of.key)


async def facts(town: Town, case_id: str) -> list[str]:
    rows = await PostgresJournal(town.database).read(case_id)
    return [event_of(row.body).fact.kind for row in rows]


async def told(town: Town) -> dict[str, list[str]]:
    """The outcomes that each event was told, in order, once each."""
    found: dict[str, list[str]] = {}
    for receipt in await town.receipts():
        outcomes = found.setdefault(receipt.get("event_id", "?"), [])
        if outcomes[-1:] != [receipt["outcome"]]:
            outcomes.append(receipt["outcome"])
    return found


async def test_what_is_said_before_the_complaint_waits_and_nothing_overtakes(town: Town) -> None:
    """A supplement, a reminder and a rating come first; then the complaint; then more."""
    await town.start()
    noise = event(town.source, "noise")
    more = later(noise, "1-more", SUPPLEMENTED, text="今晚又响了")
    urge = later(noise, "2-urge", SUPPLEMENTED, text="什么时候来人", reminder=True)
    last = later(noise, "3-last", SUPPLEMENTED, text="已经第三晚")
    await town.publish(more, urge)
    await town.until(lambda: told(town), lambda found: len(found) == 2)
    await town.publish(noise, last)
    outcomes = await town.until(town.outcomes, lambda found: found.get("supplemented") == 3)
    rows = await PostgresJournal(town.database).read(noise.case_id)
    events = await Unsealer(PostgresKeys(town.database)).events([row.body for row in rows])
    said = [each.fact.text for each in events if isinstance(each.fact, Supplemented)]

    assert outcomes == {"accepted": 1, "supplemented": 3}
    assert said == ["今晚又响了", "什么时候来人", "已经第三晚"]
    found = await town.until(lambda: told(town), lambda found: len(found) == 4)
    assert found["1-more"] == found["2-urge"] == ["parked", "supplemented"]
    assert found["noise"] == ["accepted"]
    assert found["3-last"][-1] == "supplemented"
    assert await town.until(town.lag, lambda lag: lag == 0) == 0


async def test_a_citizen_rates_and_takes_back_by_event(town: Town) -> None:
    await town.start()
    rated, gone = event(town.source, "rated"), event(town.source, "gone")
    await town.publish(rated, gone)
    await town.people.play({rated.case_id: HANDLED})
    sent = [
        later(rated, "rate", RATED, satisfaction="satisfied", solved=True),
        later(gone, "back", WITHDRAWN, reason="来电人称已自行解决"),
        later(gone, "back", WITHDRAWN, reason="来电人称已自行解决"),
        later(gone, "late", SUPPLEMENTED, text="又来了"),
    ]
    await town.publish(*sent)
    outcomes = await town.until(town.outcomes, lambda found: sum(found.values()) == 6)

    assert outcomes == {"accepted": 2, "rated": 1, "withdrawn": 1, "duplicate": 1, "rejected": 1}
    assert "rated" in await facts(town, rated.case_id)
    assert (await facts(town, gone.case_id))[-1] == Stage.WITHDRAWN
    receipts = await town.until(town.receipts, lambda found: len(found) >= 6)
    cases = {each["event_id"]: each.get("case_id") for each in receipts}
    reasons = {each["event_id"]: each.get("reason") for each in receipts}
    assert cases["rate"] == rated.case_id
    assert cases["back"] == gone.case_id
    assert reasons["late"] == "case_over"


async def test_what_waits_survives_a_kill_and_ends_when_its_limit_is_over(town: Town) -> None:
    """Promise 1 for what is parked: the process dies, and nothing that waits is forgotten."""
    await town.start()
    noise = event(town.source, "noise")
    newer = event(town.source, "newer")
    newer = newer.but(
        value=(newer.value or b"").replace(FILED.encode(), FILED[:-1].encode() + b"2")
    )
    never = event(town.source, "never")
    await town.publish(
        later(noise, "more", SUPPLEMENTED, text="今晚又响了"),
        later(never, "nobody", SUPPLEMENTED, text="无主"),
        newer,
    )
    assert await town.until_decided(3) == {"parked": 3}
    town.intake.kill()
    await town.publish(noise)
    await town.intake.launch()
    outcomes = await town.until(town.outcomes, lambda found: found.get("supplemented") == 1)
    assert outcomes == {"accepted": 1, "supplemented": 1, "parked": 2}

    await town.database.fetch(
        "UPDATE sanban.parked SET until = now() - interval '1 second' RETURNING 1"
    )
    outcomes = await town.until(town.outcomes, lambda found: found.get("rejected") == 2)
    letters = await town.dead_letters()
    reasons = {dict(each.headers)["sanban-reason"] for each in letters}

    assert outcomes == {"accepted": 1, "supplemented": 1, "rejected": 2}
    assert reasons == {b"unknown_complaint", b"unsupported_version"}
    assert newer.value in {each.value for each in letters}


async def test_the_end_of_what_waited_is_told_by_the_next_process_if_this_one_dies_before(
    town: Town,
) -> None:
    """Its outcome is kept, and no offset brings it again: what is parked was committed."""
    await town.intake.start()
    await town.publish(later(event(town.source, "noise"), "more", SUPPLEMENTED, text="今晚又响了"))
    await town.until(town.receipts, lambda found: len(found) == 1)
    await town.until(town.lag, lambda lag: lag == 0)
    town.intake.kill()
    [waits] = await town.decisions()
    ended = replace(waits, outcome=Outcome.SUPPLEMENTED, case_id="7kq2m-9xa4t-bnc2w")
    await PostgresLedger(town.database).settle([ended])
    await town.intake.launch()
    receipts = await town.until(town.receipts, lambda found: len(found) == 2)

    assert [each["outcome"] for each in receipts] == ["parked", "supplemented"]
    assert receipts[1]["case_id"] == ended.case_id
    assert await town.until(lambda: town.database.fetch(KEPT), lambda kept: kept == [(0,)])
