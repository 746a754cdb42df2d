"""Signing in and out, and the language of the pages.

Until an identity provider is configured only `sanban up` has a way in: a list of the roster, on
loopback. It asks for no proof, so no other process has it.
"""

import secrets
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.desk.context import DeskContext, Visit, hashed
from console.desk.protection import is_foreign
from console.desk.rendering import page_before
from console.desk.wording import LANGUAGES, language_of
from schemas.console import Session

_SECRET_BYTES = 32
_LONGEST_S = 12 * 3600


def first(request: Request) -> Response:
    """Return the way to the sign-in page, and from there to where the person wanted to go."""
    if request.method != "GET":
        return RedirectResponse("/sign-in", 303)
    query = f"?{request.url.query}" if request.url.query else ""
    wanted = quote(request.url.path + query, safe="")
    return RedirectResponse(f"/sign-in?next={wanted}", 303)


async def sign_in(context: DeskContext, request: Request) -> Response:
    """Show the ways in; with POST begin a session, if the way is open."""
    language = request.query_params.get("language", "")
    if language not in LANGUAGES:
        language = language_of(request.headers.get("accept-language", ""))
    wanted = own_path(request.query_params.get("next", ""))
    if request.method == "GET" or not context.roster_sign_in:
        return _page(context, request, language, wanted)
    async with request.form(max_files=0, max_fields=8) as form:
        tenant, _, person = str(form.get("who", "")).partition("/")
        wanted = own_path(str(form.get("next", "")))
    policy = context.policies.get(tenant)
    known = policy is not None and any(each.id == person for each in policy.roster.people)
    if is_foreign(request) or not known:
        return _page(context, request, language, wanted, wrong=True)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    session = Session(hashed(secret), tenant, person, language, context.now())
    await context.sessions.begin(session)
    answer = RedirectResponse(wanted, 303)
    answer.set_cookie(
        context.cookie,
        secret,
        max_age=_LONGEST_S,
        httponly=True,
        secure=context.secure,
        samesite="lax",
    )
    return answer


def _page(
    context: DeskContext, request: Request, language: str, wanted: str, *, wrong: bool = False
) -> Response:
    towns = [
        (policy, sorted(policy.roster.people, key=lambda person: person.unit))
        for policy in context.policies.values()
    ]
    return page_before(
        context,
        request,
        language,
        "sign_in.html",
        status=422 if wrong else 200,
        towns=towns if context.roster_sign_in else [],
        open=context.roster_sign_in,
        wanted=wanted,
        wrong=wrong,
    )


async def speak(visit: Visit) -> Response:
    """Change the language of the pages, and go back to the page."""
    async with visit.request.form(max_files=0, max_fields=8) as form:
        language, back = str(form.get("language", "")), own_path(str(form.get("next", "")))
        ours = form.get("token") == visit.form_token
    if ours and language in LANGUAGES:
        await visit.context.sessions.speak(visit.session.id, language)
    return RedirectResponse(back, 303)


async def sign_out(visit: Visit) -> Response:
    """End the session: what its cookie says is worth nothing from now on."""
    await visit.context.sessions.end(visit.session.id)
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(visit.context.cookie, httponly=True, secure=visit.context.secure)
    return answer


def own_path(wanted: str) -> str:
    """Return a path of this console to go to; anything that a browser could read as another host
    is the home page.
    """
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    safe = plain and wanted.isprintable() and "\\" not in wanted
    return wanted if safe else "/"
