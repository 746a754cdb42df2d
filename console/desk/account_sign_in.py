"""Signing in with an account of the console: person, password and one-time code.

Whatever is wrong, the answer is the same, and takes as long: it tells no one which accounts there
are, or which part was right.
"""

import asyncio
import hmac

import structlog
from starlette.requests import Request
from starlette.responses import Response

from console.desk.context import DeskContext
from console.desk.pages.failures import away
from console.desk.protection import is_foreign
from console.desk.secrets_of_accounts import password_fits, step_of
from console.desk.sign_in import (
    SignedIn,
    account_token,
    begin,
    language_for,
    own_path,
    person_of,
    sign_in_page,
)
from console.desk.sign_in_limits import TooMany
from console.desk.sign_in_ports import Accounts
from console.metrics import SIGN_INS
from schemas.console import Way
from store.errors import StoreUnavailable

log = structlog.stdlib.get_logger()

_AT_A_TIME = asyncio.Semaphore(2)
"""Passwords that are compared at a time: each takes 64 MB and a core."""


async def sign_in(context: DeskContext, request: Request) -> Response:
    """Begin a session for who proves to be a person of the roster."""
    async with request.form(max_files=0, max_fields=8) as form:
        said = {name: value for name, value in form.items() if isinstance(value, str)}
    tenant, person = said.get("tenant", ""), said.get("person", "").strip()
    wanted, typed = own_path(said.get("next", "")), (tenant, person)
    accounts = context.ways.accounts
    if accounts is None:
        return await sign_in_page(context, request, wanted, status=404)
    browser = request.cookies.get(context.browser_cookie, "")
    right = account_token(browser).encode()
    ours = browser and hmac.compare_digest(said.get("token", "").encode(), right)
    if is_foreign(request) or not ours:
        return await sign_in_page(
            context, request, wanted, wrong="foreign", typed=typed, status=403
        )
    try:
        context.ways.limits.admit(request)
        if await _is_proven(context, accounts, said, typed):
            who = SignedIn(tenant, person, Way.ACCOUNT)
            return await begin(context, request, who, language_for(request), wanted)
    except TooMany:
        SIGN_INS.labels(Way.ACCOUNT, "limited").inc()
        return await sign_in_page(context, request, wanted, wrong="many", typed=typed, status=429)
    except StoreUnavailable as error:
        log.warning("console.waiting", detail=str(error))
        return away(context, request)
    SIGN_INS.labels(Way.ACCOUNT, "refused").inc()
    log.warning("console.sign_in_refused", detail="an account was not proven", tenant=tenant)
    return await sign_in_page(context, request, wanted, wrong="account", typed=typed, status=403)


async def _is_proven(
    context: DeskContext, accounts: Accounts, said: dict[str, str], who: tuple[str, str]
) -> bool:
    """Return whether password and code are those of an account; each code is good once."""
    known, now = person_of(context, *who) is not None, context.now()
    account = await accounts.charge(*who, now) if known else None
    kept = account.password if account else None
    async with _AT_A_TIME:
        fits = await asyncio.to_thread(password_fits, kept, said.get("password", ""))
    if account is None or not fits:
        return False
    step = step_of(account.key, said.get("code", ""), now)
    return step is not None and await accounts.passed(*who, step)
