"""Prints cases similar to a case, and the result of undoing a surge."""

from collections.abc import Collection, Mapping, Sequence

from domain.matching.clustering import Candidate, CaseState
from domain.matching.similarity import Resemblance
from runtime.cli.output import Output, Table, say_json

_STATES = {CaseState.OWN: "open", CaseState.FOLLOWS: "merged", CaseState.OVER: "over"}


def print_similar(found: Sequence[tuple[Candidate, Resemblance]]) -> None:
    """Print the similar cases, the highest score first."""
    table = Table()
    for column in ("case", "score", "state", "why", "what"):
        table.add_column(column, no_wrap=column != "what", overflow="ellipsis")
    for each, resembling in sorted(found, key=lambda pair: (-pair[1].score, pair[0].order)):
        state = _STATES[each.state]
        table.add_row(
            each.case_id, f"{resembling.score} %", state, resembling.reason, each.report.text
        )
    out = Output()
    out.table(table)
    out.print(f"{len(found)} similar", style="dim")


def similar_as_json(found: Sequence[tuple[Candidate, Resemblance]]) -> None:
    """Print one document: the similar cases, the highest score first."""
    ordered = sorted(found, key=lambda pair: (-pair[1].score, pair[0].order))
    say_json(
        [
            {
                "case_id": each.case_id,
                "score": resembling.score,
                "state": _STATES[each.state],
                "why": resembling.reason,
                "text": each.report.text,
            }
            for each, resembling in ordered
        ]
    )


def print_scattered(
    leader: str, told: int, following: Collection[str], refused: Mapping[str, str]
) -> None:
    """Print how many cases were separated, which ones are not yet, and which ones refused."""
    out = Output()
    out.print(f"{told - len(following)} of {told + len(refused)} cases no longer follow {leader}")
    for case_id in sorted(following):
        out.print(f"{case_id}: told, not separated yet; see `sanban cases show {case_id}`")
    for case_id, why in refused.items():
        out.print(f"{case_id}: {why}")


def scattered_json(
    leader: str, told: int, following: Collection[str], refused: Mapping[str, str]
) -> dict[str, object]:
    """Return one document: how many cases were separated, and which are not, or not yet."""
    return {
        "case_id": leader,
        "cases": told + len(refused),
        "separated": told - len(following),
        "not_yet": sorted(following),
        "refused": dict(refused),
    }
