"""The form for what a patrol found: its category, words and pictures become a case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import structlog
from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.navigation import PATROLLERS
from console.desk.option_names import OptionNames
from console.desk.pages.failures import foreign, missing
from console.desk.patrol_ports import FindingUnsent
from console.desk.patrol_visits import patroller_of, typed_point
from console.desk.rendering import page
from console.desk.uploads import (
    MOST_READ,
    AttachedFile,
    TooLarge,
    Uploaded,
    kept_files,
    names_of,
    stored,
)
from domain.complaints import Evidence, case_id_of
from domain.patrols.findings import FoundBefore
from domain.patrols.patrollers import PatrolRefused
from domain.patrols.routes import Patrol, day_of
from domain.policy.shapes import Point
from schemas.events.findings import FoundMatter
from store.patrols.patrols import PatrolAct

log = structlog.stdlib.get_logger()

_PHOTO = "photo"
_MOST_FIELDS = 40
_MOST_LETTERS = 4000


@dataclass(frozen=True, slots=True)
class TypedFinding:
    """A form as a person has filled it in. `another`: it is no matter that is open already."""

    id: str
    category: str = ""
    text: str = ""
    point: str = ""
    another: bool = False
    uploads: Sequence[Uploaded] = ()
    texts: Mapping[str, list[str]] = field(default_factory=dict)
    files: Sequence[AttachedFile] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """The grid of a patrol that the address names."""

    patrol: Patrol
    grid: str


async def form(visit: Visit) -> Response:
    """Show the form for a grid of a patrol of the person's unit."""
    at = await _place(visit)
    if at is None:
        return missing(visit, visit.request.url.path)
    typed = TypedFinding(visit.context.new_id())
    try:
        patroller_of(visit).check_finding(at.patrol, at.grid, None)
    except PatrolRefused as error:
        return _page(visit, at, typed, refused=error, status=409)
    return _page(visit, at, typed)


async def file(visit: Visit) -> Response:
    """File what was found, and go back to the routes of today."""
    at = await _place(visit)
    typed, token = await _typed(visit)
    if at is None:
        return missing(visit, visit.request.url.path)
    if token != visit.form_token:
        return foreign(visit)
    return await _answered(visit, at, typed)


async def _answered(visit: Visit, at: _Place, typed: TypedFinding) -> Response:
    """File what was typed, or say on its page why not."""
    point, wrong = _checked(typed)
    if wrong:
        return _page(visit, at, typed, wrong=wrong, status=422)
    try:
        patroller_of(visit).check_finding(at.patrol, at.grid, point, typed.category or None)
        typed, evidence = await _with_files(visit, typed)
        found = FoundMatter(
            id=typed.id,
            tenant=visit.policy.tenant,
            grid=at.grid,
            category=typed.category or None,
            text=typed.text,
            at=visit.now,
            point=point,
            evidence=evidence,
        )
        act = PatrolAct(typed.id, visit.policy.tenant, visit.person.id, visit.now)
        await visit.context.patrols.file(visit.policy, at.patrol, found, act, another=typed.another)
    except TooLarge as error:
        return _page(visit, at, typed, wrong={_PHOTO: error.why}, status=422)
    except PatrolRefused as error:
        return _page(visit, at, typed, refused=error, status=409)
    except FindingUnsent as error:
        log.warning("console.finding_not_filed", detail=str(error))
        return _page(visit, at, typed, unsent=True, status=503)
    return RedirectResponse("/patrols", 303)


async def _place(visit: Visit) -> _Place | None:
    """Return where the form is for; None where the person has nothing to find."""
    id_, grid = (visit.request.path_params[name] for name in ("patrol", "grid"))
    day = day_of(id_)
    if visit.roles.isdisjoint(PATROLLERS) or day is None:
        return None
    patrol = (await visit.context.patrols.on(visit.policy, day)).patrol(id_)
    if patrol is None or grid not in patrol.grids or not patroller_of(visit).may_patrol(patrol):
        return None
    return _Place(patrol, grid)


async def _typed(visit: Visit) -> tuple[TypedFinding, str]:
    """Read the form; return it with its token."""
    texts, uploads = dict[str, list[str]](), list[Uploaded]()
    async with visit.request.form(max_files=MOST_READ, max_fields=_MOST_FIELDS) as sent:
        for name, value in sent.multi_items():
            if isinstance(value, str):
                texts.setdefault(name, []).append(value)
            elif name == _PHOTO and value.filename:
                uploads.append(Uploaded(name, value.filename, await value.read()))
    said = {name: values[0].strip() for name, values in texts.items()}
    typed = TypedFinding(
        id=said.get("id") or visit.context.new_id(),
        category=said.get("category", ""),
        text=said.get("text", ""),
        point=said.get("point", ""),
        another=said.get("another") == "yes",
        uploads=uploads,
        texts=texts,
    )
    return typed, said.get("token", "")


def _checked(typed: TypedFinding) -> tuple[Point | None, dict[str, str]]:
    """Return the point, if one was typed, and what is wrong by the name of its field."""
    wrong = dict[str, str]()
    point = typed_point(typed.point) if typed.point else None
    if not typed.text:
        wrong["text"] = "missing"
    elif len(typed.text) > _MOST_LETTERS:
        wrong["text"] = "long"
    if typed.point and point is None:
        wrong["point"] = "point"
    return point, wrong


async def _with_files(
    visit: Visit, typed: TypedFinding
) -> tuple[TypedFinding, tuple[Evidence, ...]]:
    """Keep the pictures with the case that will be. Raises TooLarge, Unavailable."""
    rules = visit.policy.patrols
    source = rules.source if rules else None
    if source is None:
        raise FindingUnsent(f"patrols.yaml of {visit.policy.tenant} names no source for findings")
    case = case_id_of(visit.policy.tenant, source, typed.id)
    texts = {name: [*values] for name, values in typed.texts.items()}
    names = names_of(typed.uploads, texts)
    files = await stored(visit.context.media, visit.context.drawing, case, typed.uploads, texts)
    kept = kept_files(files, names).get(_PHOTO, ())
    evidence = tuple(files.get(_PHOTO, ()))
    return replace(typed, uploads=(), texts={}, files=kept), evidence


def _page(
    visit: Visit,
    at: _Place,
    typed: TypedFinding,
    *,
    wrong: Mapping[str, str] | None = None,
    refused: PatrolRefused | None = None,
    unsent: bool = False,
    status: int = 200,
) -> Response:
    options = OptionNames(visit.names).categories(visit.policy)
    first = [each for each in options if each.value in at.patrol.look_at]
    return page(
        visit,
        "finding.html",
        status,
        patrol=at.patrol,
        grid=at.grid,
        typed=typed,
        wrong=wrong or {},
        refused=refused,
        open_case=refused.case_id if isinstance(refused, FoundBefore) else "",
        unsent=unsent,
        first=first,
        others=[each for each in options if each not in first],
        has_media=visit.context.media is not None,
    )
