"""Forms that come while the database does not answer: they go back to their person, filled in.

Nothing is read for that: the page holds what was sent, and sends it once more to the same place.
"""

from collections.abc import Sequence

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from console.desk.bodies import be_patient
from console.desk.context import DeskContext
from console.desk.names import table
from console.desk.pages.failures import away
from console.desk.protection import is_foreign
from console.desk.rendering import page_before
from console.desk.sign_in_limits import TooMany
from console.desk.wording import language_of

_MOST_FIELDS, _MOST_FILES = 400, 20
_OURS = frozenset({"id", "kept", "next", "seen", "seq", "token"})
"""Fields that the pages fill in; of the others is shown what they say."""


async def again(context: DeskContext, request: Request) -> Response:
    """Return the form once more, with what was typed; of a form that cannot be read, say so."""
    if request.method != "POST" or is_foreign(request):
        return away(context, request)
    try:
        context.ways.limits.admit(request)  # who sends it is not known
        be_patient(request)
        async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS) as form:
            sent = form.multi_items()
    except (TooMany, HTTPException):
        return away(context, request)
    texts = [(name, value) for name, value in sent if isinstance(value, str)]
    if not texts:
        return away(context, request)
    language = language_of(request.headers.get("accept-language", ""))
    query = f"?{request.url.query}" if request.url.query else ""
    return page_before(
        context,
        request,
        language,
        "unrecorded.html",
        503,
        action=request.url.path + query,
        fields=texts,
        shown=_shown(texts, language),
        files=_files(sent, language),
    )


def _shown(texts: Sequence[tuple[str, str]], language: str) -> Sequence[tuple[str, str]]:
    """Return what a person has typed, by the names of the fields."""
    return [
        (_named(name.partition(".")[0], language), text)
        for name, text in texts
        if name not in _OURS and not name.endswith(".kept") and text.strip()
    ]


def _files(sent: Sequence[tuple[str, object]], language: str) -> Sequence[tuple[str, str]]:
    """Return the fields whose files have to be chosen again, with their names."""
    found = dict.fromkeys(
        name for name, value in sent if isinstance(value, UploadFile) and value.filename
    )
    return [(name, _named(name, language)) for name in found]


def _named(field: str, language: str) -> str:
    pair = table()["field"].get(field, (field, field))
    return pair[0] if language == "zh" else pair[1]
