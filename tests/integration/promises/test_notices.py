"""The notifier fails for an hour: the rung is recorded undelivered, the next rung fires, the case
does not fail. And nobody gets a storm, or is woken for what can wait.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.case.notices.acts import Failure
from domain.case.notices.facts import Notified, Undelivered
from domain.people.rosters import Recipient
from domain.vocabulary import Channel, Role, Urgency
from gateways.notices import FIELD
from runtime.embedded.temporal import EmbeddedTemporal
from store.connection import Database
from tests.fakes.waiting import until
from tests.integration.promises.notifiers import (
    HANDLER,
    Hands,
    NotifyProcess,
    Office,
    contacts,
    hurried,
    notifying,
    open_office,
)
from tests.integration.promises.people import AGREED
from tests.servers.mailbox import mailbox, words
from tests.servers.webhook import Webhook, webhook

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2027, 3, 1, 12, tzinfo=SHANGHAI)
MIDNIGHT = datetime(2027, 3, 1, 23, 30, tzinfo=SHANGHAI)
TEN_MINUTES = timedelta(minutes=10)
BOTH = (*HANDLER, Recipient("platform", Role.DISPATCHER))


@pytest.fixture
async def hook() -> AsyncIterator[Webhook]:
    async with webhook() as made:
        yield made


@pytest.fixture
async def office(database: Database, temporal_server: EmbeddedTemporal) -> AsyncIterator[Office]:
    async with open_office(database, temporal_server.address) as opened:
        yield opened


@pytest.fixture
def environment(app_dsn: str, temporal_server: EmbeddedTemporal) -> dict[str, str]:
    """Of a process."""
    return {"SANBAN_DATABASE_URL": app_dsn, "TEMPORAL_ADDRESS": temporal_server.address}


@pytest.fixture
def file(office: Office, hook: Webhook, tmp_path: Path) -> Path:
    """Everybody has the webhook, which is told whose address it was."""
    return contacts(
        office, tmp_path / "contacts.yaml", lambda person: hook.address(f"?:to={person}")
    )


async def test_an_hour_without_delivery_is_recorded_the_next_rung_fires_and_the_case_goes_on(
    office: Office, hook: Webhook, file: Path
) -> None:
    """A webhook answers 503; the hour is given, not waited for."""
    hands = Hands(NOON)
    hook.status = 503
    plan = hurried(office, "E-1", 1, 4)
    async with notifying(office, file, hands) as notifier:
        await office.begin(plan)
        for number in range(1, 7):
            await office.tried(number)
            if number == 3:
                await office.rungs(plan, 2)
            hands.move(TEN_MINUTES)
        failing = await office.heard(plan, Undelivered)
        ready = await notifier.why_not_ready()
        signed = await office.people.act(plan.case_id, ("tang-ke", "sign"), "sign")
        hook.status = 204
        hands.move(TEN_MINUTES)
        reached = await office.heard(plan, Notified)

    assert ready is None
    assert signed.stage == "signed"
    assert len(reached) == 2
    for (row, person), heard in reached.items():
        late = Undelivered(
            row=row, person=person, attempts=3, because=Failure.NOT_TAKEN, final=False
        )
        assert failing[row, person] == [late]
        assert heard[0] == late
        assert isinstance(heard[1], Notified)
        assert heard[1].channel == "json"
        assert len(heard) == 2
    assert max(heard[1].attempts for heard in reached.values()) == hook.tries >= 7
    [taken] = hook.taken
    assert taken["title"] == "【汇总】2 件提醒"


async def test_many_rungs_at_once_come_as_one_digest(
    office: Office, hook: Webhook, file: Path
) -> None:
    """They fired while no notifier ran; the next one goes on where the last one stood."""
    plans = [hurried(office, f"E-{number}", 1) for number in range(8)]
    async with notifying(office, file, Hands(NOON)):
        pass
    await office.begin(*plans)
    async with notifying(office, file, Hands(NOON)):
        for plan in plans:
            await office.heard(plan, Notified)

    [digest] = hook.taken
    assert digest["title"] == "【汇总】8 件提醒"
    assert all(plan.case_id in digest["message"] for plan in plans)
    assert digest[FIELD].startswith("digest/")


async def test_at_night_only_what_is_critical_is_told(
    office: Office, hook: Webhook, file: Path
) -> None:
    hands = Hands(MIDNIGHT)
    ordinary = hurried(office, "E-1", 1)
    critical = hurried(office, "E-2", 1, urgency=Urgency.CRITICAL)
    async with notifying(office, file, hands):
        await office.begin(ordinary)
        await office.begin(critical)
        await office.heard(critical, Notified)
        by_night = [*hook.taken]
        hands.now = MIDNIGHT.replace(day=2, hour=7, minute=0)
        await office.heard(ordinary, Notified)

    assert [critical.case_id in each["title"] for each in by_night] == [True]
    assert [ordinary.case_id in each["title"] for each in hook.taken[1:]] == [True]


async def test_a_notifier_killed_between_sending_and_recording_sends_the_same_message_again(
    office: Office,
    hook: Webhook,
    file: Path,
    environment: dict[str, str],
) -> None:
    """The webhook has the message, and the notifier has not heard so."""
    hook.status = 0
    notifier = NotifyProcess(file.parent / "notify", environment | {"SANBAN_CONTACTS": str(file)})
    plan = hurried(office, "E-1", 1, urgency=Urgency.CRITICAL)  # whatever time of day it is
    await notifier.start()
    try:
        await office.begin(plan)
        await office.tried(1, open_=True)
        await until(lambda: hook.taken)
        notifier.kill()
        hook.status = 204
        await notifier.start()
        heard = await office.heard(plan, Notified)
        code = await notifier.terminate()
    finally:
        await notifier.stop()

    [(row, person)] = heard
    assert [each[FIELD] for each in hook.taken] == [f"{plan.case_id}/{row}/{person}"] * 2
    assert heard[row, person] == [Notified(row=row, person=person, attempts=2, channel="json")]
    assert code == 0


async def test_people_are_told_by_mail_in_their_language(office: Office, tmp_path: Path) -> None:
    policy = office.people.policy
    plan = hurried(office, "E-1", 1, tell=BOTH)
    async with mailbox() as box:
        path = tmp_path / "contacts.yaml"
        english = {
            each.id: {"language": "en", "addresses": [box.address(f"{each.id}@example.org")]}
            for each in policy.roster.people
            if each.unit == policy.platform
        }
        contacts(office, path, lambda id_: box.address(f"{id_}@example.org"), **english)
        async with notifying(office, path, Hands(NOON)):
            await office.begin(plan)
            heard = await office.heard(plan, Notified)
    letters = {person: box.to(f"{person}@example.org") for _, person in heard}
    said = {person: words(letter) for person, [letter] in letters.items()}

    assert {person in english for person in said} == {True, False}
    for person, text in said.items():
        expected = "Its signing is due" if person in english else "签收时限为"
        assert expected in text
        assert plan.case_id in text


async def test_whoever_has_no_address_is_recorded_and_a_case_that_is_over_fails_nobody(
    office: Office, tmp_path: Path
) -> None:
    over, open_ = hurried(office, "E-1", 1, channel=Channel.HOTLINE), hurried(office, "E-2", 1)
    nobody = tmp_path / "nobody.yaml"
    nobody.write_text("people: {}")
    async with notifying(office, nobody, Hands(NOON)):
        pass
    await office.begin(over, open_)
    await office.people.act(over.case_id, ("ruan-fang", "withdraw", "reason=重复来电"), "over")
    await office.people.act(over.case_id, AGREED, "agreed")
    async with notifying(office, nobody, Hands(NOON)):
        heard = await office.heard(open_, Undelivered)
        await office.settled()

    [(row, person)] = heard
    assert heard[row, person] == [
        Undelivered(row=row, person=person, attempts=0, because=Failure.NO_ADDRESS, final=True)
    ]
    told = [*(await office.told(over)).values()]
    assert told
    assert all(each == [] for each in told)
