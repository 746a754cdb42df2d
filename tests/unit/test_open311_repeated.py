"""A report that is sent again without an Idempotency-Key is the same report, for a while."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from typing_extensions import override

from console.gateway.clients import digest_of
from console.gateway.moments import FirstReport
from tests.fakes.gateway import NOW, OTHER, Answer, Town, ask, form
from tests.fakes.gateway_ports import FakeFirstReports
from tests.unit.test_open311 import REPORT

WINDOW = timedelta(minutes=10)
EDGE = NOW + timedelta(minutes=10) - timedelta(seconds=(NOW.timestamp() % 600))
"""A moment where one multiple of the window ends and the next begins."""
SECOND = timedelta(seconds=1)


async def send(app: Starlette, *, token: str | None = None, **fields: str) -> Answer:
    more: dict[str, Any] = {} if token is None else {"token": token}
    answer = await ask(app, "POST", "/open311/v2/requests.json", **form(**REPORT | fields), **more)
    assert answer.status == 200
    return answer


def is_one(town: Town, *answers: Answer) -> bool:
    """Whether all answers name one case, and all events are equal: duplicates, no conflicts."""
    numbers = {each.json[0]["service_request_id"] for each in answers}
    same = all(each == town.broker.events[0] for each in town.broker.events)
    assert same == (len(numbers) == 1)
    return same


@pytest.mark.parametrize("away", [False, True], ids=["database", "no database"])
async def test_a_report_sent_again_within_the_window_is_the_same(away: bool) -> None:
    town = Town()
    town.first_reports.away = away
    app = town.app()

    first = await send(app)
    town.now += WINDOW
    again = await send(app)

    assert is_one(town, first, again)
    assert first.body == again.body
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]


async def test_after_the_window_it_is_another_report() -> None:
    town = Town()
    app = town.app()

    first = await send(app)
    town.now += WINDOW + SECOND

    assert not is_one(town, first, await send(app))


async def test_another_process_knows_it_too_also_beyond_an_edge() -> None:
    town = Town(now=EDGE - SECOND)

    first = await send(town.app())
    town.now = EDGE + SECOND
    again = await send(town.app())

    assert is_one(town, first, again)


async def test_without_the_database_another_process_gives_the_same_number() -> None:
    """Not the same time: what comes of it is a conflict, and still one case."""
    town = Town(now=EDGE)
    town.first_reports.away = True

    first = await send(town.app())
    town.now += SECOND
    again = await send(town.app())

    assert first.body == again.body


async def test_two_at_once_at_two_processes_are_one() -> None:
    town = Town(now=EDGE - SECOND)

    class SlowReports(FakeFirstReports):
        @override
        async def first(self, key: str, report: FirstReport, since: Any) -> FirstReport:
            await asyncio.sleep(0)
            town.now += 2 * SECOND
            return await super().first(key, report, since)

    town.first_reports = SlowReports()

    assert is_one(town, *await asyncio.gather(*(send(town.app()) for _ in range(3))))


async def test_a_database_that_does_not_answer_is_not_waited_for_long() -> None:
    town = Town()

    class StuckReports(FakeFirstReports):
        @override
        async def first(self, key: str, report: FirstReport, since: Any) -> FirstReport:
            await asyncio.Event().wait()
            raise AssertionError

    town.first_reports = StuckReports()
    app = town.app()

    assert is_one(town, await send(app), await send(app))


@pytest.mark.parametrize(
    "change",
    [
        {"description": "路灯不亮。"},
        {"phone": "139"},
        {"lat": "30.8", "long": "120.7"},
        {"email": "a@b.example"},
        {"media_url": "https://a.example/1.jpg"},
    ],
)
async def test_other_content_is_another_report(change: dict[str, str]) -> None:
    town = Town()
    app = town.app()

    assert not is_one(town, await send(app), await send(app, **change))


async def test_the_same_content_from_another_client_is_another_report() -> None:
    town = Town()
    app = town.app()

    one, other = await send(app), await send(app, token=OTHER)

    assert one.json[0]["service_request_id"] != other.json[0]["service_request_id"]


async def test_how_the_content_came_does_not_count() -> None:
    town = Town()
    app = town.app()
    first = await send(app)

    again = await ask(
        app,
        "POST",
        "/open311/v2/requests.xml",
        token=None,
        **form(**{name.upper(): said for name, said in REPORT.items()}, api_key="sbn_citizens-app"),
    )

    assert first.headers["idempotency-key"] == again.headers["idempotency-key"]


async def test_a_stated_time_is_kept_and_does_not_move_the_window() -> None:
    town = Town()
    app = town.app()
    said = "2026-11-20T08:00:00+08:00"

    first = await send(app, requested_datetime=said)
    town.now += SECOND
    again = await send(app, requested_datetime=said)

    assert is_one(town, first, again)
    assert town.broker.events[0]["data"]["reported_at"] == said


async def test_a_window_of_nothing_makes_each_report_its_own() -> None:
    town = Town(same_report_within=timedelta(0))
    app = town.app()

    assert not is_one(town, await send(app), await send(app))


async def test_a_report_with_a_key_says_the_same_at_another_process() -> None:
    town = Town()
    sent = form(**REPORT)
    sent["headers"].append(("idempotency-key", "k-1"))
    path = "/open311/v2/requests.json"

    first = await ask(town.app(), "POST", path, **sent)
    town.now += timedelta(hours=1)
    again = await ask(town.app(), "POST", path, **sent)

    assert is_one(town, first, again)


async def test_the_shared_key_tells_nothing_of_the_content_to_who_has_no_token() -> None:
    """The same content has another key under another token of the same client."""
    town = Town()
    await send(town.app())
    renewed = town.clients[0].model_copy(update={"sha256": digest_of("sbn_new")})
    other = Town(clients=(renewed,))
    await send(other.app(), token="sbn_new")  # noqa: S106 - of this test alone

    assert not town.first_reports.known.keys() & other.first_reports.known.keys()
