"""A case of the assign and one of the supervise tier from intake to archive, in forms alone.

Time stands still while people work and passes between: meetings come, windows end. The direct tier
is walked on real servers in test_mornings.py.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.async_api import Browser

from domain.case.state import Case
from domain.vocabulary import Stage, Tier
from tests.browser.acting import Said, give
from tests.browser.in_memory import MemoryTown, memory_town
from tests.browser.people import Person, Visitor

WALKERS = {
    "zh, without script": Visitor("zh", 390, script=False),
    "zh, by keyboard": Visitor("zh", 1440, keyboard=True),
    "en, without script": Visitor("en", 1440, script=False),
    "en, by keyboard": Visitor("en", 390, keyboard=True),
}
every_way = pytest.mark.parametrize("visitor", WALKERS.values(), ids=WALKERS)


@dataclass
class Walk:
    """A case, and the people who take it further, one act each."""

    town: MemoryTown
    number: str
    visitor: Visitor
    stack: AsyncExitStack
    _people: dict[str, Person] = field(default_factory=dict)

    async def does(self, id_: str, kind: str, **said: Said) -> None:
        if id_ not in self._people:
            visit = self.town.person(id_, self.visitor)
            self._people[id_] = await self.stack.enter_async_context(visit)
        await give(self._people[id_], self.number, kind, **said)

    async def later(self, **amount: float) -> None:
        """Let time pass; all sessions end with it."""
        self.town.later(**amount)
        for id_, person in self._people.items():
            await person.sign_in(id_, self.visitor.language)

    def case(self) -> Case:
        return self.town.desk.lives[self.number].case


@asynccontextmanager
async def walking(
    chromium: Browser, visitor: Visitor, category: str | None, text: str
) -> AsyncIterator[Walk]:
    """Yield the walk of a case that was just filed."""
    async with memory_town(chromium) as town, AsyncExitStack() as stack:
        yield Walk(town, town.desk.file(category, text=text, grid="G04").case_id, visitor, stack)


@every_way
async def test_an_assigned_case_is_returned_extended_and_ended(
    chromium: Browser, visitor: Visitor
) -> None:
    async with walking(chromium, visitor, None, "饭店油烟直排，夜里开不了窗") as walk:
        await walk.does("zhu-lihua", "triage", category="restaurant-fumes")
        await walk.does(
            "xu-meng", "return", reason="油烟设施由市监所管", suggested_unit="market-supervision"
        )
        await walk.later(minutes=20)
        await walk.does(
            "zhu-lihua", "answer", granted=True, reason="属市监所职责", unit="market-supervision"
        )
        assert walk.case().holder == "market-supervision"
        await walk.does("lin-yan", "sign")
        await walk.does("lin-yan", "progress", note="已约谈店主，安装净化器")
        await walk.does("wang-xinmin", "ask_extension", hours="8", reason="设备后天到货")
        await walk.does("shen-haifeng", "answer", granted=True, reason="同意")
        await walk.later(hours=3)
        await walk.does("lin-yan", "resolve", result="净化器已装，油烟达标", evidence=1)
        assert walk.case().stage is Stage.RESOLVED
        await walk.does("xie-bin", "verify", passed=True, note="现场已看")
        await walk.does("ruan-fang", "close", callback="satisfied", solved=True)
        assert walk.case().stage is Stage.CLOSED
        await walk.later(days=60)

    assert walk.case().stage is Stage.ARCHIVED
    assert walk.case().tier is Tier.ASSIGN


@every_way
async def test_a_supervised_case_is_led_sent_back_reopened_and_ended(
    chromium: Browser, visitor: Visitor
) -> None:
    async with walking(chromium, visitor, "sewage-discharge", "暗管夜间排放黑水") as walk:
        await walk.does(
            "shen-haifeng", "appoint", lead="environment", instruction="暗管排查，限期整改",
            members=["water-agriculture", "enforcement-squad"],
        )  # fmt: skip
        await walk.does("feng-lu", "sign")
        await walk.does(
            "feng-lu", "convene", units=["water-agriculture", "enforcement-squad"],
            at=walk.town.hour + timedelta(hours=5), agenda="暗管排查分工",
        )  # fmt: skip
        await walk.later(hours=5, minutes=20)
        await walk.does(
            "shen-haifeng", "hold", minutes="生态环境所牵头，三家分工", present=["environment"],
            came=["water-agriculture:shi-wei", "enforcement-squad:xu-meng"], evidence=1,
            tasks="water-agriculture:排查入河口\nenforcement-squad:固定证据",
        )  # fmt: skip
        await walk.does("shi-wei", "report", text="入河口两处，已标记", evidence=1)
        await walk.does("xu-meng", "report", text="证据已固定", evidence=1)
        await walk.does("sun-peng", "check", part="task-1", passed=True, note="属实")
        await walk.does("sun-peng", "check", part="task-2", passed=True, note="属实")
        await walk.does("feng-lu", "progress", note="暗管已找到，准备封堵")
        await walk.does("feng-lu", "resolve", result="暗管已封堵", evidence=2)
        await walk.does("xie-bin", "verify", passed=False, note="河边仍有黑水")
        assert walk.case().stage is Stage.IN_PROGRESS
        await walk.does("feng-lu", "resolve", result="第二处暗管已封堵", evidence=2)
        await both_sign(walk)
        await walk.does("ruan-fang", "close", callback="satisfied", solved=True)
        await walk.later(days=1)
        await walk.does("ruan-fang", "ask_reopening", reason="昨夜又排，群众来电", evidence=1)
        await walk.does("shen-haifeng", "answer", granted=True, reason="确有新情况")
        await walk.does("feng-lu", "sign")
        await walk.does("feng-lu", "resolve", result="阀门已拆除，管口已封死", evidence=2)
        await both_sign(walk)
        await walk.does("ruan-fang", "close", callback="satisfied", solved=True)
        await walk.later(days=60)

    assert walk.case().stage is Stage.ARCHIVED
    assert walk.case().tier is Tier.SUPERVISE


async def both_sign(walk: Walk) -> None:
    """Let the verifier look, and the leading group sign beside."""
    await walk.does("xie-bin", "verify", passed=True, note="现场已看")
    await walk.does("fei-xuewen", "verify", passed=True, note="会签同意")
    assert walk.case().stage is Stage.VERIFIED
