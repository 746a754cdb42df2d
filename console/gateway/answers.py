"""Error answers of the gateway as problem details (RFC 9457), and the outcome of each status."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from schemas.intake import RejectReason

RETRY_S = 5
"""Seconds in the `Retry-After` header of a 503 answer."""

OUTCOMES: Mapping[int, str] = {
    200: "answered",
    202: "accepted",
    400: "invalid",
    401: "no_token",
    403: "not_yours",
    404: "not_found",
    405: "invalid",
    408: "too_slow",
    409: "conflict",
    410: "gone",
    413: "too_large",
    415: "unsupported",
    429: "too_many",
    500: "failed",
    503: "unavailable",
}
"""Status -> word for metrics and logs."""

_STATUS = {
    RejectReason.IDENTITY_CONFLICT: 409,
    RejectReason.TOO_LARGE: 413,
    RejectReason.UNSUPPORTED_CONTENT_TYPE: 415,
}
_NEXT_FIELD = re.compile(r"; (?=(?:data[.\[:]|and [0-9]+ more))")
_PATH = re.compile(
    r"(data[^: ]*|CloudEvents attribute [a-z]+|header [a-z_-]+|[a-z][a-z0-9_]*): (.+)"
)


class HttpRefusal(Exception):
    """Raised to answer a request with an error status.

    `detail` is shown to the sender and may not hold personal data. `retry_after`: seconds after
    which the same request may succeed. `event`: index of the event in its batch, from 0.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        detail: str,
        *,
        retry_after: int | None = None,
        event: int | None = None,
    ) -> None:
        super().__init__(f"{status} {reason}: {detail}")
        self.status = status
        self.reason = reason
        self.detail = detail
        self.retry_after = retry_after
        self.event = event

    @property
    def headers(self) -> dict[str, str]:
        found = {}
        if self.retry_after is not None:
            found["Retry-After"] = str(self.retry_after)
        if self.status == 401:  # noqa: PLR2004
            found["WWW-Authenticate"] = 'Bearer realm="sanban"'
        if self.status in (408, 413):  # the gateway does not read the rest of the body
            found["Connection"] = "close"
        return found


def invalid(reason: RejectReason, detail: str) -> HttpRefusal:
    """Return the refusal of an event that intake would reject. HTTP spells ce_id as ce-id."""
    return HttpRefusal(_STATUS.get(reason, 400), reason, detail.replace("header ce_", "header ce-"))


def unavailable(part: str, *, asked: bool = False) -> HttpRefusal:
    """Return the refusal for a request that needs `part`, which does not answer.

    `asked`: the request only asks, and brings no event.
    """
    again = (
        "ask again later"
        if asked
        else "send the same event again with the same id: at worst it is a duplicate"
    )
    return HttpRefusal(503, "unavailable", f"{part} does not answer; {again}", retry_after=RETRY_S)


def problem(refusal: HttpRefusal) -> Response:
    """Return application/problem+json; `errors` has path, problem and fix of each field."""
    document: dict[str, Any] = {
        "type": f"urn:sanban:problem:{refusal.reason}",
        "title": OUTCOMES.get(refusal.status, "failed").replace("_", " "),
        "status": refusal.status,
        "reason": refusal.reason,
        "detail": refusal.detail,
        "errors": errors_in(refusal.detail),
    }
    if refusal.event is not None:
        document["event"] = refusal.event
    return JSONResponse(
        document,
        refusal.status,
        headers=refusal.headers,
        media_type="application/problem+json",
    )


def errors_in(detail: str) -> list[dict[str, Any]]:
    """Split the decoder's detail, one sentence for each field: «path: problem; fix»."""
    found = []
    for sentence in _NEXT_FIELD.split(detail):
        named = _PATH.fullmatch(sentence)
        path, said = (named[1], named[2]) if named else (None, sentence)
        wrong, _, do = said.partition("; ")
        found.append({"path": path, "problem": wrong, "fix": do or "follow the schema"})
    return found
