"""Forms that come after their session has ended: what was typed is shown again after the sign-in.

A form carries a token of its session, so it says whose it is even when the browser has lost its
cookie. That is proof enough to keep it for that person, and for nothing else.
"""

from collections.abc import Mapping, Sequence

import structlog
from starlette.requests import Request
from starlette.responses import Response

from console.desk.bodies import be_patient
from console.desk.context import DeskContext, Visit, hashed
from console.desk.sign_in import first, person_of, to_sign_in
from console.desk.sign_in_limits import TooMany
from domain.case.access import reach_of
from schemas.console import KeptForm, KeptFormHead

log = structlog.stdlib.get_logger()

MARK = "kept"
"""The field of an address that names the kept form."""
_MOST_CHARACTERS = 300_000
_MOST_BYTES = 64 * 1024 * 1024


async def kept(context: DeskContext, request: Request) -> Response:
    """Keep the texts of a form whose session has ended; then lead to the sign-in, and back to it.

    Its files are not kept: the page says so.
    """
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdigit()) or int(length[:12]) > _MOST_BYTES:
        return first(request)
    try:
        context.ways.limits.admit(request)  # who sends it is not known yet
    except TooMany:
        return first(request)
    be_patient(request)  # it may bring photos, of which the page says that they are not kept
    texts = dict[str, list[str]]()
    async with request.form(max_files=20, max_fields=400) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                texts.setdefault(name, []).append(value)
    [token] = texts.pop("token", [""])[:1]
    session = await context.sessions.of_form(hashed(token))
    person = person_of(context, session.tenant, session.person) if session else None
    if session is None or person is None or _size(texts) > _MOST_CHARACTERS:
        return first(request)
    policy, now = context.policies[session.tenant], context.now()
    number, kind = request.path_params["number"], request.path_params["kind"]
    found = await context.readers(reach_of(policy, person, now)).named(number)
    if len(found) != 1:
        return first(request)
    case_id, id_ = found[0].case_id, context.new_id()
    await context.kept_forms.keep(
        KeptForm(id_, session.tenant, session.person, case_id, kind, texts, now)
    )
    log.info("console.form_kept", case_id=case_id, kind=kind)
    return to_sign_in(f"/cases/{case_id}/acts/{kind}?{MARK}={id_}", session.language)


async def kept_for(visit: Visit, case_id: str, kind: str) -> KeptForm | None:
    """Return the form that the address names, if it is of this person, case and act."""
    if not (id_ := visit.request.query_params.get(MARK, "")):
        return None
    own = visit.session
    found = await visit.context.kept_forms.find(id_, own.tenant, own.person, visit.now)
    return found if found and (found.case_id, found.kind) == (case_id, kind) else None


async def kept_of(visit: Visit) -> Sequence[KeptFormHead]:
    """Return the forms of this person that are kept: each is found without its address."""
    own = visit.session
    return await visit.context.kept_forms.of_person(own.tenant, own.person, visit.now)


async def is_own(visit: Visit, token: str) -> bool:
    """Return whether a form is of an earlier session of the same person."""
    before = await visit.context.sessions.of_form(hashed(token))
    own = visit.session
    return before is not None and (before.tenant, before.person) == (own.tenant, own.person)


def _size(texts: Mapping[str, Sequence[str]]) -> int:
    return sum(len(name) + sum(map(len, values)) for name, values in texts.items())
