"""A year of complaints of a prefecture, for looking up similar ones: no two runs differ."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from domain.complaints import Place
from domain.matching.similarity import ReportFeatures

FIRST = datetime(2025, 11, 24, tzinfo=UTC)
DAYS = 365
_PLACES = 20_000
_LOCATED = 0.5
"""Share of the reports that come with coordinates: from an app or a patrol, not by telephone."""
_FULL_ADDRESS = 0.2
"""Share of the addresses that begin with the province."""

_ROADS = (
    "人民",
    "中山",
    "解放",
    "建设",
    "文化",
    "环城",
    "东升",
    "洪兴",
    "新气象",
    "正阳",
    "禾兴",
    "友谊",
)
_KINDS = ("路", "街", "东路", "西路", "南路", "北路")
_VILLAGES = (
    "荷塘",
    "古窦泾",
    "澄溪",
    "马厍",
    "上睦",
    "池湾",
    "银杏",
    "千金",
    "杨溪",
    "栖真",
    "麟湖",
    "钟家",
)
_TOWNS = ("油车港镇", "新塍镇", "王江泾镇", "王店镇", "洪合镇", "高照街道", "新城街道", "嘉北街道")
_ABOUT = {
    "water": (("水管", "自来水管", "管道", "消防栓"), ("爆了", "破裂", "漏水", "一直冒水", "喷水")),
    "lamp": (("路灯", "照明灯", "景观灯"), ("不亮", "坏了", "一闪一闪", "白天也开着")),
    "garbage": (("垃圾桶", "垃圾堆", "建筑垃圾"), ("满溢", "没人清运", "发臭", "堆成山")),
    "noise": (("工地", "广场舞", "商铺喇叭", "空调外机"), ("夜间施工", "太吵", "扰民", "睡不着")),
    "stalls": (("流动摊贩", "烧烤摊", "水果摊"), ("占道经营", "堵住人行道", "油烟很大")),
    "parking": (("机动车", "货车", "共享单车"), ("乱停放", "堵住消防通道", "停在盲道上")),
    "road": (("路面", "井盖", "人行道砖"), ("塌陷", "破损", "松动", "有大坑")),
    "river": (("河道", "河面", "排污口"), ("发黑发臭", "漂浮垃圾", "有油污")),
}
_OPENINGS = ("", "市民反映：", "您好，", "来电反映，", "居民投诉：")
_ENDINGS = (
    "",
    "，请尽快处理",
    "，希望派人来看看",
    "，已经好几天了",
    "，影响出行",
    "，存在安全隐患",
)


@dataclass(frozen=True)
class Prefecture:
    """Where complaints come from: a few places have many, most have few."""

    addresses: tuple[str, ...]
    points: tuple[tuple[int, int], ...]

    @classmethod
    def made(cls) -> "Prefecture":
        chance = random.Random(7)  # noqa: S311
        addresses, points = list[str](), list[tuple[int, int]]()
        centres = [
            (chance.randrange(120_500_000, 121_200_000), chance.randrange(30_500_000, 31_000_000))
            for _ in _TOWNS
        ]
        for _ in range(_PLACES):
            town = chance.randrange(len(_TOWNS))
            east, north = centres[town]
            points.append((int(chance.gauss(east, 20_000)), int(chance.gauss(north, 20_000))))
            addresses.append(_TOWNS[town] + _local(chance))
        return cls(tuple(addresses), tuple(points))

    def reports(self, count: int, seed: int) -> Iterator[ReportFeatures]:
        """In the order of their coming, spread over a year."""
        chance = random.Random(seed)  # noqa: S311
        for number in range(count):
            at = FIRST + timedelta(days=DAYS) * number / count
            yield self.report(chance, at)

    def report(self, chance: random.Random, at: datetime) -> ReportFeatures:
        # The hundredth part of the places has a tenth of the complaints, and so on.
        place = int(_PLACES * chance.random() ** 2)
        category = chance.choice(tuple(_ABOUT))
        things, troubles = _ABOUT[category]
        address = self.addresses[place]
        text = (
            chance.choice(_OPENINGS)
            + address[-chance.choice((0, 6, 9)) :] * chance.choice((0, 1))
            + chance.choice(things)
            + "，".join(chance.sample(troubles, chance.choice((1, 2))))
            + chance.choice(_ENDINGS)
        )
        full = chance.random() < _FULL_ADDRESS
        east, north = (middle + int(chance.gauss(0, 400)) for middle in self.points[place])
        located = chance.random() < _LOCATED
        return ReportFeatures(
            category=category,
            at=at,
            text=text,
            place=Place(
                ("浙江省嘉兴市秀洲区" if full else "")
                + address
                + chance.choice(("", "", "附近", "门口")),
                None,
                east if located else None,
                north if located else None,
            ),
        )


def _local(chance: random.Random) -> str:
    if chance.random() < 0.6:
        road = chance.choice(_ROADS) + chance.choice(_KINDS)
        return f"{road}{chance.randrange(1, 400)}号"
    return f"{chance.choice(_VILLAGES)}村{chance.randrange(1, 30)}组"
