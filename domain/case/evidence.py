"""Which pieces of evidence count: each once, and none that shows how it was before."""

from collections.abc import Iterable

from domain.case.draft import Draft, Refused
from domain.case.part import Part
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.complaints import Evidence


def needs(
    draft: Draft,
    given: tuple[Evidence, ...],
    number: int,
    lacking: str,
    part: Part | None = None,
    *,
    shown: tuple[str, ...] = (),
) -> None:
    """Raises Refused with the sentence `lacking` if fewer pieces of evidence count than `number`.

    A file counts once, however often it is given. What a reporter sent shows how it was before; so
    does what was shown of `part`, or of a result that did not hold, and a picture that was taken
    before a unit got the case.
    `shown` are the digests of other files that do not count once more.
    """
    case = draft.case
    if not case.plan.follows(2):
        if len(given) < number:
            raise Refused(Refusal.MISSING_EVIDENCE, lacking)
        return
    known = {*reported(case), *case.outdated, *(part.shown if part else ()), *shown}
    early = {file.sha256 for file in given if _is_early(case, file)}
    counting = {file.sha256 for file in given} - known - early
    if len(counting) < number:
        which = ", ".join(_not_counting(given, known, early - known))
        raise Refused(Refusal.MISSING_EVIDENCE, f"{lacking}; {which}" if which else lacking)


def reported(case: Case) -> Iterable[str]:
    """Yield the digests of what citizens and sources sent: it shows how it was before."""
    yield from (file.sha256 for file in case.plan.complaint.evidence)
    yield from case.supplied


def _is_early(case: Case, file: Evidence) -> bool:
    """Return whether it was taken before a unit got the case, or before there was a case at all."""
    if file.taken_at is None:
        return False
    if file.taken_at.tzinfo is None:
        detail = "say in which time zone a picture was taken, as in 2026-12-01T08:00:00+08:00"
        raise Refused(Refusal.BAD_DATE, detail)
    return file.taken_at < (case.dispatched_at or case.opened_at)


def _not_counting(given: tuple[Evidence, ...], known: set[str], early: set[str]) -> Iterable[str]:
    digests = [file.sha256 for file in given]
    if shown := len({*digests} & known):
        yield f"{shown} shown before by a reporter, for the same or an earlier result, not counted"
    if early:
        yield f"{len(early)} taken before a unit got the case, not counted"
    if twice := len(digests) - len({*digests}):
        yield f"{twice} given twice, counted once"
