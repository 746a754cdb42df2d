"""Says as what a case is filed, who has to be found for it, and what its result has to be."""

from collections.abc import Iterator, Mapping

from domain.planning.plans import CasePlan
from domain.policy.leads import OpenLead
from domain.sla.explanations import said

_OPEN: Mapping[OpenLead, str] = {
    OpenLead.CHOICE: "the platform chooses of:",
    OpenLead.OWNER_UNKNOWN: "the owner is unknown: the platform looks for it",
    OpenLead.NO_UNIT: "the place has no unit for it: the platform finds one",
}


def filed_as(plan: CasePlan) -> Iterator[tuple[str, str]]:
    """Yield (name, text) for those who handle, verify or read the case."""
    yield "category", f"{plan.category or 'none yet'} {plan.category_name}".strip()
    if plan.complaint.part_number is not None:
        yield "part number", plan.complaint.part_number
    if plan.open_lead is not None:
        yield "lead", " ".join((_OPEN[plan.open_lead], ", ".join(plan.candidates or ()))).strip()
    if plan.category is None and plan.suggested:
        yield "perhaps", "; ".join(f"{each.category} {each.name}" for each in plan.suggested)
    if plan.supervisors:
        yield "supervised by", ", ".join(plan.supervisors)
    standard = plan.standard
    if standard is None:
        return
    yield "standard", f"{standard.id}: {standard.when}"
    for number, step in enumerate(standard.steps or (), 1):
        shown = f", {step.files} file{'s' * (step.files != 1)}" if step.files else ""
        yield f"step {number}", f"{step.id}: {said(step.within, step.measure)}{shown}"
    if standard.dated is not None and standard.dated_measure is not None:
        yield "by date", f"at most {said(standard.dated, standard.dated_measure)}"
    if standard.close:
        yield "closes as", " | ".join(standard.close)
    wanted = ((standard.before, "before the work"), (plan.evidence, "after it"))
    files = [f"{number} {when}" for number, when in wanted if number]
    if files:
        yield "files", ", ".join(files)
