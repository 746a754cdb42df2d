"""The page of an outside party: one task, one link, no account, and nothing else of the case."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.desk.bodies import be_patient
from console.desk.context import DeskContext
from console.desk.forms import Typed
from console.desk.local_times import LocalTimes
from console.desk.names import TownNames
from console.desk.outside import OutsideTask, OutsideTasks
from console.desk.protection import is_foreign
from console.desk.rendering import page_before
from console.desk.uploads import (
    MOST_READ,
    AttachedFile,
    TooLarge,
    Uploaded,
    digests_of,
    kept_files,
    names_of,
    stored,
)
from console.desk.wording import LANGUAGES, language_of
from console.gateway.answers import HttpRefusal
from console.task_links import report_id_of
from domain.case.outside_links import LinkEnd, proof_of
from domain.case.task_links.acts import ReportByLink
from domain.complaints import Evidence
from schemas.commands import CommandMessage, NotTaken
from schemas.intake import CaseSilent, Unavailable
from schemas.texts import is_invisible

log = structlog.stdlib.get_logger()

_MOST_FIELDS = 60
_MOST_BYTES = 64 * 1024 * 1024
"""Of a whole report: photos of a telephone have 2 to 8 MB each."""
_WRONG_TOKEN = "a wrong token"  # noqa: S105 - what the case is told instead of a text


@dataclass(frozen=True, slots=True)
class _Visit:
    """A request by a link."""

    context: DeskContext
    request: Request
    token: str
    language: str

    def page(self, kind: str, status: int, **values: object) -> Response:
        own = {
            "kind": kind,
            "task": None,
            "names": None,
            "moments": None,
            "unsent": False,
            **values,
        }
        return page_before(self.context, self.request, self.language, "task.html", status, **own)

    def of_task(self, kind: str, status: int, task: OutsideTask, **values: object) -> Response:
        policy = self.context.policies[task.found.tenant]
        now, zone = self.context.now(), ZoneInfo(policy.calendar.zone)
        shown = {"typed": "", "files": (), "wrong": {}, "refused": None, **values}
        return self.page(
            kind,
            status,
            task=task,
            names=TownNames(policy, self.language),
            moments=LocalTimes(zone, now, self.language),
            late=task.deadline is not None and task.deadline.at < now,
            **shown,
        )


async def task(context: DeskContext, request: Request) -> Response:
    """Show the task of a link; with POST take the report. Every wrong token has the same answer."""
    language = request.query_params.get("language", "")
    if language not in LANGUAGES:
        language = language_of(request.headers.get("accept-language", ""))
    visit = _Visit(context, request, request.path_params["token"], language)
    if context.tasks is None:
        return visit.page("no_link", 404)
    try:
        context.tasks.charge(request)
    except HttpRefusal:
        return visit.page("too_often", 429)
    try:
        return await _answered(visit, context.tasks)
    except Unavailable as error:
        log.warning("console.waiting", detail=str(error))
        return visit.page("away", 503)


async def _answered(visit: _Visit, tasks: OutsideTasks) -> Response:
    found = await tasks.find(visit.token)
    if found is None or found.found.tenant not in visit.context.policies:
        return visit.page("no_link", 404)
    link, now = found.found, visit.context.now()
    if not link.is_proved_by(visit.token):
        if link.is_open(now) and link.counts_tries:
            await _count(visit, found)
        return visit.page("no_link", 404)
    tasks.forgive(visit.request)
    be_patient(visit.request)
    if visit.request.method != "POST":
        return visit.of_task("open", 200, found) if link.is_open(now) else _over(visit, found)
    if is_foreign(visit.request):
        return visit.page("no_link", 403)
    if int(visit.request.headers.get("content-length", "0")) > _MOST_BYTES:
        return visit.of_task("open", 413, found, wrong={"evidence": "too_large"})
    typed = await _typed(visit.request)
    return await _reported(visit, found, typed) if link.is_open(now) else _late(visit, found, typed)


def _over(visit: _Visit, found: OutsideTask, unsent: "_TypedReport | None" = None) -> Response:
    """Say that the link takes no report, or none any more; give back what came too late."""
    used = found.found.link.ended is LinkEnd.USED
    kind, status = ("used", 200) if used else ("ended", 410)
    if unsent is None:
        return visit.of_task(kind, status, found)
    status = 409 if used else status
    return visit.of_task(kind, status, found, typed=unsent.text, unsent=True)


def _late(visit: _Visit, found: OutsideTask, typed: "_TypedReport") -> Response:
    """Answer a report by a link that has ended: the same one once more is there already."""
    try:
        again = report_id_of(visit.token, _content(typed.text, typed.digests))
    except TooLarge:  # a hidden field that no page has written
        return _over(visit, found, typed)
    return _over(visit, found, None if found.is_reported_by(again) else typed)


@dataclass(frozen=True, slots=True)
class _TypedReport:
    """What a form sent, before any file of it is kept."""

    texts: dict[str, list[str]]
    uploads: list[Uploaded]

    @property
    def text(self) -> str:
        text = Typed(self.texts).of("text")[:1]
        return text[0].strip() if text else ""

    @property
    def digests(self) -> list[str]:
        return digests_of("evidence", self.uploads, self.texts)


async def _typed(request: Request) -> _TypedReport:
    texts = dict[str, list[str]]()
    uploads = list[Uploaded]()
    async with request.form(max_files=MOST_READ, max_fields=_MOST_FIELDS) as form:
        for name, value in form.multi_items():
            if isinstance(value, str):
                texts.setdefault(name, []).append(value)
            elif name == "evidence" and value.filename:
                uploads.append(Uploaded(name, value.filename, await value.read()))
    return _TypedReport(texts, uploads)


async def _reported(visit: _Visit, found: OutsideTask, report: _TypedReport) -> Response:
    """Take the report; say what is wrong with it, and keep what was typed."""
    typed = report.text
    try:
        kept = await stored(
            visit.context.media,
            visit.context.drawing,
            found.found.case_id,
            report.uploads,
            dict(report.texts),
        )
    except TooLarge as error:
        return visit.of_task("open", 422, found, typed=typed, wrong={"evidence": error.why})
    files = tuple(kept.get("evidence", ()))
    named = kept_files(kept, names_of(report.uploads, report.texts)).get("evidence", ())
    wrong = _wrong(found, typed, files)
    if wrong:
        return visit.of_task("open", 422, found, typed=typed, files=named, wrong=wrong)
    try:
        await _give(visit, found, typed, files)
    except NotTaken as error:
        return await _refused(visit, found, report, named, error)
    except (CaseSilent, Unavailable) as error:
        log.warning("console.not_recorded", detail=str(error))
        return visit.of_task("unrecorded", 503, found, typed=typed, files=named)
    return RedirectResponse(f"/task/{visit.token}?language={visit.language}", 303)


async def _refused(
    visit: _Visit,
    found: OutsideTask,
    report: _TypedReport,
    files: Sequence[AttachedFile],
    error: NotTaken,
) -> Response:
    """Say why, and keep the form; if the link ended meanwhile, when it was reported already."""
    now = await visit.context.tasks.find(visit.token) if visit.context.tasks else None
    if now is not None and now.found.link.ended is not None:
        return _late(visit, now, report)
    shown = {"typed": report.text, "files": files, "refused": (error.code, str(error))}
    return visit.of_task("open", 409, found, **shown)


def _wrong(found: OutsideTask, text: str, files: tuple[Evidence, ...]) -> Mapping[str, str]:
    wrong = {"text": "missing"} if is_invisible(text) else {}
    return wrong | ({"evidence": "few"} if len(files) < found.found.part.evidence else {})


async def _give(visit: _Visit, found: OutsideTask, text: str, files: tuple[Evidence, ...]) -> None:
    """Give the report to the case, once however often it is sent. Raises as commands.give does."""
    link, content = found.found, _content(text, [file.sha256 for file in files])
    act = ReportByLink(part=link.part.id, proof=proof_of(visit.token), text=text, evidence=files)
    message = CommandMessage(id=report_id_of(visit.token, content), actor=link.actor, act=act)
    await visit.context.commands.give(link.tenant, link.case_id, message)


def _content(text: str, digests: Sequence[str]) -> str:
    """Return what makes a report the same one: its text and its files."""
    return json.dumps([text, [*digests]])


async def _count(visit: _Visit, found: OutsideTask) -> None:
    """Let the case count a wrong token, without what came with it."""
    try:
        await _give(visit, found, _WRONG_TOKEN, ())
    except NotTaken:
        pass  # it always refuses, and has counted
    except CaseSilent as error:
        log.warning("console.not_recorded", detail=str(error))
