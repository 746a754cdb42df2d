"""Hundreds report one burst pipe: one case leads, each report stays a case of its own."""

import re
from collections import Counter
from pathlib import Path

from tests.integration.promises.events import Event, event
from tests.integration.promises.people import Step
from tests.integration.promises.town import Town
from tests.limits import LOAD_S
from tests.pictures import fresh_photo
from tests.smoke.commands import sanban

REPORTS = 300
TOLD = (
    "人民路12号门口自来水管爆了，水喷得很高",
    "人民路水管破裂，路面积水严重，请尽快派人维修",
    "市民来电：路边水管爆裂，水漫到马路上了",
    "自来水管道爆管，大量自来水涌出来",
    "水管爆了，水压很小，家里没有水用",
    "马路上水管漏水，一直冒水，已经流到店里了",
)
SPELT = ("人民路12号", "油车港镇人民路12号", "人民路１２号附近", "人民路12号门口")
ELSEWHERE = (
    {"category": "water-burst", "text": TOLD[0], "place": {"address": "中山路88号"}},
    {"category": "garbage", "text": "垃圾桶满溢，没人清运", "place": {"address": SPELT[0]}},
    {"category": "water-burst", "text": TOLD[1], "place": {"address": "人民路128号"}},
)
CASES = "SELECT case_id, stage, category FROM sanban.cases"


def reports(source: str) -> list[Event]:
    """Some with coordinates, as an app sends them; the others as the telephone does."""
    found = list[Event]()
    for number in range(REPORTS):
        place: dict[str, object] = {"address": SPELT[number % 4]}
        if number % 3 == 0:
            place |= {"longitude": 120.7506 + number % 7 * 1e-4, "latitude": 30.8421}
        text = TOLD[number % 6]
        found.append(
            event(source, f"pipe-{number}", category="water-burst", text=text, place=place)
        )
    return found


async def stages(town: Town) -> dict[str, str]:
    return {case_id: stage for case_id, stage, _ in await town.database.fetch(CASES)}


async def test_hundreds_about_one_burst_pipe_are_one_work_and_each_hears_the_end(
    town: Town, tmp_path: Path
) -> None:
    """Promise 21 in a surge: one leads, the others end with it, what only resembles it does not."""
    photo = tmp_path / "after.jpg"
    photo.write_bytes(fresh_photo())
    mended: tuple[Step, ...] = (
        ("song-tao", "sign"),
        ("song-tao", "resolve", "result=已抢修，恢复供水", f"evidence={photo}"),
        ("xie-bin", "verify", "passed=true", "note=现场已看"),
    )
    pipe = reports(town.source)
    others = [event(town.source, f"other-{number}", **ELSEWHERE[number % 3]) for number in range(3)]
    mixed = list(pipe)
    for place, other in zip((20, 120, 250), others, strict=True):
        mixed.insert(place, other)
    await town.start()
    await town.publish_all(mixed)
    outcomes = await town.until_decided(len(mixed))
    mine, apart = {each.case_id for each in pipe}, {each.case_id for each in others}

    found = await town.until(
        lambda: stages(town),
        lambda seen: (
            sum(seen.get(each) == "merged" for each in mine) >= REPORTS - 1
            and (mine | apart) <= seen.keys()
        ),
        within=LOAD_S,
    )

    assert outcomes == {"accepted": len(mixed)}
    [leader] = [case_id for case_id in mine if found[case_id] != "merged"]
    assert {found[case_id] for case_id in apart} == {"dispatched"}
    resembling = await sanban("cases", "similar", leader, **town.environment)
    assert "same category, " in resembling.output, resembling
    assert resembling.output.endswith("50 similar\n")
    await town.people.play({leader: mended})
    ended = await town.until(
        lambda: stages(town),
        lambda seen: Counter(seen[each] for each in mine) == {"closed": REPORTS},
        within=LOAD_S,
    )
    assert {ended[case_id] for case_id in apart} == {"dispatched"}


async def test_a_person_undoes_a_surge_and_no_rule_does_it_again(town: Town) -> None:
    pipe = reports(town.source)[:60]
    first, later = pipe[:40], pipe[40:]
    await town.start()
    await town.publish_all(first)
    found = await town.until(
        lambda: stages(town),
        lambda seen: Counter(seen.values())["merged"] == len(first) - 1,
        within=LOAD_S,
    )
    [leader] = [case_id for case_id, stage in found.items() if stage != "merged"]
    undo = ("cases", "scatter", leader, "--reason", "两处不同的水管", "--as", "zhu-lihua")

    said = await sanban(*undo, **town.environment)
    again = await sanban(*undo, **town.environment)

    # One that the leader has not heard of yet is separated when it arrives.
    counted = re.match(r"(\d+) of (\d+) cases no longer follow", said.output)
    assert counted is not None, said
    assert counted[1] == counted[2], said
    assert again.output.startswith("0 of 0 cases"), again
    await town.until(
        lambda: stages(town), lambda seen: set(seen.values()) == {"dispatched"}, within=LOAD_S
    )
    await town.publish_all(later)
    await town.until_decided(len(pipe))
    seen = await town.until(lambda: stages(town), lambda seen: len(seen) == len(pipe))
    assert set(seen.values()) == {"dispatched"}
