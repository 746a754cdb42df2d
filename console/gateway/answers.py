"""What the gateway says: refusals, as problem details (RFC 9457) or as Open311 has them."""

import re
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from schemas.intake import RejectReason

RETRY_S = 5
"""After which an answer of 503 asks to be tried again."""

OUTCOMES: Mapping[int, str] = {
    200: "answered",
    202: "accepted",
    400: "invalid",
    401: "no_token",
    403: "not_yours",
    404: "not_found",
    405: "invalid",
    408: "too_slow",
    413: "too_large",
    415: "unsupported",
    429: "too_many",
    500: "failed",
    503: "unavailable",
}
"""Word by status, for metrics and logs."""

_STATUS = {
    RejectReason.TOO_LARGE: 413,
    RejectReason.UNSUPPORTED_CONTENT_TYPE: 415,
}
_NEXT_FIELD = re.compile(r"; (?=(?:data[.\[:]|and [0-9]+ more))")
_PATH = re.compile(
    r"(data[^: ]*|CloudEvents attribute [a-z]+|header [a-z_-]+|[a-z][a-z0-9_]*): (.+)"
)


class HttpRefusal(Exception):
    """The request is not carried out. `detail` is for the sender: no personal data.

    `retry_after`: seconds after which the same request may succeed. `event`: which of a batch, from
    0.
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
        if self.status in (408, 413):  # the rest of the body is not read
            found["Connection"] = "close"
        return found


def invalid(reason: RejectReason, detail: str) -> HttpRefusal:
    """An event that intake would refuse, in words of HTTP."""
    return HttpRefusal(_STATUS.get(reason, 400), reason, detail.replace("header ce_", "header ce-"))


def unavailable(part: str) -> HttpRefusal:
    return HttpRefusal(
        503,
        "unavailable",
        f"{part} does not answer; send the same again with the same id: at worst it is a duplicate",
        retry_after=RETRY_S,
    )


def problem(refusal: HttpRefusal) -> Response:
    """As application/problem+json; `errors` names each field, what is wrong, and what to do."""
    told: dict[str, Any] = {
        "type": f"urn:sanban:problem:{refusal.reason}",
        "title": OUTCOMES.get(refusal.status, "failed").replace("_", " "),
        "status": refusal.status,
        "reason": refusal.reason,
        "detail": refusal.detail,
        "errors": errors_in(refusal.detail),
    }
    if refusal.event is not None:
        told["event"] = refusal.event
    return JSONResponse(
        told,
        refusal.status,
        headers=refusal.headers,
        media_type="application/problem+json",
    )


def errors_in(detail: str) -> list[dict[str, Any]]:
    """The sentences of the decoder, one a field: «path: what is wrong; what to do»."""
    found = []
    for sentence in _NEXT_FIELD.split(detail):
        named = _PATH.fullmatch(sentence)
        path, said = (named[1], named[2]) if named else (None, sentence)
        wrong, _, do = said.partition("; ")
        found.append({"path": path, "problem": wrong, "fix": do or "follow the schema"})
    return found
