"""Check the standards, codes and groups of categories.yaml."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from domain.policy.model import Category
from domain.policy.standards import Standard
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, repeated
from domain.sla.clocks import Measure
from domain.sla.comparison import in_measure


def standards(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield findings of what a category says of standards, codes and groups."""
    named: dict[tuple[str, str], str] = {}
    for index, category in enumerate(draft.categories or ()):
        path: Path = ("categories", index)
        yield from _standards((*path, "standards"), category)
        yield from _codes((*path, "codes"), category, named)
        if category.group is not None and category.group in draft.category_names:
            reason = f"{category.group!r} is a category; a group has a name of its own"
            yield PolicyFinding("categories", (*path, "group"), reason)


def _standards(path: Path, category: Category) -> Iterator[PolicyFinding]:
    yield from repeated("categories", path, [each.id for each in category.standards], "id")
    defaults = [number for number, each in enumerate(category.standards) if each.default]
    for number in defaults[1:]:
        reason = f"only one standard is the default, and [{defaults[0]}] is; remove it here"
        yield PolicyFinding("categories", (*path, number, "default"), reason)
    for number, standard in enumerate(category.standards):
        yield from repeated("categories", (*path, number, "close"), standard.close)
        yield from _steps((*path, number), standard)


def _steps(path: Path, standard: Standard) -> Iterator[PolicyFinding]:
    """Each step is due no earlier than the one before, and a date after the time to name it."""
    steps = standard.steps or ()
    yield from repeated("categories", (*path, "steps"), [step.id for step in steps], "id")
    for number, (before, step) in enumerate(pairwise(steps), 1):
        if in_measure(step.within, step.measure, before.measure) < before.within:
            reason = (
                f"is due before step {before.id!r}, which comes first; the time of each step runs "
                "from when the unit gets the case"
            )
            yield PolicyFinding("categories", (*path, "steps", number, "within"), reason)
    limits = (standard.dated, standard.dated_measure, standard.within, standard.measure)
    match limits:
        case (
            timedelta() as last,
            Measure() as of_last,
            timedelta() as first,
            Measure() as of_first,
        ):
            if in_measure(last, of_last, of_first) <= first:
                reason = "is no later than `within`, so no date could be named; lengthen it"
                yield PolicyFinding("categories", (*path, "date_within"), reason)


def _codes(
    path: Path, category: Category, named: dict[tuple[str, str], str]
) -> Iterator[PolicyFinding]:
    """One code of a source means one category."""
    for source, codes in category.codes:
        for number, code in enumerate(codes):
            first = named.setdefault((source, code), category.id)
            if first != category.id:
                reason = f"{code!r} of this source means {first!r} already; keep one"
                yield PolicyFinding("categories", (*path, source, number), reason)
        yield from repeated("categories", (*path, source), codes)
