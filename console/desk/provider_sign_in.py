"""Signing in at the town's identity provider: there, back, and its notices that a session is over.

Each attempt has a row and is bound to its browser by a cookie: several tabs can sign in side by
side, and no other browser can end what this one began.
"""

import re
import secrets
from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from console.desk.context import DeskContext, hashed
from console.desk.pages.failures import away
from console.desk.rendering import page_before
from console.desk.sign_in import (
    BROWSER_S,
    SECRET_BYTES,
    SignedIn,
    begin,
    language_for,
    own_path,
    person_of,
    set_cookie,
)
from console.desk.sign_in_limits import TooMany
from console.desk.sign_in_ports import SingleSignOn
from console.metrics import SIGN_INS
from schemas.console import NotProven, SignInAttempt, Way
from schemas.intake import Unavailable
from store.errors import StoreUnavailable

log = structlog.stdlib.get_logger()

_CODE = re.compile(r"[a-z_]{1,40}")
_LONGEST_WANTED = 2000
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")

Answer = Callable[[DeskContext, SingleSignOn, Request], Awaitable[Response]]


def answered(context: DeskContext, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Return the route of a page before the sign-in: 404 without a provider, 429 for too many."""

    async def answering(request: Request) -> Response:
        single = context.ways.single
        if single is None:
            return failed(context, request, "over", 404)
        try:
            context.ways.limits.admit(request)
            return await answer(context, single, request)
        except TooMany as error:
            SIGN_INS.labels(Way.PROVIDER, "limited").inc()
            response = failed(context, request, "limited", 429)
            response.headers["Retry-After"] = str(error.seconds)
            return response
        except StoreUnavailable as error:
            log.warning("console.waiting", detail=str(error))
            return away(context, request)
        except Unavailable as error:
            log.warning("console.sign_in_waits", detail=str(error))
            SIGN_INS.labels(Way.PROVIDER, "away").inc()
            return failed(context, request, "away", 503)

    return answering


async def leave(context: DeskContext, single: SingleSignOn, request: Request) -> Response:
    """Send the browser to the provider, with an attempt that only this browser can end."""
    state, nonce, verifier = (secrets.token_urlsafe(SECRET_BYTES) for _ in range(3))
    known = request.cookies.get(context.browser_cookie, "")
    browser = known or secrets.token_urlsafe(SECRET_BYTES)
    wanted = own_path(request.query_params.get("next", ""))[:_LONGEST_WANTED]
    if _NO_TEXT.search(wanted):
        wanted = "/"
    where = await single.provider.way_in(state, nonce, verifier)
    await single.attempts.begin(
        SignInAttempt(
            hashed(state),
            hashed(browser),
            nonce,
            verifier,
            wanted,
            language_for(request),
            context.now(),
        )
    )
    answer = RedirectResponse(where, 303)
    set_cookie(context, answer, context.browser_cookie, browser, BROWSER_S)
    return answer


async def come_back(context: DeskContext, single: SingleSignOn, request: Request) -> Response:
    """Begin the session of the person whom the provider proves, if the roster has them."""
    query, now = request.query_params, context.now()
    browser = hashed(request.cookies.get(context.browser_cookie, ""))
    attempt = await single.attempts.take(hashed(query.get("state", "")), browser, now)
    if attempt is None:
        return failed(context, request, "over", 400)
    if query.get("iss", single.provider.issuer) != single.provider.issuer:
        return _refused(context, request, attempt, "it came from another issuer")
    if "error" in query:
        code = query["error"]
        said = code if _CODE.fullmatch(code) else "an error without a usable code"
        return _refused(context, request, attempt, f"the provider says {said}")
    try:
        identity = await single.provider.identity(
            query.get("code", ""), attempt.nonce, attempt.verifier
        )
    except NotProven as error:
        return _refused(context, request, attempt, str(error))
    known = single.subjects(identity.name)
    if known is None or person_of(context, *known) is None:
        log.warning("console.unknown_subject", subject=identity.name)
        SIGN_INS.labels(Way.PROVIDER, "unknown").inc()
        return failed(
            context, request, "unknown", 403, language=attempt.language, subject=identity.name
        )
    who = SignedIn(*known, Way.PROVIDER, identity.subject, identity.provider_session)
    return await begin(context, request, who, attempt.language, attempt.wanted)


async def hear(context: DeskContext, single: SingleSignOn, request: Request) -> Response:
    """End the sessions that the provider says are over (OpenID Connect Back-Channel Logout)."""
    async with request.form(max_files=0, max_fields=8) as form:
        token = str(form.get("logout_token", ""))
    try:
        sign_out = await single.provider.sign_out(token)
    except NotProven as error:
        log.warning("console.sign_out_refused", detail=str(error))
        return PlainTextResponse(f"{error}\n", 400)
    ended = await context.sessions.end_by_provider(sign_out, context.now())
    log.info("console.signed_out_by_provider", sessions=ended)
    return PlainTextResponse("")


def failed(
    context: DeskContext,
    request: Request,
    kind: str,
    status: int,
    *,
    language: str = "",
    subject: str = "",
) -> Response:
    """Return the page of a sign-in that did not come to its end, and of what helps."""
    return page_before(
        context,
        request,
        language or language_for(request),
        "not_signed_in.html",
        status,
        kind=kind,
        subject=subject,
        contact=context.ways.contact,
    )


def _refused(context: DeskContext, request: Request, attempt: SignInAttempt, why: str) -> Response:
    log.warning("console.sign_in_refused", detail=why)
    SIGN_INS.labels(Way.PROVIDER, "refused").inc()
    return failed(context, request, "refused", 403, language=attempt.language)
