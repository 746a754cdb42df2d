"""Signing in and out, and the language of the pages.

Not here: the way over the identity provider (provider_sign_in.py).
"""

import secrets
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.desk.browsers import family_of
from console.desk.context import DeskContext, Visit, form_token_of, hashed
from console.desk.names import TownNames
from console.desk.protection import is_foreign
from console.desk.rendering import page_before
from console.desk.wording import LANGUAGES, language_of
from console.metrics import SIGN_INS
from domain.people.rosters import Person
from domain.policy.model import Policy
from domain.vocabulary import Role
from schemas.console import Session, Way
from schemas.intake import Unavailable

log = structlog.stdlib.get_logger()

SECRET_BYTES = 32
BROWSER_S = 24 * 3600
_LONGEST_S = 12 * 3600
_FIRST = (Role.SUPERVISOR, Role.DISPATCHER, Role.HANDLER)
"""The roles of the people whom a visitor of `sanban up` is offered first."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who has signed in, and how."""

    tenant: str
    person: str
    way: Way
    subject: str | None = None
    provider_session: str | None = None


def first(request: Request) -> Response:
    """Return the way to the sign-in page, and from there to where the person wanted to go."""
    if request.method != "GET":
        return RedirectResponse("/sign-in?ended", 303)
    query = f"?{request.url.query}" if request.url.query else ""
    return to_sign_in(request.url.path + query)


def to_sign_in(wanted: str, language: str = "") -> Response:
    more = f"&language={language}" if language else ""
    return RedirectResponse(f"/sign-in?next={quote(wanted, safe='')}{more}", 303)


async def sign_in(context: DeskContext, request: Request) -> Response:
    """Show the ways in; with POST begin a session as a person of the list, if there is one."""
    wanted = own_path(request.query_params.get("next", ""))
    if request.method == "GET" or not lists_roster(context, request):
        return await sign_in_page(context, request, wanted)
    async with request.form(max_files=0, max_fields=8) as form:
        tenant, _, person = str(form.get("who", "")).partition("/")
        wanted = own_path(str(form.get("next", "")))
    if is_foreign(request) or person_of(context, tenant, person) is None:
        return await sign_in_page(context, request, wanted, wrong="list", status=422)
    who = SignedIn(tenant, person, Way.ROSTER)
    return await begin(context, request, who, language_for(request), wanted)


async def begin(
    context: DeskContext, request: Request, who: SignedIn, language: str, wanted: str
) -> Response:
    """Begin a session under an id that no page has seen before; end the one before in this browser.

    So what another person knows of this browser, or has put there, is worth nothing from now on.
    """
    secret, now = secrets.token_urlsafe(SECRET_BYTES), context.now()
    if before := request.cookies.get(context.cookie):
        await context.sessions.end(hashed(before), now)
    session = Session(
        hashed(secret),
        who.tenant,
        who.person,
        language,
        now,
        now,
        who.way,
        family_of(request.headers.get("user-agent", "")),
        who.subject,
        who.provider_session,
        hashed(form_token_of(secret)),
    )
    await context.sessions.begin(session)
    SIGN_INS.labels(who.way, "begun").inc()
    log.info("console.signed_in", tenant=who.tenant, person=who.person, way=str(who.way))
    answer = RedirectResponse(own_path(wanted), 303)
    set_cookie(context, answer, context.cookie, secret, _LONGEST_S)
    return answer


def set_cookie(context: DeskContext, answer: Response, name: str, value: str, lasts: int) -> None:
    """Set a cookie that no script and, but for a link, no other site can use."""
    answer.set_cookie(
        name, value, max_age=lasts, httponly=True, secure=context.secure, samesite="lax"
    )


def person_of(context: DeskContext, tenant: str, person: str) -> Person | None:
    """Return the person of a roster that is served here."""
    policy = context.policies.get(tenant)
    people = policy.roster.people if policy else ()
    return next((each for each in people if each.id == person), None)


def lists_roster(context: DeskContext, request: Request) -> bool:
    """Return whether the roster is a way in for this request.

    Only by a name of this machine: a page of another site could have its own name lead here.
    """
    try:
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return False
    return host in context.ways.roster_hosts


def language_for(request: Request) -> str:
    """Return the language of a page before the sign-in: as the address says, or the browser."""
    language = request.query_params.get("language", "")
    if language in LANGUAGES:
        return language
    return language_of(request.headers.get("accept-language", ""))


@dataclass(frozen=True, slots=True)
class Town:
    """A town in the list: its people by unit, and some who show most of what the console does."""

    policy: Policy
    names: TownNames
    units: tuple[tuple[str, tuple[Person, ...]], ...]
    first: tuple[tuple[Role, Person], ...]


def _town(policy: Policy, language: str) -> Town:
    names, people = TownNames(policy, language), policy.roster.people
    units = dict.fromkeys(unit.id for unit in policy.units) | dict.fromkeys(
        person.unit for person in people
    )
    grouped = (
        (names.unit(unit), tuple(each for each in people if each.unit == unit)) for unit in units
    )
    found = ((role, [each for each in people if role in each.roles]) for role in _FIRST)
    return Town(
        policy,
        names,
        tuple((name, those) for name, those in grouped if those),
        tuple((role, those[0]) for role, those in found if those),
    )


async def sign_in_page(
    context: DeskContext,
    request: Request,
    wanted: str,
    *,
    wrong: str = "",
    typed: tuple[str, str] = ("", ""),
    status: int = 200,
) -> Response:
    """Return the page with the ways in. `wrong`: why the one before began no session."""
    language, ways = language_for(request), context.ways
    listed = context.policies.values() if lists_roster(context, request) else ()
    browser = request.cookies.get(context.browser_cookie) or secrets.token_urlsafe(SECRET_BYTES)
    answer = page_before(
        context,
        request,
        language,
        "sign_in.html",
        status=status,
        towns=[_town(policy, language) for policy in listed],
        single=ways.single is not None,
        accounts=[TownNames(each, language) for each in context.policies.values()]
        if ways.accounts
        else [],
        account_token=account_token(browser),
        typed=typed,
        contact=ways.contact,
        wanted=wanted,
        kept="?kept=" in wanted,
        ended="ended" in request.query_params,
        wrong=wrong,
        signed_out="out" in request.query_params,
        way_out=await _way_out(context) if "out" in request.query_params else None,
    )
    if ways.accounts:
        set_cookie(context, answer, context.browser_cookie, browser, BROWSER_S)
    return answer


def account_token(browser: str) -> str:
    """Return what the form of the accounts carries: only a page of this browser can have it."""
    return form_token_of(f"account {browser}")


async def _way_out(context: DeskContext) -> str | None:
    """Return where a person ends the session at the identity provider, too."""
    if context.ways.single is None:
        return None
    try:
        return await context.ways.single.provider.way_out(f"{context.ways.url}/sign-in")
    except Unavailable:
        return None


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
    await visit.context.sessions.end(visit.session.id, visit.now)
    answer = RedirectResponse(f"/sign-in?out&language={visit.language}", 303)
    answer.delete_cookie(
        visit.context.cookie, httponly=True, secure=visit.context.secure, samesite="lax"
    )
    return answer


def own_path(wanted: str) -> str:
    """Return a path of this console to go to; anything that a browser could read as another host
    is the home page.
    """
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    safe = plain and wanted.isprintable() and "\\" not in wanted
    return wanted if safe else "/"
