"""The model of notices.yaml, which is optional: the texts of notices, and when none is sent."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator, StringConstraints, model_validator
from typing_extensions import override

from domain.characters import quoted, shortened
from domain.policy.notice_rules import NoticeRules
from domain.policy.notice_texts import (
    DIGEST_PLACEHOLDERS,
    MISSED_PLACEHOLDERS,
    PLACEHOLDERS,
    DigestText,
    Language,
    NoticeText,
    NoticeTexts,
    Template,
    unknown_placeholders,
)
from domain.sla.ladders import Action
from schemas.base import Written
from schemas.durations import Hours, clock_time
from schemas.mistakes import Misplaced, form
from schemas.packs.sections import SectionFile
from schemas.texts import Prose

Scheme = Annotated[
    str,
    StringConstraints(
        pattern=form(
            r"^[a-z][a-z0-9+.-]{0,31}$",
            "must be the beginning of an address, such as mailto: small letters, digits, + . -",
        )
    ),
]
_LONGEST_TITLE = 120


def _only(known: frozenset[str]) -> AfterValidator:
    def check(text: str) -> str:
        listed = ", ".join(f"{{{name}}}" for name in sorted(known))
        try:
            unknown = unknown_placeholders(text, known)
        except ValueError as error:
            raise ValueError(f"{error}; there are {listed}") from error
        if unknown:
            raise ValueError(
                f"{{{shortened(unknown[0])}}} stands for nothing here; there are {listed}"
            )
        return text

    return AfterValidator(check)


def _quiet(text: object) -> tuple[int, int]:
    begins, dash, ends = str(text).partition("-")
    span = clock_time(begins), clock_time(ends)
    if not dash or span[0] is None or span[1] is None or span[0] == span[1]:
        raise ValueError(f"{quoted(text)} is not a span of the night; write 21:00-07:00")
    return span[0], span[1]


Quiet = Annotated[tuple[int, int], PlainValidator(_quiet)]
"""Begin and end in minutes after midnight; the span may cross midnight."""
Title = Annotated[Prose, Field(max_length=_LONGEST_TITLE), _only(PLACEHOLDERS)]
Body = Annotated[Prose, _only(PLACEHOLDERS)]
Whole = Annotated[Prose, _only(DIGEST_PLACEHOLDERS)]


class TemplateEntry(Written):
    title: Title
    text: Body


class TextEntry(Written):
    actions: Annotated[tuple[Action, ...], Field(min_length=1)]
    channel: Scheme | None = None
    zh: TemplateEntry
    en: TemplateEntry

    def to_domain(self) -> Iterator[NoticeText]:
        for language, entry in ((Language.CHINESE, self.zh), (Language.ENGLISH, self.en)):
            template = Template(entry.title, entry.text)
            yield NoticeText(self.actions, language, template, self.channel or "")


class DigestTemplate(Written):
    title: Whole
    text: Whole
    line: Annotated[Prose, _only(PLACEHOLDERS)]

    @model_validator(mode="after")
    def _lists_the_cases(self) -> "DigestTemplate":
        if "{lines}" not in self.text:
            raise Misplaced("must say {lines}, or nobody knows which cases", "text")
        if "{case}" not in self.line:
            raise Misplaced("must say {case}, or nobody knows which case", "line")
        return self

    def to_domain(self, language: Language) -> DigestText:
        return DigestText(language, Template(self.title, self.text), self.line)


class DigestEntry(Written):
    zh: DigestTemplate
    en: DigestTemplate


class MissedTemplate(Written):
    title: Annotated[Prose, Field(max_length=_LONGEST_TITLE), _only(MISSED_PLACEHOLDERS)]
    text: Annotated[Prose, _only(MISSED_PLACEHOLDERS)]


class MissedEntry(Written):
    """What a missed patrol is told in."""

    zh: MissedTemplate
    en: MissedTemplate

    def to_domain(self) -> tuple[tuple[Language, Template], ...]:
        both = ((Language.CHINESE, self.zh), (Language.ENGLISH, self.en))
        return tuple((language, Template(each.title, each.text)) for language, each in both)


class NoticesFile(SectionFile):
    quiet: Quiet | None = None
    an_hour: Annotated[int, Field(ge=1, le=1000)] = 6
    undelivered_after: Annotated[int, Field(ge=1, le=20)] = 3
    give_up_after: Hours = timedelta(hours=24)
    texts: Annotated[tuple[TextEntry, ...], Field(min_length=1)]
    digest: DigestEntry
    missed: MissedEntry | None = None

    @model_validator(mode="after")
    def _say_everything_once(self) -> "NoticesFile":
        said = set[tuple[Action, str | None]]()
        for index, text in enumerate(self.texts):
            for number, action in enumerate(text.actions):
                if (action, text.channel) in said:
                    channel = f" by {text.channel}" if text.channel else ""
                    reason = f"{action}{channel} has two texts; keep one"
                    raise Misplaced(reason, "texts", index, "actions", number)
                said.add((action, text.channel))
        silent = [action for action in Action if (action, None) not in said]
        if silent:
            reason = f"no text for {', '.join(silent)}; write one without a channel"
            raise Misplaced(reason, "texts")
        return self

    @override
    def to_domain(self) -> NoticeRules:
        digests = (
            self.digest.zh.to_domain(Language.CHINESE),
            self.digest.en.to_domain(Language.ENGLISH),
        )
        return NoticeRules(
            texts=NoticeTexts(
                tuple(t for each in self.texts for t in each.to_domain()),
                digests,
                self.missed.to_domain() if self.missed else (),
            ),
            quiet=self.quiet,
            an_hour=self.an_hour,
            undelivered_after=self.undelivered_after,
            give_up_after=self.give_up_after,
        )
