"""A town in memory in which every page has something to show, and one in which none has."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from domain.complaints import SuperiorOrder
from domain.vocabulary import Channel, Supervision
from runtime.services.console.bulk_worker import BulkWorker
from schemas.intake import Outcome, Reporter
from schemas.screens import Escalation, Screen, screen_digest_of
from tests.fakes.desk import Browser, Desk
from tests.fakes.gateway import TOWN
from tests.fakes.oversight import absence, entry
from tests.unit.desk.test_operators import ILL
from tests.unit.desk.test_task_page import given

CATEGORIES = (
    "garbage", "stray-dogs", "restaurant-fumes", "railside-hazard", "parking", "noise-construction",
    "waste-recycling", None,
)  # fmt: skip
SCREEN = "token-of-the-hall"


@dataclass
class Scenes:
    """A town, and the addresses of pages that only those know who have made something there."""

    desk: Desk = field(default_factory=Desk)
    case: str = ""
    task: str = ""
    asked: str = ""


def empty_town() -> Scenes:
    """Return a town with nothing but its people and a screen."""
    scenes = Scenes()
    _hang_up(scenes.desk, ())
    return scenes


async def full_town() -> Scenes:
    """Return a town with cases of all tiers, late and in time, and requests, links, letters."""
    desk, _, case, task = await given()
    for number, category in enumerate(CATEGORIES * 2):
        filed = desk.file(category, ago=timedelta(hours=number * number * 3))
        desk.reporters[filed.case_id] = Reporter("王静怡", "13812340217", confidential=False)
        desk.ring(filed.case_id)
    order = SuperiorOrder(
        "秀督〔2026〕71 号",
        "秀洲区信访局",
        desk.now + timedelta(days=20),
        level=Supervision.DISTRICT,
    )
    desk.file("pig-farming", channel=Channel.SUPERIOR, superior=order)
    desk.absences.rows.append(absence(1, "pan-zhenhua", desk.now))
    desk.oversight.health = ILL
    desk.oversight.entries = [
        entry(1, TOWN), entry(2, None), entry(4, TOWN, Outcome.ACCEPTED),
    ]  # fmt: skip
    asked = desk.file("restaurant-fumes").case_id
    head = Browser(desk)
    await head.sign_in("zhou-zhiqiang")
    await head.fill(f"/cases/{asked}/acts/sign")
    await head.fill(f"/cases/{asked}/acts/ask_extension", hours="8", reason="风机要定做")
    office = Browser(desk)
    await office.sign_in("shen-haifeng")
    await office.fill(f"/cases/{case}/acts/issue_letter", text="请于两日内报结果")
    _hang_up(desk, (Escalation(desk.now, 3, case, "garbage", "G01", "hetang-village"),))
    return Scenes(desk, case, task, asked)


async def work_off(desk: Desk) -> None:
    """Let a console process give the bulk acts that were begun."""
    worker = BulkWorker(desk.bulk, desk.give, "one")
    while await worker.turn(asyncio.Event()) and desk.bulk.finished != {*desk.bulk.acts}:
        pass


def _hang_up(desk: Desk, latest: tuple[Escalation, ...]) -> None:
    """Hang up a screen in the hall."""
    digest = screen_digest_of(SCREEN)
    desk.screens.screens[digest] = Screen(digest, TOWN, "大厅", desk.now)
    desk.screens.latest = [*latest]
