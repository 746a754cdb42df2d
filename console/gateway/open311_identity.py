"""Which event a report is: the same one as before if it is sent again.

With an Idempotency-Key the key says so. Without one, equal content from the same client within a
window is the same report. Gateways share what came first in the database. While it is away, each
knows its own reports, and all give the same id to the same content between two multiples of the
window: beyond such an edge another gateway takes a repetition for another report.
"""

import asyncio
import hmac
import json
from collections.abc import Awaitable
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from console.gateway.clients import Client
from console.gateway.context import GatewayContext
from console.gateway.moments import FirstReport
from console.gateway.open311_forms import Form
from domain.complaints import case_id_of
from schemas.intake import Unavailable

T = TypeVar("T")

_SECONDS_TO_LOOK_BACK = 1.0
_SAYS_NOTHING = frozenset({"api_key", "jurisdiction_id"})
"""Fields that do not change what a report says."""


async def first_report(
    context: GatewayContext, client: Client, form: Form, *, key: str, stated: datetime | None
) -> FirstReport:
    """Return id and time of the event that this report becomes, or became. Never raises.

    With another time a repetition would be a conflict instead of a duplicate. `key`: the client's
    own, or ""; `stated`: the time that the report says, if it says one.
    """
    now, window = context.now(), context.same_report_within
    if key:
        name = f"key {case_id_of(client.tenant, client.source, key)}"
        known = context.moments.known(name) or await _journaled(context, client, key)
        first = known or await _shared(context, name, FirstReport(key, now), None)
        first = context.moments.keep(name, first)
    elif window:
        name, since = _digest(client, form), now - window
        this = FirstReport(f"{name}-{int(now.timestamp() // window.total_seconds())}", now)
        first = context.moments.known(name, since) or await _shared(context, name, this, since)
        first = context.moments.keep(name, first, since)
    else:
        first = FirstReport(context.new_id(), now)
    return FirstReport(first.event_id, stated or first.at)


def _digest(client: Client, form: Form) -> str:
    """Return a keyed hash of client and content: by the hash alone no text can be guessed."""
    content = [
        *(client.tenant, client.source),
        sorted((name, *said) for name, said in form.fields.items() if name not in _SAYS_NOTHING),
        sorted(form.unread),
        sorted(file.sha256 for file in form.files),
    ]
    text = json.dumps(content)  # escaped, because a text may have half of a surrogate pair
    return hmac.new(client.sha256.encode(), text.encode(), sha256).hexdigest()[:32]


async def _journaled(context: GatewayContext, client: Client, key: str) -> FirstReport | None:
    case_id = case_id_of(client.tenant, client.source, key)
    found = await _in_time(context.cases.find(client.tenant, case_id))
    return FirstReport(key, found.case.plan.complaint.reported_at) if found else None


async def _shared(
    context: GatewayContext, name: str, report: FirstReport, since: datetime | None
) -> FirstReport:
    """Return the first report of all gateways; this one if the database does not answer."""
    return await _in_time(context.first_reports.first(name, report, since)) or report


async def _in_time(asked: Awaitable[T]) -> T | None:
    """Return the answer; None if there is none in time: filing does not depend on the database."""
    try:
        async with asyncio.timeout(_SECONDS_TO_LOOK_BACK):
            return await asked
    except (Unavailable, TimeoutError):
        return None
