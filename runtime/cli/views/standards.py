"""Says as what a case is filed, under which standard, and what its result has to be."""

from collections.abc import Iterator

from domain.planning.plans import CasePlan


def filed_as(plan: CasePlan) -> Iterator[tuple[str, str]]:
    """Yield (name, text) for those who handle, verify or read the case."""
    yield "category", f"{plan.category or 'none yet'} {plan.category_name}".strip()
    standard = plan.standard
    if standard is None:
        return
    yield "standard", f"{standard.id}: {standard.when}"
    if standard.close:
        yield "closes as", " | ".join(standard.close)
    wanted = ((standard.before, "before the work"), (plan.evidence, "after it"))
    files = [f"{number} {when}" for number, when in wanted if number]
    if files:
        yield "files", ", ".join(files)
