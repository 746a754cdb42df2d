"""Which fields of a form the case needs although the act has a default for them.

What is needed whatever else is said is marked as required. What is needed in some cases alone is
optional, with a hint that says when.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from domain.case.part import Part
from domain.case.part_questions import Look
from domain.case.results import files_before, results_of
from domain.case.state import Case
from domain.case.work import files_of_result

_HINTS: Mapping[tuple[str, str], str] = {
    ("triage", "reason"): "lowered",
    ("choose_standard", "reason"): "longer",
    ("appoint", "reason"): "other_lead",
    ("close", "note"): "unsatisfied",
    ("close", "solved"): "reached",
    ("progress", "evidence"): "safe",
    ("report", "evidence"): "nothing_there",
    ("report_action", "evidence"): "came",
    ("report_action", "reason"): "more",
    ("count", "evidence"): "counted",
    ("count", "note"): "taken_back",
    ("waive", "evidence"): "duty",
    ("conclude", "evidence"): "finding",
    ("check", "evidence"): "inspected",
    ("advance_penalty", "note"): "dismissed",
    ("dispatch", "reason"): "other_unit",
    ("dispatch", "designated"): "ruled",
    ("verify", "note"): "seen",
    ("suspend", "measures"): "meanwhile",
    ("ask_suspension", "measures"): "meanwhile",
    ("hold", "evidence"): "minutes",
    ("serve", "evidence"): "proof",
    ("advance_penalty", "evidence"): "document",
    ("look_back", "evidence"): "now",
}
"""(act, field) -> when it is needed, or what it has to show."""


@dataclass(frozen=True, slots=True)
class FormNeeds:
    """`required`: fields that the case needs besides those of the act. `files`: field -> how many
    files it needs; `hints`: field -> when it is needed; `results`: those that the standard lists;
    `hidden`: fields that the case would refuse.
    """

    required: frozenset[str] = frozenset()
    files: Mapping[str, int] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()


def needs_of(kind: str, case: Case | None, parts: Collection[str] = ()) -> FormNeeds:
    """Return what a form needs: of this case, and for one of these parts of it; without a case,
    of any.
    """
    hints = {name: hint for (of, name), hint in _HINTS.items() if of == kind}
    if case is None:
        return FormNeeds(frozenset(_whatever(kind)), hints=hints)
    named = [part for part in case.parts if part.id in parts]
    if kind == "report" and all(part.type.opened_by != "send_check" for part in named):
        hints = {}  # only who looks before the case is taken on can find nothing there
    if kind == "resolve":
        results = results_of(case)
        counts = {"evidence": files_of_result(case), "before": files_before(case)}
        files = {name: number for name, number in counts.items() if number}
        hidden = frozenset[str]() if results else frozenset({"close"})
        required = frozenset({*files, *(("close",) if results else ())})
        return FormNeeds(required, files, {}, results, hidden)
    files = _files_of_report(named) if kind == "report" else {}
    required = frozenset({*_whatever(kind), *_of_case(kind, case, named), *files})
    return FormNeeds(required, files, hints)


def _whatever(kind: str) -> Iterator[str]:
    """Yield what each case needs, but for those that began under the first rules."""
    match kind:
        case "verify":
            yield "note"
        case "suspend" | "ask_suspension":
            yield "measures"
        case "hold" | "serve" | "advance_penalty":
            yield "evidence"
        case _:
            return


def _of_case(kind: str, case: Case, parts: Collection[Part]) -> Iterator[str]:
    """Yield what this case needs, or all of these parts of it."""
    match kind:
        case "look_back" if case.plan.evidence:
            yield "evidence"
        case "conclude" if parts and all(part.type.concluded_by_office for part in parts):
            yield "evidence"
        case "check" if parts and all(part.type.looked_at is Look.OTHERS for part in parts):
            yield "evidence"
        case _:
            return


def _files_of_report(parts: Collection[Part]) -> dict[str, int]:
    """Return how many files each of these parts needs of the person who reports on it."""
    least = min((part.evidence for part in parts), default=0)
    return {"evidence": least} if least else {}
