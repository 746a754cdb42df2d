"""Pages for what went wrong: no such page, a form from elsewhere, a server that is away."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.desk.context import DeskContext, Visit
from console.desk.rendering import page, page_before
from console.desk.wording import language_of


def missing(visit: Visit, what: str) -> Response:
    """Say that the person may read no such thing; whether there is one is not said."""
    return page(visit, "failure.html", 404, kind="missing", what=what)


def bad_query(visit: Visit, what: str) -> Response:
    return page(visit, "failure.html", 400, kind="bad_query", what=what)


def too_long(visit: Visit, most: int) -> Response:
    """Say that a list has more rows than the kind of file takes."""
    return page(visit, "failure.html", 422, kind="too_long", what=str(most))


def foreign(visit: Visit) -> Response:
    """Refuse a form that did not come from a page of this session."""
    return page(visit, "failure.html", 403, kind="foreign", what="")


def changes_nothing(visit: Visit) -> Response:
    """Refuse what an auditor sends: who audits changes nothing."""
    return page(visit, "failure.html", 403, kind="changes_nothing", what="")


def away(context: DeskContext, request: Request) -> Response:
    """Say that a server is away; of what was sent, that nothing was recorded."""
    return _before(context, request, 503, "no_answer" if request.method == "GET" else "away")


def plain(context: DeskContext, request: Request, error: Exception) -> Response:
    """Return the page for an error of HTTP, or for a defect, which uvicorn logs."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    kinds = {404: "missing", 405: "missing", 400: "unreadable", 408: "too_slow", 413: "too_large"}
    return _before(context, request, status, kinds.get(status, "defect"))


def _before(context: DeskContext, request: Request, status: int, kind: str) -> Response:
    language = language_of(request.headers.get("accept-language", ""))
    return page_before(context, request, language, "failure.html", status, kind=kind, what="")
