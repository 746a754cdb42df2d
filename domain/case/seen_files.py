"""Files that were evidence in another case before: which ones people read of, and which count."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.case.closing.acts import Verify
from domain.case.commands import Command, SeenFile
from domain.case.draft import Draft
from domain.case.handling.facts import EarlierUse, Relation, SeenBefore
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.complaints import Evidence
from domain.matching.spots import spot_of
from domain.planning.plans import CasePlan
from domain.sla.explanations import local
from domain.vocabulary import Elsewhere, Role


def files_to_look_up(case: Case | None, command: Command) -> tuple[str, ...]:
    """Return the digests about which the journal is asked; empty for a plan of before.

    Those that the command hands in; of a result that passes, all that show its work, because two
    cases may have handed one in at the same time. What a citizen adds proves no act.
    """
    match command.act:
        case Open(plan=plan) if plan.complaint.standing.result is not None:
            return _digests(plan, (file.sha256 for file in plan.complaint.evidence))
        case _ if case is None or command.actor.role is Role.REPORTER:
            return ()
        case Verify(passed=True):
            return _digests(case.plan, _proving(case))
        case act:
            return _digests(case.plan, (file.sha256 for file in _files(act)))


def _digests(plan: CasePlan, files: Iterable[str]) -> tuple[str, ...]:
    return () if plan.elsewhere is None else tuple(dict.fromkeys(files))


def _proving(case: Case) -> Iterator[str]:
    yield from case.shown
    yield from case.steps_shown
    for part in case.parts:
        yield from part.shown


def _files(value: object) -> Iterator[Evidence]:
    """Yield the files of an act, also those of what it consists of."""
    if isinstance(value, Evidence):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _files(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _files(getattr(value, field.name))


def note_seen(draft: Draft) -> None:
    """Add a row for files that were evidence in other cases before; one for each is enough."""
    known = {*draft.case.seen}
    new = [use for use in _earlier(draft) if (use.sha256, use.case) not in known]
    if new:
        draft.add(SeenBefore(files=tuple(new)))


def strangers(draft: Draft) -> dict[str, EarlierUse]:
    """Return the files that show no end of this work, by digest, each with a case that had it.

    That case is about another matter, and at another place. Empty where the policy only shows it.
    """
    if draft.case.plan.elsewhere is not Elsewhere.REFUSE:
        return {}
    others = [use for use in _earlier(draft) if use.same is None]
    return {use.sha256: use for use in reversed(others)}


def named(draft: Draft, uses: Iterable[EarlierUse]) -> str:
    """Return on which days files were evidence in other cases.

    A refusal is read by who gave the command, who may not read those cases: it names no number.
    """
    said = (f"another case on {_day(draft, use.at)}" for use in uses)
    return ", ".join(dict.fromkeys(said))


def _day(draft: Draft, at: datetime) -> str:
    return local(at, ZoneInfo(draft.case.plan.calendar.zone))


def _earlier(draft: Draft) -> Iterator[EarlierUse]:
    """Yield the uses in other cases that were before the first one in this matter or place.

    Of two cases that handed a file in at the same moment, the one with the later number was second.
    """
    case, seen = draft.case, draft.command.lookup.seen
    uses = [EarlierUse(file.sha256, file.case_id, file.at, _shared(case, file)) for file in seen]
    first = dict[str, tuple[datetime, str]]()
    for use in sorted(uses, key=_when):
        if use.case == case.case_id or use.same is not None:
            first.setdefault(use.sha256, _when(use))
    for use in uses:
        here = first.get(use.sha256)
        if use.case != case.case_id and (here is None or _when(use) <= here):
            yield use


def _when(use: EarlierUse) -> tuple[datetime, str]:
    return use.at, use.case


def _shared(case: Case, file: SeenFile) -> Relation | None:
    follow_on = case.follow_on[0] if case.follow_on else None
    followers = (other for other, _ in case.joined)
    if file.case_id in {case.merged_into, case.plan.origin, follow_on, *followers}:
        return Relation.MATTER
    here = spot_of(case.plan.complaint.place)
    return Relation.PLACE if here is not None and here == file.spot else None
