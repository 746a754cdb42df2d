"""Pages of auditors: chains, the proof of a row, checkpoints, readings, policies, exports."""

import asyncio
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from starlette.responses import RedirectResponse, Response, StreamingResponse

from console.desk.audit_ports import ChainView
from console.desk.context import Visit
from console.desk.navigation import AUDITORS
from console.desk.pages.exports import sent
from console.desk.pages.failures import bad_query, missing
from console.desk.rendering import page
from domain.audit.hash_chain import Row
from domain.privacy.personal import has_unsealed_words
from schemas.audit.findings import VerificationReport
from store.journal.operations import PREFIX, chain_of
from store.patrols.patrols import PATROL_ROWS

PAGE = 50
KINDS: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "readings": ("reporter_read", "dead_letter_read"),
    "exports": ("cases_exported",),
    "letters": ("dead_letter_replayed", "dead_letter_discarded"),
    "erasures": ("person_erased",),
    "policies": ("policy_published",),
    "absences": ("absence_set", "absence_ended"),
    "patrols": PATROL_ROWS,
}
"""The views of the chain of operations: name -> kinds of rows."""
_LONGEST_NUMBER = 9
_SHORTEST_CASE = 4
_LONGEST_ABOUT = 200


@dataclass(frozen=True, slots=True)
class ChainLine:
    """A row of a chain in words. `plain`: it has words from before sealing.

    `purpose`, `why` and `about` are of an operation; "" where a row has none.
    """

    seq: int
    at: str
    kind: str
    who: str
    role: str
    hash: str
    previous: str
    plain: bool
    purpose: str = ""
    why: str = ""
    about: str = ""


async def audit(visit: Visit) -> Response:
    """Show what was done beside cases, and the ways to chains and checkpoints."""
    if visit.roles.isdisjoint(AUDITORS):
        return missing(visit, visit.request.url.path)
    params = visit.request.query_params
    if chain := params.get("chain", "").strip():
        return await _to_chain(visit, chain)
    of, before, about = params.get("of", "all"), params.get("before", ""), params.get("about", "")
    if of not in KINDS or (before and _number(before) is None) or len(about) > _LONGEST_ABOUT:
        return bad_query(visit, f"of={of!r}, before={before!r}")
    found = await visit.context.audit.operations(
        visit.policy.tenant,
        kinds=KINDS[of],
        about=about,
        before=_number(before) if before else None,
        limit=PAGE,
    )
    state = await visit.context.audit.checkpoints(None, 1)
    newest = state.checkpoints[0] if state.checkpoints else None
    return page(
        visit,
        "audit.html",
        of=of,
        views=tuple(KINDS),
        about=about,
        found=found,
        newest=newest,
        lag=state.lag,
        keys=state.keys,
    )


async def _to_chain(visit: Visit, text: str) -> Response:
    if text == chain_of(visit.policy.tenant):
        return RedirectResponse("/audit/operations", 303)
    if len(text) >= _SHORTEST_CASE and not text.startswith(PREFIX):
        found = await visit.reader.named(text.lower())
        if len(found) == 1:
            return RedirectResponse(f"/audit/cases/{found[0].case_id}", 303)
    return missing(visit, text)


async def chain(visit: Visit) -> Response:
    """Check a chain from its first row to its last, and show its rows with their hashes."""
    name = await _chain(visit)
    since = _number(visit.request.query_params.get("from", "1"))
    if name is None or since is None:
        return missing(visit, visit.request.url.path)
    found = await visit.context.audit.chain(name, since=since, limit=PAGE)
    following = found.rows[-1].seq + 1 if found.rows and found.rows[-1].seq < found.total else None
    return page(
        visit,
        "audit_chain.html",
        chain=name,
        base=_base(visit),
        case=visit.request.path_params.get("number"),
        found=found,
        lines=[_line(row, visit) for row in found.rows],
        following=following,
    )


async def row(visit: Visit) -> Response:
    """Prove one row: its chain, its place in the tree, and the signature over that."""
    name, seq = await _chain(visit), _number(visit.request.path_params["seq"])
    found = await _row_of(visit, name, seq)
    if name is None or seq is None or found is None:
        return missing(visit, visit.request.url.path)
    view, line = found
    with tempfile.TemporaryFile() as file:
        async with visit.context.exporting:
            report = await visit.context.audit.proof(name, seq, file)
    return page(
        visit,
        "audit_row.html",
        chain=name,
        base=_base(visit),
        case=visit.request.path_params.get("number"),
        line=line,
        view=view,
        report=report,
        verdict=_verdict(view, report),
        newest=report.newest,
    )


async def download(visit: Visit) -> Response:
    """Send the proof of a row, as `sanban audit export --row` writes it."""
    name, seq = await _chain(visit), _number(visit.request.path_params["seq"])
    found = await _row_of(visit, name, seq)
    if name is None or seq is None or found is None or found[1].plain:
        return missing(visit, visit.request.url.path)
    async with visit.context.exporting:
        file = await asyncio.to_thread(tempfile.TemporaryFile)
        try:
            await visit.context.audit.proof(name, seq, file)
        except BaseException:
            file.close()
            raise
    called = f"{name.replace('/', '-')}-row-{seq}.txt"
    headers = {
        "Content-Length": str(file.tell()),
        "Content-Disposition": f'attachment; filename="{called}"',
    }
    return StreamingResponse(sent(file), 200, headers, "text/plain; charset=utf-8")


async def checkpoints(visit: Visit) -> Response:
    """Show the checkpoints, with the state of their signatures."""
    before = visit.request.query_params.get("before", "")
    if visit.roles.isdisjoint(AUDITORS):
        return missing(visit, visit.request.url.path)
    if before and _number(before) is None:
        return bad_query(visit, f"before={before!r}")
    found = await visit.context.audit.checkpoints(_number(before) if before else None, PAGE)
    return page(visit, "audit_checkpoints.html", found=found)


async def policy(visit: Visit) -> Response:
    """Show what a policy changed that was brought into force."""
    seq = _number(visit.request.path_params["seq"])
    if visit.roles.isdisjoint(AUDITORS) or seq is None:
        return missing(visit, visit.request.url.path)
    found = await visit.context.audit.operations(
        visit.policy.tenant, kinds=KINDS["policies"], before=seq + 1, limit=1
    )
    if not found.rows or found.rows[0].seq != seq:
        return missing(visit, visit.request.url.path)
    published = found.rows[0]
    before = published.details.get("before", "")
    changes = None
    if before:
        changes = await visit.context.audit.policy_changes(
            visit.policy.tenant, before, published.about
        )
    return page(visit, "audit_policy.html", row=published, before=before, changes=changes)


async def _chain(visit: Visit) -> str | None:
    """Return the chain of the address, if the person audits and it is of the own tenant."""
    if visit.roles.isdisjoint(AUDITORS):
        return None
    number = visit.request.path_params.get("number")
    if number is None:
        return chain_of(visit.policy.tenant)
    found = await visit.reader.named(number)
    return next((each.case_id for each in found if each.case_id == number), None)


async def _row_of(
    visit: Visit, chain: str | None, seq: int | None
) -> tuple[ChainView, ChainLine] | None:
    if chain is None or seq is None:
        return None
    view = await visit.context.audit.chain(chain, since=seq, limit=1)
    found = [row for row in view.rows if row.seq == seq]
    return (view, _line(found[0], visit)) if found else None


def _base(visit: Visit) -> str:
    number = visit.request.path_params.get("number")
    return f"/audit/cases/{number}" if number else "/audit/operations"


def _line(row: Row, visit: Visit) -> ChainLine:
    said: Any = json.loads(row.body)
    of_case = "fact" in said
    actor = said.get("actor", {})
    who = actor.get("id", "") if of_case else said["person"]
    named = {each.id for each in visit.policy.roster.people}
    return ChainLine(
        seq=row.seq,
        at=said["at"],
        kind=said["fact"]["kind"] if of_case else said["kind"],
        who=visit.names.person(who) if who in named else "",
        role=actor.get("role", ""),
        hash=row.hash.hex(),
        previous=row.previous.hex(),
        plain=of_case and has_unsealed_words(row.body),
        purpose="" if of_case else str(said.get("purpose", "")),
        why="" if of_case else str(said.get("why", "")),
        about="" if of_case else unquote_plus(str(said.get("about", ""))),
    )


def _verdict(view: ChainView, report: VerificationReport) -> str:
    """Return proved, altered, or uncovered: no checkpoint covers the row yet."""
    if view.broken:
        return "altered"
    if report.proved:
        return "proved"
    uncovered = report.rows > 0 and not report.checkpoints
    return "uncovered" if uncovered else "altered"


def _number(text: str) -> int | None:
    plain = text.isascii() and text.isdecimal() and 0 < len(text) <= _LONGEST_NUMBER
    return int(text) if plain else None
