"""Prints what a restored database has lost, and what was brought back."""

from runtime.cli.output import Output, Table, counted
from runtime.cli.views.reconcile import print_discrepancy
from runtime.jobs.restored.after_restore import RestoreReport

_LISTED = 500


def print_lost(report: RestoreReport) -> None:
    out = Output()
    lost = report.lost
    to = f"{lost.restored_to:%Y-%m-%d %H:%M:%S} UTC" if lost.restored_to else "no row at all"
    out.print(f"the newest row of a case is of {to}; {_histories(lost.replayed)} replayed")
    if report.rows:
        _print_rows(out, report)
    for line in (*_of_cases(report), *_of_outside(report)):
        out.print(line)
    for discrepancy in report.records.listed:
        print_discrepancy(discrepancy)


def _histories(number: int) -> str:
    return "1 history" if number == 1 else f"{number} histories"


def _print_rows(out: Output, report: RestoreReport) -> None:
    out.print(f"{counted(len(report.rows), 'row')} of the journal lost:", style="bold")
    table = Table("case", "row", "at (UTC)", "what", "told at")
    for row in report.rows[:_LISTED]:
        at = f"{row.at:%Y-%m-%d %H:%M:%S}"
        table.add_row(row.case_id, str(row.seq), at, row.kind, row.told or "not told")
    out.table(table)
    if len(report.rows) > _LISTED:
        out.print(f"{len(report.rows) - _LISTED} more: --json lists them")


def _of_cases(report: RestoreReport) -> list[str]:
    """Return what cannot be brought back from the histories of cases."""
    gaps = [each for each in report.lost.cases if each.gap]
    return [
        *(
            f"{each.case_id}: rows {each.head + 1} to {each.first_seq - 1} are in no history: "
            "restore them from a copy of the database"
            for each in gaps
        ),
        *(f"{each.case_id}: {each.detail}" for each in report.lost.broken),
        *(
            f"{case_id}: opened later than the backup: the key of its texts is lost, so that they "
            "cannot be read; its complaint is in Kafka"
            for case_id in report.keyless
        ),
    ]


def _of_outside(report: RestoreReport) -> list[str]:
    """Return what was told or signed outside, and the database does not know."""
    found = [
        f"{id_}: told at {where}, and neither the database nor a workflow has the row"
        for id_, where in [*report.unknown.items()][:_LISTED]
    ]
    if report.notices:
        number = counted(len(report.notices), "notice")
        found.append(f"{number} to people told, of which the database does not know")
    found += [f"{each.where}: {each.detail}" for each in report.checkpoints]
    if report.unnamed:
        rows = counted(report.unnamed, "signed row")
        found.append(
            f"{rows} that no workflow wrote: of `operations/TENANT`, or of cases that ended"
        )
    return found


def print_end(report: RestoreReport) -> None:
    """Print what was done, and what is left to do, in its order."""
    out = Output()
    done = report.returned
    if done is not None:
        out.print(f"{counted(done.rows, 'row')} brought back", style="bold")
        for each in done.left_out:
            out.print(f"left out  {each}")
        out.print(f"{counted(done.events.passed, 'event')} not told again")
        for id_ in done.events.again[:_LISTED]:
            out.print(f"{id_}: told again with the same id, behind one that was never told")
        out.print(f"{counted(done.notices, 'notice')} not told again")
    for step in _steps(report):
        out.print(f"to do: {step}")
    if report.is_whole:
        out.print("nothing is lost" + ("" if report.compared else " of what was compared"))


def _steps(report: RestoreReport) -> list[str]:
    found = []
    if not report.compared:
        found.append(
            "set SANBAN_CHECKPOINT_KEY and SANBAN_CHECKPOINT_DIR, as the unit of checkpoints has "
            "them, and repeat this: no checkpoint outside was compared"
        )
    if report.rows and report.returned is None:
        found.append("`sanban after-restore --apply` brings the rows back")
    if report.records.left:
        found.append("`sanban reconcile --repair` decides the records from Kafka again")
    if report.checkpoints:
        found.append("a key under a new name, then `sanban audit checkpoint rotate --new-name`")
    return found
