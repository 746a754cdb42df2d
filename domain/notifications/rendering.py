"""What a message says: the values of its notices, put into the town's templates.

Not even a mistake in a template can show a citizen's data: NoticeFacts has none.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.notifications.notices import PATROL
from domain.policy.notice_texts import Language, NoticeTexts, Template
from domain.sla.case_clocks import CASE_CLOCKS
from domain.sla.ladders import Action

MOST_LINES = 40
"""A digest lists at most this many cases, and counts the others."""

_CLOCK_NAMES = {clock.id: (clock.chinese, clock.english) for clock in CASE_CLOCKS}
_CLOCK_NAMES |= {PATROL: ("巡查", "patrol")}
_NO_DEADLINE = ("计时暂停", "stands still")
_PROVISIONAL = ("（暂定）", " (provisional)")
_NO_CATEGORY = ("未分类", "no category yet")
_MORE = ("…… 另有 {} 件", "... and {} more")


@dataclass(frozen=True, slots=True)
class RenderedNotice:
    """A message as it is sent."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The values of one notice, with names in place of ids."""

    action: Action
    case_id: str
    category: str | None
    unit: str
    clock: str
    due_at: datetime | None
    level: int
    provisional: bool = False
    grids: str = ""


def render(
    texts: NoticeTexts, facts: tuple[NoticeFacts, ...], language: Language, channel: str, zone: str
) -> RenderedNotice:
    """Return the message for one notice, or the digest for several, in local time of `zone`."""
    if len(facts) == 1 and facts[0].grids:
        missed, said = texts.of_missed(language), _values(facts[0], language, zone)
        named = {**said, "patrol": facts[0].case_id, "grids": facts[0].grids}
        return RenderedNotice(missed.title.format(**named), missed.text.format(**named))
    if len(facts) == 1:
        template = _template(texts, facts[0].action, language, channel)
        values = _values(facts[0], language, zone)
        return RenderedNotice(template.title.format(**values), template.text.format(**values))
    digest = next(each for each in texts.digests if each.language is language)
    listed = facts[:MOST_LINES]
    lines = [digest.line.format(**_values(fact, language, zone)) for fact in listed]
    if len(facts) > MOST_LINES:
        lines.append(_in(language, _MORE).format(len(facts) - MOST_LINES))
    found = {"number": str(len(facts)), "lines": "\n".join(lines)}
    return RenderedNotice(
        digest.template.title.format(**found), digest.template.text.format(**found)
    )


def clock_names(clock: str) -> tuple[str, str]:
    """Return the clock's name in Chinese and in English; the clock of a part is called as it is."""
    return _CLOCK_NAMES.get(clock, (clock, clock))


def _template(texts: NoticeTexts, action: Action, language: Language, channel: str) -> Template:
    fitting = [t for t in texts.texts if action in t.actions and t.language is language]
    own = [text for text in fitting if text.channel == channel]
    return (own or [text for text in fitting if not text.channel])[0].template


def _values(facts: NoticeFacts, language: Language, zone: str) -> dict[str, str]:
    local = facts.due_at.astimezone(ZoneInfo(zone)) if facts.due_at else None
    provisional = _in(language, _PROVISIONAL) if facts.provisional else ""
    return {
        "case": facts.case_id,
        "category": facts.grids or facts.category or _in(language, _NO_CATEGORY),
        "unit": facts.unit,
        "clock": _in(language, clock_names(facts.clock)),
        "deadline": f"{local:%Y-%m-%d %H:%M}{provisional}"
        if local
        else _in(language, _NO_DEADLINE),
        "level": f"L{facts.level}",
    }


def _in(language: Language, words: tuple[str, str]) -> str:
    return words[0 if language is Language.CHINESE else 1]
