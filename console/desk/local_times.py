"""LocalTimes and amounts of time as people of the town read them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.sla.clocks import EVERY_DAY
from domain.sla.working_days import DAY

_ZH_DAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_EN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_EN_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_ZH_DIGITS = "〇一二三四五六七八九"
_MINUTE, _HOUR, _NATURAL_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
_ZERO = timedelta(0)


@dataclass(frozen=True)
class LocalTimes:
    """Writes moments in the zone of the town, as they are seen from `now`."""

    zone: ZoneInfo
    now: datetime
    language: str

    def html(self, instant: datetime) -> Markup:
        """Return a `time` element; its title has the date in full and the zone."""
        local = instant.astimezone(self.zone)
        title = f"{local:%Y-%m-%d %H:%M} {self.zone.key}"
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            local.isoformat(timespec="minutes"), title, self.text(instant)
        )

    def written(self, instant: str) -> Markup:
        """Return the HTML of an instant as a row of the journal has it."""
        return self.html(datetime.fromisoformat(instant))

    def hour(self, instant: datetime) -> Markup:
        """Return a `time` element with the hour alone."""
        local = instant.astimezone(self.zone)
        title = f"{self.text(instant)} {self.zone.key}"
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            local.isoformat(timespec="minutes"), title, f"{local:%H:%M}"
        )

    def text(self, instant: datetime) -> str:
        """Return `今天 10:20`, `周四 12-03 10:30`, `2027-01-04 10:30`; in English the same."""
        local, now = instant.astimezone(self.zone), self.now.astimezone(self.zone)
        chinese = self.language == "zh"
        hour = f"{local:%H:%M}"
        away = (local.date() - now.date()).days
        near = {-1: ("昨天", "yesterday"), 0: ("今天", "today"), 1: ("明天", "tomorrow")}
        if away in near:
            return f"{near[away][0 if chinese else 1]} {hour}"
        if local.year != now.year:
            return f"{local:%Y-%m-%d} {hour}"
        if chinese:
            return f"{_ZH_DAYS[local.weekday()]} {local:%m-%d} {hour}"
        day = f"{_EN_DAYS[local.weekday()]} {local.day} {_EN_MONTHS[local.month - 1]}"
        return f"{day} {hour}"

    def in_words(self, instant: datetime) -> str:
        """Return `2026 年 12 月 3 日 10:30`, `3 Dec 2026 10:30`: for paper, which is read later."""
        local = instant.astimezone(self.zone)
        if self.language == "zh":
            return f"{local.year} 年 {local.month} 月 {local.day} 日 {local:%H:%M}"
        return f"{local.day} {_EN_MONTHS[local.month - 1]} {local.year} {local:%H:%M}"

    def in_full(self, instant: datetime) -> str:
        """Return the date of a letter: `二〇二六年十二月四日`, `4 Dec 2026`."""
        local = instant.astimezone(self.zone)
        if self.language != "zh":
            return f"{local.day} {_EN_MONTHS[local.month - 1]} {local.year}"
        year = "".join(_ZH_DIGITS[int(digit)] for digit in str(local.year))
        return f"{year}年{_in_chinese(local.month)}月{_in_chinese(local.day)}日"

    def day(self, instant: datetime) -> str:
        """Return the day alone: `12 月 7 日 周一`, `Mon 7 Dec`."""
        local = instant.astimezone(self.zone)
        if self.language == "zh":
            return f"{local.month} 月 {local.day} 日 {_ZH_DAYS[local.weekday()]}"
        return f"{_EN_DAYS[local.weekday()]} {local.day} {_EN_MONTHS[local.month - 1]}"

    def amount(self, amount: timedelta, measure: str | None = None) -> str:
        """Return an amount without its sign, in its two largest units.

        Days are working days of eight hours, unless the measure runs day and night.
        """
        amount = abs(amount)
        working = measure is not None and measure not in EVERY_DAY
        day = DAY if working else _NATURAL_DAY
        days, rest = divmod(amount, day)
        hours, rest = divmod(rest, _HOUR)
        minutes = rest // _MINUTE
        units = ((days, *_DAY_NAMES[working]), (hours, "小时", "h"), (minutes, "分", "min"))
        chinese = self.language == "zh"
        parts = [self._unit(n, zh, en, chinese=chinese) for n, zh, en in units if n]
        if not parts:
            return "不到 1 分" if chinese else "less than 1 min"
        return " ".join(parts[:2])

    @staticmethod
    def _unit(number: int, zh: str, en: str, *, chinese: bool) -> str:
        if chinese:
            return f"{number} {zh}"
        return f"{number} {en}s" if en.endswith("day") and number != 1 else f"{number} {en}"


_DAY_NAMES = {True: ("工作日", "working day"), False: ("天", "day")}


def _in_chinese(number: int) -> str:
    """Return a number below 100: `三`, `十`, `十二`, `二十`, `三十一`."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else ("十" if tens == 1 else f"{_ZH_DIGITS[tens]}十")
    return ten + (_ZH_DIGITS[ones] if ones or not tens else "")
