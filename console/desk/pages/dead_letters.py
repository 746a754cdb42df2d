"""Dead letters: what is wrong with each, its bytes behind a reason, and what to do with it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.navigation import OPERATORS
from console.desk.oversight_ports import Decider, LetterContent, LetterLost, LetterMistake
from console.desk.pages.failures import bad_query, foreign, missing
from console.desk.pages.intake import of_own
from console.desk.personal import Asked, asked, hides_itself
from console.desk.rendering import page
from domain.people.capacities import capacities
from domain.privacy.readings import LONGEST_REASON, Purpose
from domain.vocabulary import Role
from schemas.intake import Unavailable
from schemas.texts import is_invisible
from store.intake.dead_letter_states import DeadLetter, LetterState
from store.privacy.readings import PersonalReading, ReadingKind

log = structlog.stdlib.get_logger()

PAGE = 50
_MOST_BYTES = 1 << 20
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a form of a decision brings. `value`: the corrected body, None if none was sent."""

    id: str
    ours: bool
    why: str
    value: str | None = None

    @property
    def wrong(self) -> dict[str, str]:
        if is_invisible(self.why):
            return {"why": "missing"}
        return {"why": "too_long"} if len(self.why) > LONGEST_REASON else {}


class _StillWrong(Exception):
    """Intake would refuse the corrected letter again, as `sanban lint` says."""

    def __init__(self, mistakes: Sequence[LetterMistake]) -> None:
        super().__init__(f"{len(mistakes)} mistakes")
        self.mistakes = mistakes


async def letters(visit: Visit) -> Response:
    """Show the letters in one state, newest first, and how many there are of each."""
    if visit.roles.isdisjoint(OPERATORS):
        return missing(visit, visit.request.url.path)
    params = visit.request.query_params
    state, before = params.get("state", LetterState.OPEN), params.get("before", "")
    if state not in {*LetterState} or (before and _number(before) is None):
        return bad_query(visit, f"state={state!r}, before={before!r}")
    kept, wanted = visit.context.oversight.letters, of_own(visit)
    counts = await kept.summary(wanted)
    found = await kept.page(
        wanted, LetterState(state), limit=PAGE + 1, before=_number(before) if before else None
    )
    shown = found[:PAGE]
    return page(
        visit,
        "dead_letters.html",
        state=state,
        states=tuple(LetterState),
        totals={each: sum(c.count for c in counts if c.state is each) for each in LetterState},
        heaps=[each for each in counts if each.state is LetterState.OPEN],
        letters=shown,
        following=shown[-1].entry.number if len(found) > PAGE else None,
    )


async def letter(visit: Visit) -> Response:
    """Show one letter: its fault, its bytes masked, what people did with it."""
    found = await _found(visit)
    return missing(visit, visit.request.url.path) if found is None else await _page(visit, found)


async def reveal(visit: Visit) -> Response:
    """Show the bytes of a letter: a citizen's words, so the reading is journaled first."""
    found, said = await _found(visit), await asked(visit)
    if found is None:
        return missing(visit, visit.request.url.path)
    if not said.ours:
        return foreign(visit)
    if said.wrong:
        return await _page(visit, found, said=said, status=422)
    here = f"/dead-letters/{found.entry.number}"
    reading = PersonalReading(
        id=said.id or visit.context.new_id(),
        kind=ReadingKind.LETTER,
        at=visit.now,
        tenant=visit.policy.tenant,
        person=visit.person.id,
        about=_place(found),
        purpose=Purpose(said.purpose),
        why=said.why,
        door="console",
        for_person=_stood_for(visit),
        also_told=_others(visit, found),
    )
    if not await visit.context.readings.note(reading):
        return RedirectResponse(here, 303)
    content = await visit.context.oversight.letters.content(found, masked=False)
    return hides_itself(await _page(visit, found, said=said, content=content), here)


async def replay(visit: Visit) -> Response:
    """Send the record again, as it was or corrected; the reason is journaled."""
    return await _decide(visit, LetterState.REPLAYED)


async def discard(visit: Visit) -> Response:
    """Close the letter; the reason is journaled."""
    return await _decide(visit, LetterState.DISCARDED)


async def _decide(visit: Visit, to: LetterState) -> Response:
    found, sent = await _found(visit), await _sent(visit)
    if found is None:
        return missing(visit, visit.request.url.path)
    if not sent.ours:
        return foreign(visit)
    if sent.wrong and found.state is LetterState.OPEN:
        return await _page(visit, found, sent=sent, status=422)
    if found.state is LetterState.OPEN:  # else sent twice, or decided by another meanwhile
        no = await _done(visit, found, sent, to)
        if no is not None:
            return no
    return RedirectResponse(f"/dead-letters/{found.entry.number}", 303)


async def _done(visit: Visit, letter: DeadLetter, sent: _Sent, to: LetterState) -> Response | None:
    """Do it; return the page that says why it was not done, None if it was."""
    try:
        await _do(visit, letter, sent, to)
    except LetterLost as error:
        return await _page(visit, letter, sent=sent, lost=str(error), status=409)
    except _StillWrong as error:
        return await _page(visit, letter, sent=sent, mistakes=error.mistakes, status=422)
    except Unavailable as error:
        log.warning("console.not_replayed", detail=str(error))
        return await _page(visit, letter, sent=sent, away=True, status=503)
    return None


async def _do(visit: Visit, letter: DeadLetter, sent: _Sent, to: LetterState) -> None:
    kept, id_ = visit.context.oversight.letters, sent.id or visit.context.new_id()
    who = Decider(id_, visit.policy.tenant, visit.person.id, sent.why, _stood_for(visit))
    if to is LetterState.DISCARDED:
        await kept.discard(letter, who)
        return
    value = None if sent.value is None else sent.value.encode()
    if value is not None:
        mistakes = await kept.mistakes(letter, value)
        if any(each.reason is not None for each in mistakes):
            raise _StillWrong(mistakes)
    await kept.replay(letter, who, value)


async def _found(visit: Visit) -> DeadLetter | None:
    """Return the letter of the address, if the person decides about such letters."""
    number = _number(visit.request.path_params["number"])
    if visit.roles.isdisjoint(OPERATORS) or number is None:
        return None
    wanted = replace(of_own(visit), numbers=(number,))
    kept = visit.context.oversight.letters
    found: Sequence[DeadLetter] = await kept.page(wanted, None, limit=1)
    if not found:
        return None
    # Older rows of the ledger name no tenant, though the bytes do.
    if found[0].entry.decision.tenant is None:
        others = {*visit.context.policies} - {visit.policy.tenant}
        try:
            if await kept.tenant(found[0]) in others:
                return None
        except Unavailable as error:
            log.warning("console.letter_not_read", detail=str(error))
    return found[0]


async def _sent(visit: Visit) -> _Sent:
    async with visit.request.form(max_files=0, max_fields=16, max_part_size=_MOST_BYTES) as form:
        said = {name: str(form.get(name, "")) for name in ("id", "token", "why")}
        value = form.get("value")
    # A browser sends each line of a text field with CRLF.
    text = str(value).replace("\r\n", "\n") if value is not None else None
    return _Sent(said["id"], said["token"] == visit.form_token, said["why"].strip(), text)


def _number(text: str) -> int | None:
    plain = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return int(text) if plain else None


def _others(visit: Visit, letter: DeadLetter) -> tuple[str, ...]:
    """Return who else is told of a reading: all towns, if the letter is of none of them."""
    served = visit.context.policies
    if letter.entry.decision.tenant in served:
        return ()
    return tuple(sorted({*served} - {visit.policy.tenant}))


def _place(letter: DeadLetter) -> str:
    at = letter.entry.decision.position
    return f"{at.topic}/{at.partition}/{at.offset}"


def _stood_for(visit: Visit) -> str | None:
    """Return the absent operator in whose place the person decides; None who is one."""
    given = capacities(visit.policy.roster, visit.person.id, visit.now)
    by = [each.for_person for each in given if each.role is Role.OPERATOR]
    return None if not by or None in by else by[0]


async def _page(
    visit: Visit,
    letter: DeadLetter,
    *,
    said: Asked | None = None,
    content: LetterContent | None = None,
    sent: _Sent | None = None,
    lost: str = "",
    away: bool = False,
    mistakes: Sequence[LetterMistake] = (),
    status: int = 200,
) -> Response:
    kept = visit.context.oversight.letters
    masked = content or await kept.content(letter, masked=True)
    return page(
        visit,
        "dead_letter.html",
        status,
        letter=letter,
        place=_place(letter),
        history=await kept.history(letter),
        content=masked,
        shown=content is not None,
        said=said,
        sent=sent,
        wrong=(said.wrong if said and content is None else {}) | (sent.wrong if sent else {}),
        lost=lost,
        away=away,
        mistakes=mistakes,
        purposes=(Purpose.REPAIR, Purpose.FACTS, Purpose.AUTHORITY, Purpose.OTHER),
        ids=[visit.context.new_id() for _ in range(3)],
    )
