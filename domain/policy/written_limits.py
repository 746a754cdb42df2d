"""Limits as standards in spreadsheets write them (2个工作日, 24小时, 立即), and as packs do."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from domain.characters import quoted
from domain.sla.clocks import Measure

_PARTS = re.compile(r"[,;、](?![^(]*\))")
_NEXT = "后(?![续期段])|再|然后|随后|接着|最后"
_ORDER = re.compile(f"^(?:首?先|{_NEXT})")
_LATER = re.compile(f"^(?:{_NEXT})")
_DEPENDS = re.compile("一般|通常|特殊|最[长迟多]|其他|其余|白天|夜间|延期|除外")
"""Words of limits of which one holds: they follow no order."""
_PLANNED = re.compile("(?:按|限期|整改)?计划(?:整改|完成|实施)?[,;:]?|限期整改[,;:]?")
_NUMBER = r"[0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十半]+"
_WORKING_DAY = "工作日|工作天|wd"
_WORKING_HOUR = "工作小时|工作时|工时|wh"
_NATURAL_DAY = "自然日|自然天|日历日|日历天|nd"
_HOUR = "小时|钟头|时|h"
_MINUTE = "分钟|分|min"
_DAY = "天|日|d"
_LIMIT = re.compile(
    f"(?P<number>{_NUMBER})个?(?:(?P<wd>{_WORKING_DAY})|(?P<wh>{_WORKING_HOUR})|"
    f"(?P<nd>{_NATURAL_DAY})|(?P<h>{_HOUR})|(?P<min>{_MINUTE})|(?P<d>{_DAY}))"
)
_STEP = re.compile(f"{_LIMIT.pattern}(?:\\([^()]*\\))?")
_QUALIFIED = re.compile(r"(?P<limit>[^()]+)\((?P<how>[^()]+)\)")
_BEFORE = re.compile("^(?:处置时限|时限|不得?超过|应?当?在|须在|限|≤|<=)")
_AFTER = re.compile(
    "(?:以内|之内|内)?(?:完成|处置|处理|办结|修复|解决|整改)?(?:完毕|到位)?[。.;,]?$"
)
_WORKING = re.compile(
    "(?:按|以|指|为|限)?(?:法定)?"
    "(?:工作(?:日|天|小时|时间|时段|时)?|工时|wd|wh|working(?:time|days?|hours?)?)(?:内|计|计算)?"
)
_OFF = "(?:法定)?(?:节?假日|节日|非工作日|非工作时间|休息日|公休日)"
_ALSO = f"(?:[,、/和及与或](?:{_OFF}|双休日|周末|夜间))"
_ANY = f"(?:{_OFF}|双休日|周末|工作日|工作时间|昼夜)"
_CONTINUOUS = re.compile(
    "(?:按|以|指|为)?"
    "(?:自然(?:日|天|小时|时)?|日历(?:日|天)?|连续(?:小时|时间)?|不间断|昼夜|nd|continuous)"
    f"(?:计|计算|不间断)?|(?:含|包括|包含)(?:(?:双休日|周末)[,、/和及与])?{_OFF}{_ALSO}*"
    f"|(?:不分|不论|不区分){_ANY}(?:[,、/和及与或]{_ANY})*"
)
_DIGITS = {char: number for number, char in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_BELOW_A_HUNDRED = re.compile("(?:[一二三四五六七八九]?十)?[一二两三四五六七八九]?")
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class WrittenLimit:
    """A limit as categories.yaml writes it: `within`, and `measure` beside plain hours."""

    within: str
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Notation:
    """What a sheet leaves open, and the person who maps it says.

    `hours` and `days`: how 24小时 and 3天 count, WORKING or CONTINUOUS. `unit` is that of plain
    numbers. `words` says limits as packs write them for words such as 立即. `measures` says
    what the words of a column of measures mean.
    """

    hours: Measure | None = None
    days: Measure | None = None
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=dict)


def plain(text: str) -> str:
    """Return the text with narrow digits and signs, and without white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def date_limit_of(text: str, notation: Notation, how: str = "") -> WrittenLimit | None:
    """Return how late a date may be that the unit names (按计划，不超过30天); None: it names none.

    Raises ValueError.
    """
    whole = _meant(text, notation)
    found = _PLANNED.match(whole)
    return limit_of(whole[found.end() :], notation, how) if found else None


def steps_of(
    text: str, notation: Notation, how: str = "", known: Collection[str] = ()
) -> tuple[tuple[str, WrittenLimit], ...]:
    """Return words and limit of each step (先控制4小时，后修复7个工作日); () if there are no steps.

    Limits are steps if words say their order, or if all their words are `known` as steps. Others
    are limits of which one holds (主干道2小时、次干道4小时). Raises ValueError.
    """
    parts = [part for part in _PARTS.split(_meant(text, notation)) if part]
    found = [_LIMIT.search(_ORDER.sub("", part)) for part in parts]
    if len(parts) == 1 or None in found:
        return ()
    steps = [_step(_ORDER.sub("", part)) for part in parts]
    words = [named for named, _ in steps]
    in_order = all(_LATER.match(part) for part in parts[1:])
    if not all(words) or (not in_order and not set(words) <= set(known)):
        return ()
    if in_order and any(map(_DEPENDS.search, words)):
        return ()
    return tuple((named, limit_of(limit, notation, how)) for named, limit in steps)


def _step(part: str) -> tuple[str, str]:
    """Return the words of a step and its limit: 控制2小时(连续), 2小时内控制."""
    limit = _STEP.search(part)
    if limit is None:
        return "", part
    before, after = part[: limit.start()], part[limit.end() :]
    if not before or _AFTER.sub("", after):
        # What is said before it is no name then, but part of a limit that is refused.
        return re.sub("^(?:以内|之内|内)|(?:完成|以内|之内|内|[。.])+$", "", after), before + limit[
            0
        ]
    return before, limit[0]


def limit_of(text: str, notation: Notation, how: str = "") -> WrittenLimit:
    """Return the limit that a cell means; `how` is its cell in the column of measures.

    Raises ValueError with what is unclear, and what to do.
    """
    whole = _meant(text, notation)
    basis = _basis(plain(how), notation)
    if found := _QUALIFIED.fullmatch(_AFTER.sub("", whole)):
        whole, basis = found["limit"], _both(basis, _basis(found["how"], notation))
    bare = _AFTER.sub("", _BEFORE.sub("", whole))
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", bare) and notation.unit:
        bare += plain(notation.unit)
    found = _LIMIT.fullmatch(bare)
    if found is None:
        raise ValueError(_unclear(text, bare, notation))
    return _written(_number(found["number"]), str(found.lastgroup), basis, notation)


def _meant(text: str, notation: Notation) -> str:
    whole = plain(text)
    return plain(notation.words.get(whole, whole))


def _unclear(text: str, bare: str, notation: Notation) -> str:
    if len(_LIMIT.findall(bare)) > 1:
        return (
            f"{quoted(text)} says several limits; give each a row of its own, "
            "say their order with 先 and 后, or say under `limits` which holds"
        )
    if bare.replace(".", "", 1).isdigit() and not notation.unit:
        return f"{quoted(text)} is a number without a unit; say which with `unit`"
    return (
        f"{quoted(text)} is no limit that is understood, such as 2个工作日 or 24小时; correct it, "
        "or say under `limits` what it means"
    )


def _basis(how: str, notation: Notation) -> Measure | None:
    """Return whether a word means working time or all hours; None if it is empty."""
    if not how:
        return None
    if how in notation.measures:
        return notation.measures[how]
    # The whole of it, because 非工作时间 and 不分工作日 have 工作 in them and mean the opposite.
    for pattern, measure in ((_WORKING, Measure.WORKING), (_CONTINUOUS, Measure.CONTINUOUS)):
        if pattern.fullmatch(how):
            return measure
    if _LIMIT.search(how):
        reason = (
            "says a second limit; give each a row of its own, or say under `limits` which holds"
        )
        raise ValueError(f"{quoted(how)} {reason}")
    reason = "does not say which hours count; say under `measures` what it means"
    raise ValueError(f"{quoted(how)} {reason}")


def _both(one: Measure | None, other: Measure | None) -> Measure | None:
    if None not in {one, other} and one is not other:
        raise ValueError("its measure is said twice, and differently; correct one of them")
    return other or one


def _written(number: Decimal, unit: str, basis: Measure | None, notation: Notation) -> WrittenLimit:
    if unit in {"wd", "wh", "nd"}:
        own = Measure.CONTINUOUS if unit == "nd" else Measure.WORKING
        basis = _both(basis, own)
    elif basis is None:
        name = "days" if unit == "d" else "hours"
        basis = notation.days if unit == "d" else notation.hours
        if basis is None:
            reason = (
                f"which {name} count is not said; say it with `{name}: working` or `continuous`"
            )
            raise ValueError(reason)
    if number == 0:
        raise ValueError("a limit of nothing; say under `limits` what it means")
    return _amount(number, unit, working=basis is Measure.WORKING)


def _amount(number: Decimal, unit: str, *, working: bool) -> WrittenLimit:
    if unit in {"wd", "nd", "d"}:
        if number == int(number):
            return WrittenLimit(f"{int(number)}{'wd' if working else 'nd'}")
        if not working:
            return _hours(number * 24, working=False)
        if number == _HALF:
            return WrittenLimit("4wh")
        raise ValueError("part of a working day; write it in working hours, 8 are one day")
    return _hours(number / 60 if unit == "min" else number, working=working)


def _hours(number: Decimal, *, working: bool) -> WrittenLimit:
    whole, minutes = divmod(round(number * 60), 60)
    if working and not minutes:
        return WrittenLimit(f"{whole}wh")
    within = (f"{whole}h" if whole else "") + (f"{minutes}min" if minutes else "")
    return WrittenLimit(within, Measure.WORKING if working else Measure.CONTINUOUS)


def _number(text: str) -> Decimal:
    if text[0].isascii():
        return Decimal(text)
    if text == "半":
        return _HALF
    if not _BELOW_A_HUNDRED.fullmatch(text):
        raise ValueError(f"{quoted(text)} is no number that is understood; write it in digits")
    tens, ten, ones = text.rpartition("十")
    number = _DIGITS.get(ones, 0)
    return Decimal((_DIGITS.get(tens, 1) * 10 if ten else 0) + number)
