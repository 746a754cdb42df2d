"""Giving an act to a case: the form on a page of its own, and what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog
from starlette.responses import RedirectResponse, Response

from console.desk.acts import ACTS, fields_of
from console.desk.beside import beside, merge_effect, with_whole_numbers
from console.desk.context import Visit
from console.desk.effects import of_answer
from console.desk.forms import ActForm, NotFilled, Typed
from console.desk.late_forms import is_own, kept_for
from console.desk.loads import option_names
from console.desk.offers import Offer
from console.desk.option_names import OptionNames
from console.desk.pages.case import ReadableCase, open_case, seeker_of
from console.desk.pages.failures import foreign, missing
from console.desk.rendering import page
from console.desk.repeated_forms import row_with_other_words
from console.desk.requests import requests_of
from console.desk.timeline import Happening, happenings
from console.desk.uploads import MOST_READ, TooLarge, Uploaded, kept_files, names_of, stored
from domain.case.second_looks import asks_second_look
from domain.complaints import Evidence
from schemas.commands import NotTaken
from schemas.intake import CaseSilent, Unavailable

log = structlog.stdlib.get_logger()

_HARMLESS = frozenset({"comment", "supplement", "progress"})
"""Acts that a person may give without having seen the latest rows."""
_MOST_FIELDS, _MOST_DIGITS = 400, 9


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a form brought, and what besides the fields of the act. `seq`: the last row it shows.

    `kept`: under which id its texts are kept since an earlier session ended; "" if they are not.
    `seen`: the other case whose merging the page has shown.
    """

    id: str
    seq: int
    token: str
    typed: Typed
    uploads: Sequence[Uploaded] = ()
    kept: str = ""
    seen: str = ""


async def form(visit: Visit) -> Response:
    """Show the form of one act on a page of its own, for those who came by a notice or a link."""
    opened, kind = await open_case(visit), visit.request.path_params["kind"]
    if opened is None or kind not in ACTS:
        return missing(visit, visit.request.path_params["number"])
    if (kept := await kept_for(visit, opened.case.case_id, kind)) is not None:
        return await _again(visit, opened, kind, replace(_of_texts(kept.texts), kept=kept.id))
    typed = _addressed(visit, kind)
    offer = await offered(visit, opened, kind, about=typed)
    if isinstance(offer, Response):
        return offer
    return await _page(visit, opened, offer, typed, visit.context.new_id())


async def _again(visit: Visit, opened: ReadableCase, kind: str, sent: _Sent) -> Response:
    """Show a form of an earlier session once more, as it was filled in, for confirmation."""
    row = row_with_other_words(opened.events, kind, sent.id, sent.typed)
    if row is not None:
        sent = replace(sent, id=visit.context.new_id())
    offer = await offered(visit, opened, kind, command_id=sent.id, typed=sent.typed)
    if isinstance(offer, Response):
        return offer
    return await _page(visit, opened, offer, sent.typed, sent.id, late=sent, before=row)


def _addressed(visit: Visit, kind: str) -> Typed:
    """Return the fields that the address of the form fills in, as links from a list do."""
    given = visit.request.query_params
    return Typed({each.name: given.getlist(each.name) for each in fields_of(kind)})


async def give(visit: Visit) -> Response:
    """Give the act, once however often the form is sent; then go to the case as it is after it."""
    opened, kind = await open_case(visit), visit.request.path_params["kind"]
    if opened is None or kind not in ACTS:
        return missing(visit, visit.request.path_params["number"])
    sent = await _sent(visit, kind)
    if sent.token != visit.form_token:
        if await is_own(visit, sent.token):
            return await _again(visit, opened, kind, sent)
        return foreign(visit)
    return await _take(visit, opened, kind, sent)


async def _take(visit: Visit, opened: ReadableCase, kind: str, sent: _Sent) -> Response:
    """Keep the files of a form of this session, and give the act if the form is whole and new."""
    wrong = dict[str, str]()
    try:
        sent = await _with_files(visit, opened, sent)
    except TooLarge as error:
        wrong = {error.name: error.why}
    row = row_with_other_words(opened.events, kind, sent.id, sent.typed)
    id_ = sent.id if row is None else visit.context.new_id()
    offer = await offered(visit, opened, kind, command_id=id_, typed=sent.typed)
    if isinstance(offer, Response):
        return offer
    if row is not None:
        return await _page(visit, opened, offer, sent.typed, id_, status=409, before=row)
    if wrong:
        return await _page(visit, opened, offer, sent.typed, sent.id, status=422, wrong=wrong)
    return await _give(visit, opened, offer, sent)


async def _give(visit: Visit, opened: ReadableCase, offer: Offer, sent: _Sent) -> Response:
    found, again = opened.case, visit.request.query_params.get("still") == "1"
    if sent.seq < found.seq and offer.kind not in _HARMLESS and not again:
        since = _since(opened, sent.seq, offer.kind, visit)
        if since and found.answer(sent.id) is None:  # an act that was given has its answer
            return await _page(visit, opened, offer, sent.typed, sent.id, status=409, since=since)
    try:
        typed = await with_whole_numbers(visit, offer.kind, sent.typed)
        message = _form(visit, opened, offer).message(typed, sent.id)
    except NotFilled as error:
        return await _page(visit, opened, offer, sent.typed, sent.id, status=422, wrong=error.wrong)
    # Whose clocks a merging touches, and who hears of it, is seen before it is done.
    unseen = offer.kind == "merge" and sent.seen != next(iter(typed.of("into")), "")
    if unseen and await merge_effect(visit, opened, offer, typed) is not None:
        return await _page(visit, opened, offer, typed, sent.id, unseen=True)
    try:
        answer = await visit.context.commands.give(visit.policy.tenant, found.case_id, message)
    except NotTaken as error:
        refused = (error.code, str(error), error.seq)
        new = visit.context.new_id()
        return await _page(visit, opened, offer, sent.typed, new, status=409, refused=refused)
    except (CaseSilent, Unavailable) as error:
        log.warning("console.not_recorded", detail=str(error))
        return await _page(visit, opened, offer, sent.typed, sent.id, status=503, unrecorded=True)
    if sent.kept:
        await visit.context.kept_forms.forget(sent.kept, visit.session.tenant, visit.session.person)
    return RedirectResponse(f"/cases/{found.case_id}?after={answer.seq}", 303)


def _since(opened: ReadableCase, seq: int, kind: str, visit: Visit) -> list[Happening]:
    """Return the rows that the person has to look at, who saw the case as it was at `seq`."""
    new = [each for each in opened.events if each.seq > seq]
    own = visit.person.id
    return happenings(
        opened.case, [each for each in new if asks_second_look(each, kind, own)], visit
    )


async def offered(
    visit: Visit,
    opened: ReadableCase,
    kind: str,
    *,
    command_id: str = "",
    typed: Typed | None = None,
    about: Typed | None = None,
) -> Offer | Response:
    """Return the act as the person may give it; a page that says why not, if they may not now.

    `about`: what the address of the form says before it is filled in.

    A command that was given before is answered as before, whatever has become of the case since.
    """
    seeker = seeker_of(visit)
    part = next(iter((typed or about or Typed()).of("part")), "")
    if (offer := await seeker.one(opened.case, kind, part)) is not None:
        return offer
    if command_id and (before := opened.case.answer(command_id)) is not None:
        return RedirectResponse(f"/cases/{opened.case.case_id}?after={before.seq}", 303)
    found = await seeker.all(opened.case)
    why = next((each for each in found.not_now if each.kind == kind), None)
    words = _words(typed or Typed(), kind)
    return page(
        visit, "not_now.html", 409, case=opened.case, kind=kind, why=why, chances=found, typed=words
    )


def _words(typed: Typed, kind: str) -> Sequence[tuple[str, str]]:
    """Return what was typed, by field: a page that shows no form must not lose it."""
    return [(each.name, text) for each in fields_of(kind) for text in typed.of(each.name)]


def _form(visit: Visit, opened: ReadableCase, offer: Offer) -> ActForm:
    return ActForm(visit.policy, opened.case, offer, OptionNames(visit.names))


async def _page(
    visit: Visit,
    opened: ReadableCase,
    offer: Offer,
    typed: Typed,
    command_id: str,
    *,
    status: int = 200,
    wrong: dict[str, str] | None = None,
    since: object = (),
    refused: tuple[str, str, int | None] | None = None,
    unrecorded: bool = False,
    late: _Sent | None = None,
    before: int | None = None,
    unseen: bool = False,
) -> Response:
    form = ActForm(visit.policy, opened.case, offer, await option_names(visit, offer.kind))
    widgets = form.widgets(typed, wrong)
    asked, effects, seeker = [], {}, seeker_of(visit)
    if offer.kind == "answer":
        found = await requests_of(opened.case, opened.events, visit, seeker)
        asked = [each for each in found if each.part.id in (typed.of("part") or offer.parts)]
        effects = {
            each.part.id: await of_answer(visit, seeker, opened.case, each.part, offer.actor)
            for each in asked
        }
    return page(
        visit,
        "act.html",
        status,
        case=opened.case,
        kind=offer.kind,
        for_person=offer.actor.for_person,
        widgets=widgets,
        requests=asked,
        effects=effects,
        wrong=wrong or {},
        files=kept_files(typed.files, typed.names),
        command_id=command_id,
        since=since,
        refused=refused,
        unrecorded=unrecorded,
        late=late is not None,
        kept_id=late.kept if late else "",
        before=before,
        unseen=unseen,
        seq=late.seq if late else opened.case.seq,
        **await beside(visit, opened, offer, typed),
    )


async def _sent(visit: Visit, kind: str) -> _Sent:
    """Read the form."""
    of_files = {each.name for each in fields_of(kind) if each.each is Evidence}
    texts = dict[str, list[str]]()
    uploads = list[Uploaded]()
    async with visit.request.form(max_files=MOST_READ, max_fields=_MOST_FIELDS) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                texts.setdefault(name, []).append(value)
            elif name in of_files and value.filename:
                content = await value.read()
                uploads.append(Uploaded(name, value.filename, content))
    return replace(_of_texts(texts), uploads=uploads)


def _of_texts(said: Mapping[str, Sequence[str]]) -> _Sent:
    """Return a form that has only texts."""
    texts = {name: [*values] for name, values in said.items()}
    token, command = texts.pop("token", [""])[0], texts.pop("id", [""])[0]
    [seq] = texts.pop("seq", ["0"])[:1]
    [kept] = texts.pop("kept", [""])[:1]
    [seen] = texts.pop("seen", [""])[:1]
    number = int(seq) if seq.isascii() and seq.isdecimal() and len(seq) <= _MOST_DIGITS else 0
    return _Sent(command, number, token, Typed(texts), kept=kept, seen=seen)


async def _with_files(visit: Visit, opened: ReadableCase, sent: _Sent) -> _Sent:
    """Store the files of a form. Raises TooLarge."""
    texts = {name: [*values] for name, values in sent.typed.texts.items()}
    names = names_of(sent.uploads, texts)
    files = await stored(
        visit.context.media, visit.context.drawing, opened.case.case_id, sent.uploads, texts
    )
    return replace(sent, typed=Typed(texts, files, names))
