"""Fills templates: for a person who is signed in, or for a page before that."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from console.desk.context import DeskContext, Visit
from console.desk.engine_words import engine_words
from console.desk.refusal_words import refusal_line, refusal_words
from console.desk.wording import LANGUAGES, Wording, wording

_HERE = Path(__file__).parent


@cache
def build_id() -> str:
    """Return a digest of the pages, by which open tabs learn that there is a new release."""
    files = sorted(each for each in _HERE.rglob("*") if each.is_file() and each.suffix != ".pyc")
    return sha256(b"".join(each.read_bytes() for each in files)).hexdigest()[:12]


@cache
def environment() -> Environment:
    """Return the templates. A name that a page does not give is an error, not an empty text."""
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "engine_words": engine_words,
        "refusal_line": refusal_line,
        "refusal_words": refusal_words,
    }
    return made


def page(visit: Visit, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page for a person; `values` are what this template shows."""
    own = {
        "visit": visit,
        "names": visit.names,
        "moments": visit.moments,
        "training": visit.context.training,
        "build": visit.context.live.build if visit.context.live else "",
    }
    return _filled(template, visit.words, visit.request, status, own | values)


def page_before(
    context: DeskContext,
    request: Request,
    language: str,
    template: str,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """Return a page for a person who is not signed in."""
    own = {"visit": None, "training": context.training}
    return _filled(template, wording(language), request, status, own | values)


def _filled(
    template: str, words: Wording, request: Request, status: int, values: Mapping[str, Any]
) -> HTMLResponse:
    html = (
        environment()
        .get_template(template)
        .render(
            _=words,
            n_=words.ngettext,
            lang=LANGUAGES[words.language],
            language=words.language,
            path=request.url.path,
            here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            **values,
        )
    )
    return HTMLResponse(html, status)
