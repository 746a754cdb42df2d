"""What a form shows beside itself, and the other cases that it names."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from console.desk.acts import fields_of
from console.desk.context import Visit
from console.desk.effects import MergeEffect, of_merge
from console.desk.forms import NotFilled, Typed
from console.desk.lists import view_of
from console.desk.offers import Offer
from console.desk.pages.case import ReadableCase, read_case, seeker_of
from console.desk.personal import masked_reporter
from console.desk.ports import Wanted
from domain.case.closing.facts import Resolved, Verified
from domain.case.state import Case
from domain.vocabulary import Callback
from store.cases.filters import CaseFilter

_OTHER_CASE: Mapping[str, str] = {"merge": "into", "link": "to", "unlink": "to"}
"""Act -> its field that names another case."""
_SHORTEST, _MOST = 4, 10


async def beside(visit: Visit, opened: ReadableCase, offer: Offer, typed: Typed) -> dict[str, Any]:
    """Return what the page of this act shows beside its form."""
    shown: dict[str, Any] = {"resolved": None, "similar": (), "merging": None}
    kind = offer.kind
    if kind == "merge":
        shown["merging"] = await merge_effect(visit, opened, offer, typed)
    if kind == "close":
        shown |= _work(opened) | await masked_reporter(visit, opened.case.case_id)
    elif kind in _OTHER_CASE:
        shown |= {"similar": await _similar(visit, opened.case), "names_it": _OTHER_CASE[kind]}
    return shown


async def merge_effect(
    visit: Visit, opened: ReadableCase, offer: Offer, typed: Typed
) -> MergeEffect | None:
    """Return what merging into the case that is named would do; None if none is, to read."""
    try:
        whole = await with_whole_numbers(visit, offer.kind, typed)
    except NotFilled:
        return None
    said = next(iter(whole.of("into")), "")
    found = await visit.reader.named(said) if len(said) >= _SHORTEST else ()
    if len(found) != 1 or found[0].case_id == opened.case.case_id:
        return None
    other = await read_case(visit, found[0].case_id)
    if other is None:
        return None
    return await of_merge(visit, seeker_of(visit), opened.case, other.case, offer.actor)


def _work(opened: ReadableCase) -> dict[str, Any]:
    """Return what was done, and what the person saw who verified it: a caller is asked for both."""
    rows = opened.events[::-1]
    return {
        "resolved": next((row for row in rows if isinstance(row.fact, Resolved)), None),
        "verified": next((row for row in rows if isinstance(row.fact, Verified)), None),
        "unasked": opened.case.unasked_by is not None,
        "no_reply": Callback.NO_REPLY_WANTED,
    }


async def _similar(visit: Visit, case: Case) -> list[tuple[Any, int]]:
    """Return the cases that resemble this one, the likest first, each with its percent."""
    scores = dict(sorted(case.links, key=lambda link: -link[1])[:_MOST])
    if not scores:
        return []
    wanted = CaseFilter(tenant=visit.policy.tenant, among=tuple(scores))
    [listed] = await visit.reader.lists([Wanted(wanted, _MOST)], visit.now)
    views = [view_of(row, visit) for row in listed.page.rows if row.case_id in scores]
    return sorted(((view, scores[view.row.case_id]) for view in views), key=lambda found: -found[1])


async def with_whole_numbers(visit: Visit, kind: str, typed: Typed) -> Typed:
    """Return the form with the whole number of the other case, of which a unique beginning is
    enough; a number that the person reads no case of stays as it is. Raises NotFilled.
    """
    name = _OTHER_CASE.get(kind)
    if name is None or all(each.name != name for each in fields_of(kind)):
        return typed
    said = next(iter(typed.of(name)), "").strip().lower()
    if len(said) < _SHORTEST:
        return typed
    found = [row.case_id for row in await visit.reader.named(said)]
    if len(found) > 1 and said not in found:
        raise NotFilled({name: "several_cases"})
    number = said if said in found else next(iter(found), said)
    return replace(typed, texts={**typed.texts, name: [number]})
