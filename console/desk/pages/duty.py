"""Who is away, and who stands in: set and ended from day to day, effective at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.navigation import DUTY_SETTERS
from console.desk.pages.failures import foreign, missing
from console.desk.rendering import page
from domain.people.roster_changes import Book, NotAllowed, SetAbsence
from domain.privacy.readings import LONGEST_REASON
from schemas.texts import is_invisible
from store.people.absences import Setter, StoredAbsence

_FIELDS = ("person", "first_day", "last_day", "stand_in", "is_back", "why")
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class _Sent:
    id: str = ""
    ours: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AbsenceView:
    """One absence. `of_pack`: of roster.yaml; else `stored` says who set it."""

    person: str
    since: datetime
    last_day: datetime
    stand_in: str | None
    is_back: bool
    runs: bool
    stored: StoredAbsence | None
    may_end: bool


async def duty(visit: Visit) -> Response:
    """Show the absences of now and later, and the form."""
    if visit.roles.isdisjoint(DUTY_SETTERS):
        return missing(visit, visit.request.url.path)
    return await _page(visit, _Sent())


async def set_absence(visit: Visit) -> Response:
    """Set an absence, or that a person is back; it holds from the next question on."""
    if visit.roles.isdisjoint(DUTY_SETTERS):
        return missing(visit, visit.request.url.path)
    sent = await _sent(visit)
    if not sent.ours:
        return foreign(visit)
    wrong, change = _read(visit, sent.typed)
    if change is None:
        return await _page(visit, sent, wrong=wrong, status=422)
    held = await visit.context.absences.holding(visit.now, visit.policy.tenant)
    try:
        _book(visit, held).check_change(visit.person, change, visit.now)
    except NotAllowed as error:
        return await _page(visit, sent, refused=error, status=409)
    await visit.context.absences.set(change, _who(visit, sent))
    return RedirectResponse("/duty", 303)


async def end_absence(visit: Visit) -> Response:
    """End an absence now."""
    text = visit.request.path_params["number"]
    if visit.roles.isdisjoint(DUTY_SETTERS) or not _is_number(text):
        return missing(visit, visit.request.url.path)
    sent = await _sent(visit)
    if not sent.ours:
        return foreign(visit)
    held = await visit.context.absences.holding(visit.now, visit.policy.tenant)
    found = next((each for each in held if each.number == int(text)), None)
    if found is None or found.until <= visit.now:
        return missing(visit, visit.request.url.path)
    try:
        _book(visit, held).check_end(visit.person, found.number, visit.now)
    except NotAllowed as error:
        return await _page(visit, _Sent(), refused=error, status=409)
    if is_invisible(sent.typed["why"]):
        return await _page(visit, _Sent(), wrong={"why": "missing"}, status=422)
    await visit.context.absences.end(found.number, found.person, _who(visit, sent))
    return RedirectResponse("/duty", 303)


def _book(visit: Visit, held: Sequence[StoredAbsence]) -> Book:
    policy, kept = visit.policy, [each.kept for each in held]
    return Book(policy.roster, kept, platform=policy.platform, office=policy.office)


def _read(visit: Visit, typed: Mapping[str, str]) -> tuple[dict[str, str], SetAbsence | None]:
    """Return what is wrong with the form, or the change."""
    wrong = {name: "missing" for name in ("person", "why") if is_invisible(typed[name])}
    if len(typed["why"]) > LONGEST_REASON:
        wrong["why"] = "too_long"
    days = {name: _day(typed[name]) for name in ("first_day", "last_day")}
    wrong |= {name: "missing" for name, day in days.items() if day is None}
    first, last = days["first_day"], days["last_day"]
    if first is None or last is None or wrong:
        return wrong, None
    zone = visit.moments.zone
    since = datetime.combine(first, time(), zone)
    until = datetime.combine(last + timedelta(days=1), time(), zone)
    back = typed["is_back"] == "yes"
    stand_in = typed["stand_in"] or None
    change = SetAbsence(typed["person"], since, until, None if back else stand_in, is_back=back)
    return {}, change


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date.min < day < date.max - timedelta(days=2) else None


async def _sent(visit: Visit) -> _Sent:
    async with visit.request.form(max_files=0, max_fields=16) as form:
        typed = {name: str(form.get(name, "")).strip() for name in _FIELDS}
        return _Sent(str(form.get("id", "")), form.get("token") == visit.form_token, typed)


def _who(visit: Visit, sent: _Sent) -> Setter:
    id_ = sent.id or visit.context.new_id()
    return Setter(id_, visit.policy.tenant, visit.person.id, sent.typed["why"], visit.now)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER


async def _page(
    visit: Visit,
    sent: _Sent,
    *,
    wrong: Mapping[str, str] | None = None,
    refused: NotAllowed | None = None,
    status: int = 200,
) -> Response:
    held = await visit.context.absences.holding(visit.now, visit.policy.tenant)
    book = _book(visit, held)
    people = [p for p in visit.policy.roster.people if book.may_set(visit.person, p)]
    own = {person.id for person in people}
    set_ones = {(each.person, each.since, each.until) for each in held if not each.is_back}
    views = [
        AbsenceView(
            each.person,
            each.since,
            each.until - timedelta(seconds=1),
            each.stand_in,
            each.is_back,
            each.since <= visit.now < each.until,
            each,
            each.person in own,
        )
        for each in held
        if each.until > visit.now
    ]
    views += [
        AbsenceView(
            each.person,
            each.since,
            each.until - timedelta(seconds=1),
            each.stand_in,
            is_back=False,
            runs=each.since <= visit.now < each.until,
            stored=None,
            may_end=False,
        )
        for each in visit.policy.roster.absences
        if each.until > visit.now and (each.person, each.since, each.until) not in set_ones
    ]
    return page(
        visit,
        "duty.html",
        status,
        absences=sorted(views, key=lambda each: (each.since, each.person)),
        people=people,
        others=visit.policy.roster.people,
        typed=sent.typed or dict.fromkeys(_FIELDS, ""),
        wrong=wrong or {},
        refused=refused,
        new_id=visit.context.new_id,
    )
