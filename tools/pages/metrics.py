"""docs/METRICS.md: every metric that Sanban declares."""

from collections.abc import Iterator

from tools.pages.markdown import code, codes, page, table
from tools.pages.source import ROOT, Metric, metrics_of

FILES = sorted(ROOT.glob("*/metrics.py"))

INTRODUCTION = """
Each process serves its own of these at `/metrics` in the text format of Prometheus, with those of
Temporal's SDK (`temporal_...`; see «SDK metrics» in its documentation). A counter only grows; a
histogram has `_bucket`, `_sum` and `_count`. [RUNBOOK.md](RUNBOOK.md) says when to act.
"""


def metrics() -> Iterator[Metric]:
    for file in FILES:
        yield from metrics_of(file)


def metrics_page() -> str:
    parts = []
    for file in FILES:
        rows = [
            (code(each.exported), each.kind.lower(), codes(each.labels), each.meaning)
            for each in metrics_of(file)
        ]
        said = f"Declared in `{file.relative_to(ROOT).as_posix()}`."
        head = ("metric", "type", "labels", "meaning")
        parts += [f"## {_title(file.parent.name)}", said, table(head, rows)]
    return page("Metrics", "the comments in */metrics.py", INTRODUCTION, *parts)


def _title(package: str) -> str:
    titles = {
        "console": "Gateway and console",
        "consumers": "Intake",
        "runtime": "Worker, relay, notifier and checkpoints",
    }
    return titles.get(package, package.capitalize())
