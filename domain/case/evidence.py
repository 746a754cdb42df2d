"""Which pieces of evidence count: each once, and none that shows how it was before."""

from collections.abc import Iterable
from datetime import timedelta

from domain.case.draft import Draft, Refused
from domain.case.part import Part
from domain.case.part_questions import Look
from domain.case.refusals import Refusal
from domain.case.seen_files import named, strangers
from domain.case.state import Case
from domain.complaints import Evidence

_CLOCKS_DIFFER = timedelta(minutes=10)
_UNKNOWN = "application/octet-stream"
"""Of a photo with an ending that no table knows, as telephones make, no kind is known."""
_MAY_BE_SEEN = {"application/pdf", _UNKNOWN}


def needs(
    draft: Draft,
    given: tuple[Evidence, ...],
    number: int,
    lacking: str,
    part: Part | None = None,
    *,
    shown: tuple[str, ...] = (),
    seen: bool = False,
    of_now: bool = False,
    once: bool = True,
) -> None:
    """Raises Refused with the sentence `lacking` if fewer pieces of evidence count than `number`.

    A file counts once, however often it is given. What a reporter sent shows how it was before; so
    does what was shown of `part`, or of a result that did not hold, and a picture that was taken
    before a unit got the case.
    `shown` are the digests of other files that do not count once more. With `seen`, only what can
    be looked at or listened to counts. A picture that was taken later than now is refused.

    From rules 3 on a file proves one act of a case, unless `once` is False: a result, a task, an
    inspection, a meeting or a paper. It may be attached again, and does not count again. With
    `of_now` it has to show how it is now, so what was attached to progress does not count either,
    nor what was evidence in another case, where the policy refuses that; and one that counts is a
    picture, where the category of the case says so.
    """
    case = draft.case
    if not case.plan.follows(2):
        if len(given) < number:
            raise Refused(Refusal.MISSING_EVIDENCE, lacking)
        return
    known = {*reported(case), *case.outdated, *(part.shown if part else ()), *shown}
    early = {file.sha256 for file in given if _is_early(case, file)}
    not_ahead(draft, given)
    unseen = {file.sha256 for file in given if seen and not _is_seen(file)}
    elsewhere = set(_shown_for_others(case, of_now=of_now)) - known if once else set[str]()
    foreign = strangers(draft) if of_now and once else {}
    counting = {file.sha256 for file in given} - known - early - unseen - elsewhere - {*foreign}
    if len(counting) < number:
        others = [use for digest, use in foreign.items() if digest not in known | elsewhere]
        said = [*_not_counting(given, known, early - known, unseen, elsewhere)]
        if others:
            where = named(draft, others)
            said += [
                f"{len(others)} evidence in {where}, not counted: show this place as it is now"
            ]
        if said:
            said[0] = f"{len(counting) or 'none'} count{'s' * (len(counting) <= 1)}: {said[0]}"
        raise Refused(Refusal.MISSING_EVIDENCE, "; ".join(filter(None, (lacking, ", ".join(said)))))
    if number and of_now and case.plan.picture and not _is_checked_by_the_lead(case, part):
        _pictured(file for file in given if file.sha256 in counting)


def _is_checked_by_the_lead(case: Case, part: Part | None) -> bool:
    """Return whether, from rules 3 on, it is a task: a paper may show it, and the lead looks; the
    result of the case still has its picture.
    """
    return part is not None and part.type.looked_at is Look.LEAD and case.plan.follows(3)


def _pictured(files: Iterable[Evidence]) -> None:
    """Raises Refused unless one of the files is a picture."""
    if not any(_is_picture(file) for file in files):
        detail = "one of the files has to be a picture (image or video) that shows how it is now"
        raise Refused(Refusal.MISSING_EVIDENCE, f"{detail}; none of those that count is")


def _shown_for_others(case: Case, *, of_now: bool) -> Iterable[str]:
    """Yield, from rules 3 on, the digests of what was shown for other acts of the case.

    What progress showed, what shows it before the work, what a request was asked with, and what is
    in a folder proves no act: it may be a paper that one needs later. But it shows no end of the
    work.
    """
    if case.plan.follows(3):
        yield from case.shown
        yield from case.steps_shown
        for part in case.parts:
            yield from part.shown
            if of_now or part.type.answered_once:
                yield from part.attached
        if of_now:
            yield from case.progressed
            yield from (piece.sha256 for piece in case.pieces or ())


def reported(case: Case) -> Iterable[str]:
    """Yield the digests of what citizens and sources sent: it shows how it was before."""
    yield from (file.sha256 for file in case.plan.complaint.evidence)
    yield from case.supplied


def not_ahead(draft: Draft, given: tuple[Evidence, ...]) -> None:
    """Raises Refused for a file that a person, or a clock that is wrong, has dated ahead."""
    for file in given:
        if file.taken_at is not None and file.taken_at > draft.now + _CLOCKS_DIFFER:
            detail = f"{file.uri} cannot have been taken at {file.taken_at.isoformat()}, after now"
            raise Refused(Refusal.BAD_DATE, f"{detail}; correct taken_at, or leave it out")


def _is_seen(file: Evidence) -> bool:
    kind = _kind(file)
    return kind in _MAY_BE_SEEN or kind.startswith(("image/", "video/", "audio/"))


def _is_picture(file: Evidence) -> bool:
    kind = _kind(file)
    return kind == _UNKNOWN or kind.startswith(("image/", "video/"))


def _kind(file: Evidence) -> str:
    return file.media_type.partition(";")[0].strip().lower()


def _is_early(case: Case, file: Evidence) -> bool:
    """Return whether it was taken before a unit got the case, or before there was a case at all."""
    if file.taken_at is None:
        return False
    if file.taken_at.tzinfo is None:
        detail = "say in which time zone a picture was taken, as in 2026-12-01T08:00:00+08:00"
        raise Refused(Refusal.BAD_DATE, detail)
    return file.taken_at < (case.dispatched_at or case.opened_at)


def _not_counting(
    given: tuple[Evidence, ...],
    known: set[str],
    early: set[str],
    unseen: set[str],
    elsewhere: set[str],
) -> Iterable[str]:
    digests = [file.sha256 for file in given]
    if shown := len({*digests} & known):
        yield f"{shown} shown before by a reporter, for the same or an earlier result, not counted"
    if shown := len({*digests} & elsewhere):
        yield f"{shown} shown before for another act of this case, not counted"
    if early:
        yield f"{len(early)} taken before a unit got the case, not counted"
    if unseen:
        yield f"{len(unseen)} neither image, video, sound nor PDF, not counted"
    if twice := len(digests) - len({*digests}):
        yield f"{twice} given twice, counted once"
