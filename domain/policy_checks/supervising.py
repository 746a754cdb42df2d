"""Check the supervising departments of categories, and the rungs that tell them."""

from collections.abc import Iterator

from domain.people.rosters import SUPERVISING
from domain.policy.model import Category
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, listed, repeated
from domain.sla.ladders import Rung


def supervising(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield departments that cannot be found in some place, and rungs that could tell no person."""
    categories = draft.categories or ()
    for index, category in enumerate(categories):
        yield from _departments(("categories", index, "supervised_by"), category, draft)
    if draft.categories is None or draft.grids is None or draft.units is None:
        return
    without = [each.id for each in categories if not each.supervised_by]
    units = [unit for unit in _units(draft) if unit in draft.parents]
    for index, ladder in enumerate(draft.ladders or ()):
        for number, rung in enumerate(ladder.rungs):
            path: Path = ("ladders", index, "rungs", number, "tell")
            yield from _told(path, rung, units, without, draft)


def _departments(path: Path, category: Category, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    yield from repeated("categories", path, category.supervised_by)
    for number, each in enumerate(category.supervised_by):
        if not each.grid or draft.grids is None:
            continue
        if each.grid not in draft.work_names:
            reason = draft.work_names.no_such(each.grid) + " (`units` of a grid in grids.yaml)"
            yield PolicyFinding("categories", (*path, number), reason)
        elif without := draft.grids_without(each.grid):
            reason = f"no unit for {each.grid!r} in {listed(without)}; name one in `units` there"
            yield PolicyFinding("categories", (*path, number), reason)


def _units(draft: PolicyDraft) -> list[str]:
    """Return every unit that may be a supervising department."""
    named = [each for category in draft.categories or () for each in category.supervised_by]
    works = {each.grid for each in named if each.grid}
    by_place = (each for grid in draft.grids or () for each in grid.units if each.work in works)
    found = [*(each.unit for each in named if each.unit), *(each.unit for each in by_place)]
    return [*dict.fromkeys(found)]


def _told(
    path: Path, rung: Rung, units: list[str], without: list[str], draft: PolicyDraft
) -> Iterator[PolicyFinding]:
    for place, recipient in enumerate(rung.tell):
        if recipient.unit != SUPERVISING:
            continue
        known = draft.staff.posts if draft.staff else None
        posts = ((unit, recipient.role) for unit in units)
        empty = [post[0] for post in posts if known is not None and post not in known]
        if len(without) == len(draft.categories or ()):
            reason = "no category has `supervised_by`, so this tells no person; name departments"
        elif len(rung.tell) == 1 and without:
            reason = (
                f"{listed(without)} have no `supervised_by`, and this rung tells no other unit; "
                "add one"
            )
        elif empty:
            reason = f"nobody is {recipient.role} of {listed(empty)}; name somebody in roster.yaml"
        else:
            continue
        yield PolicyFinding("ladders", (*path, place), reason)
