"""Promise 29: after a person is erased the chain verifies, and no word of theirs is left."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.media_files import MediaFiles
from schemas.events.follow_ups import RATED, SUPPLEMENTED
from tests.integration.promises import broker
from tests.integration.promises.events import TENANT, Event, event
from tests.integration.promises.people import HANDLED
from tests.integration.promises.relays import RelayProcess
from tests.integration.promises.searching import (
    Marks,
    database_files,
    histories,
    in_topics,
    tables,
)
from tests.integration.promises.town import Town
from tests.smoke.commands import Told, sanban

NAME, PHONE = "秦忘川Qxv", "0573-44071936"
WORDS = (
    "窗外电锯Zqw一",
    "忘忧巷Zqw九号",
    "今晚又锯Zqw二",
    "来得太慢Zqw三",
    "同一件事Zqw四",
    "已劝导此人Zqw五",
    "没有这件事Zqw六",
    "改口Zqw七",
    "https://photos.example/Zqw十一.jpg",
)
TEXT, ADDRESS, MORE, COMMENT, FOLLOWING, ACT, NOWHERE, OTHERWISE, LINK = WORDS
OTHER_NAME, OTHER_PHONE, OTHER_TEXT = "吕常在Qxv", "0573-55082047", "夜里广场舞Zqw八"
PERSON = Marks(NAME, PHONE, "44071936", *WORDS)
OTHER = Marks(OTHER_NAME, OTHER_PHONE, OTHER_TEXT)
SHOWN_AS_ERASED = "已删除 erased"


async def cli(town: Town, *words: str) -> Told:
    return await sanban(*words, **town.environment, SANBAN_MEDIA_DIR=str(photos(town)))


def photos(town: Town) -> Path:
    return town.directory / "media"


def later(of: str, source: str, event_id: str, kind: str, **said: Any) -> Event:
    data = {"schema_version": 1, "tenant": TENANT, "complaint_id": of, **said}
    about = {"specversion": "1.0", "type": kind, "source": source, "id": event_id}
    value = json.dumps(about | {"data": data}, ensure_ascii=event_id == "more").encode()
    return Event(source, event_id, value, f"{source} {of}".encode())


def complaints(source: str) -> tuple[Event, Event, Event]:
    """Two of one person, under two spellings of the number, and one of another."""
    person = {"name": NAME, "phone": PHONE}
    other = {"name": OTHER_NAME, "phone": OTHER_PHONE}
    return (
        event(
            source,
            "one",
            text=TEXT,
            reporter=person,
            place={"address": ADDRESS},
            unverified=[{"uri": LINK}],
        ),
        event(source, "two", text=TEXT, reporter=person | {"phone": "+86 573 44071936"}),
        event(source, "other", text=OTHER_TEXT, reporter=other),
    )


async def live(town: Town, one: Event, two: Event, other: Event) -> None:
    """Everything that may be said, in every way it may be said; and what ends elsewhere."""
    source = town.source
    await town.publish(one, two, other)
    await town.until_cases(3)
    people = town.people
    await people.act(two.case_id, ("zhu-lihua", "merge", f"into={other.case_id}", "reason=x"), "m")
    told = await cli(town, "cases", "act", one.case_id, "comment", f"text={ACT}", "--as", "hua-min")
    assert told.code == 0, told
    changed = json.loads(one.value or b"") | {"id": "one"}
    changed["data"] |= {"text": OTHERWISE}
    await town.publish(
        later("one", source, "more", SUPPLEMENTED, text=MORE),
        later("one", source, "rated", RATED, satisfaction="unsatisfied", comment=COMMENT),
        later("two", source, "follows", SUPPLEMENTED, text=FOLLOWING),
        later("nowhere", source, "waits", SUPPLEMENTED, text=NOWHERE),
        one.but(value=json.dumps(changed).encode()),
    )
    await town.until_decided(8)
    await town.until(
        lambda: town.database.fetch(
            "SELECT 1 FROM sanban.journal WHERE case_id = %s AND body LIKE %s",
            (other.case_id, b"%pass_on%"),
        ),
        bool,
    )


async def refused_while_open(town: Town, cases: tuple[Event, Event, Event], *words: str) -> None:
    one, two, other = cases
    await in_no_tenant(town)
    early = await cli(town, "erase", *words, "--yes")
    assert early.code == 2
    assert f"nothing is erased: {one.case_id} is dispatched" in early.complaint
    assert f"{two.case_id} follows {other.case_id}" in early.complaint
    assert TEXT in await shown(town, one.case_id)


async def in_no_tenant(town: Town) -> None:
    words = ("--phone", PHONE, "--tenant", "nix", "--as", "ruan-fang")
    assert "no tenant nix" in (await cli(town, "erase", *words)).complaint


async def end(town: Town, *cases: Event) -> None:
    """Handle them to their end: until then those who handle a case need what was said."""
    for case in cases:
        for person, *act in HANDLED:
            told = await cli(town, "cases", "act", case.case_id, *act, "--as", person)
            assert told.code == 0, told


async def kept(town: Town, marks: Marks) -> list[str]:
    """Where something of it lies, but for the topics."""
    return [
        *await database_files(town.servers.postgres, marks),
        *await tables(town, marks),
        *await histories(town, marks),
        *marks.found_below(town.servers.temporal.directory),
    ]


async def shown(town: Town, case_id: str) -> str:
    told = await cli(town, "cases", "show", case_id)
    assert told.code == 0, told
    return told.output


async def test_after_a_person_is_erased_the_chain_verifies_and_no_word_of_theirs_is_left(
    town: Town,
) -> None:
    one, two, other = complaints(town.source)
    events_topic, bootstrap = f"{town.name}.case-events", town.servers.kafka.bootstrap
    await ensure_topics(bootstrap, [TopicSpec(events_topic, 1)])
    relay = RelayProcess(
        town.directory / "relay", {**town.environment, "SANBAN_CASE_EVENTS_TOPIC": events_topic}
    )
    ours = (events_topic, town.receipts_topic)
    theirs = (town.topic, town.dead_letters_topic)
    async with relay:
        await town.start()
        await live(town, one, two, other)
        for reported in (one, other):
            await MediaFiles(photos(town)).keep(reported.case_id, {"0.jpg": NAME.encode()})
        await town.until(lambda: broker.read(bootstrap, events_topic), bool)

        # It never went further than the topics it came on, and those who may read can.
        assert await kept(town, PERSON) == []
        assert await in_topics(town, PERSON, *theirs, *ours) == {*theirs}
        said = await shown(town, one.case_id)
        assert [word for word in (TEXT, MORE, COMMENT, ACT, LINK) if word not in said] == []
        assert FOLLOWING in await shown(town, other.case_id)

        who = ("--phone", "0086 573-44071936", "--tenant", TENANT)
        why = ("--as", "ruan-fang", "--reason", "asked for it")
        await refused_while_open(town, (one, two, other), *who, *why)
        await end(town, one, other)
        dry = await cli(town, "erase", *who, "--as", "ruan-fang")
        assert dry.code == 0
        assert PERSON.found_in(dry.output.encode()) == []
        assert f"{town.topic}/" in dry.output
        assert TEXT in await shown(town, one.case_id)
        done, again = await cli(town, "erase", *who, *why, "--yes"), await cli(town, "erase", *who)
        assert {one.case_id, two.case_id} == {
            line.split()[0] for line in done.output.splitlines() if line.endswith("  erased")
        }
        assert done.code == 0
        assert "1 photo deleted" in done.output
        assert [each.name for each in photos(town).iterdir()] == [other.case_id]
        assert again.code == 2
        # What is said about them from now on is not kept either.
        await town.publish(later("one", town.source, "too late", SUPPLEMENTED, text=MORE))
        await town.until(town.outcomes, lambda found: found.get("supplemented", 0) == 3)

    await broker.empty(bootstrap, *theirs)  # as their retention does
    assert await kept(town, PERSON) == []
    assert await in_topics(town, PERSON, *theirs, *ours) == set()
    *seen, verified, listed, rebuilt, told = await asyncio.gather(
        *(cli(town, "cases", "show", each.case_id) for each in (one, two, other)),
        cli(town, "audit", "verify"),
        cli(town, "cases", "list", "--all"),
        cli(town, "rebuild", "readmodel", "--dry-run", "--json"),
        cli(town, "erase", one.case_id, *why, "--yes"),
    )
    by = re.compile(rf"by ruan-fang, .*: asked for it \(operations/{TENANT}:")
    assert [bool(by.search(each.output)) for each in seen] == [True, True, False]
    for each in seen:  # the other one was passed on what was said to it
        assert SHOWN_AS_ERASED in each.output
        assert PERSON.found_in(each.output.encode()) == []
    assert [OTHER.found_in(each.output.encode()) for each in seen] == [[], [], [OTHER_TEXT]]
    assert verified.code == 0, verified
    assert PERSON.found_in(listed.output.encode()) == []
    assert json.loads(rebuilt.output)["listed"] == []
    assert told.code == 0
    assert "erased before" in told.output
    chain = await town.database.fetch(
        "SELECT body FROM sanban.journal WHERE case_id = %s", (f"operations/{TENANT}",)
    )
    # Which patrols were missed depends on the hour of the day.
    kinds = [kind for (body,) in chain if (kind := json.loads(body)["kind"]) != "patrol_missed"]
    assert kinds == ["policy_published", "person_erased", "person_erased"]
