"""What a rebuild did, or would do."""

from collections.abc import Mapping

from runtime.cli.views.cases import console
from runtime.cli.views.raw import printable
from runtime.jobs.rebuild.shared import CHANGES, LISTED, Found, Report, What

_WORDS: Mapping[What, str] = {
    What.AS_IT_SHOULD_BE: "as it should be",
    What.PUT: "put",
    What.DROPPED: "dropped",
    What.OVER: "over",
    What.RUNS: "running before",
    What.BEGUN: "begun",
    What.SAID_AGAIN: "said again",
    What.BROKEN: "left out, rows do not hold together",
    What.FAILED: "refused by Temporal",
}


def print_found(found: Found, *, dry: bool) -> None:
    would = "would be " if dry and found.what in CHANGES else ""
    line = f"{found.case_id}  {would}{_WORDS[found.what]}: {printable(found.detail)}"
    console().print(line, markup=False, soft_wrap=True)


def print_report(report: Report) -> None:
    out = console()
    for what, number in report.counts.items():
        if what in CHANGES and number > LISTED:
            out.print(f"{number - LISTED} more {_WORDS[what]}", markup=False)
    parts = [f"{number} {_WORDS[what]}" for what, number in report.counts.items()]
    out.print(", ".join(parts) or "the journal has no case", markup=False, soft_wrap=True)
    if report.dry:
        out.print("nothing was changed: --dry-run", markup=False)
