"""`sanban policy import`: make categories.yaml from a table of standards in a spreadsheet."""

from difflib import unified_diff
from pathlib import Path
from typing import Annotated

import typer

from runtime.cli.output import counted, say, say_lines
from runtime.jobs.policy_import.importing import MADE, Imported, columns_file, import_table, line
from runtime.problems import Problem


def import_(
    file: Annotated[Path, typer.Argument(help="The table: CSV (UTF-8 or GB 18030) or XLSX.")],
    columns: Annotated[
        Path, typer.Option(help="MAP.yaml: which column says what (docs/RUNBOOK.md).")
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="The categories.yaml to write; without it, print it."),
    ] = None,
) -> None:
    """Make categories.yaml from a table of filing and closing standards.

    Each distinct limit is printed with how it was read: compare these lines with the table. What
    the pack cannot say is named by row and column, with what to do. If --out is the file of an
    import before, its changes are printed; a file that a person wrote is not replaced.
    Exit code 0: everything of the table is in the file; 1: something is not.
    """
    found = import_table(file, columns_file(columns))
    if out is None:
        say_lines(found.text)
    else:
        _write(out, found.text)
    for read in found.read_as:
        say(f"read as: {read}", err=True)
    for note in found.notes:
        say(f"note: {note}", err=True)
    for each in found.unplaced:
        say(f"not placed: {line(each)}", err=True)
    say(_sum(found), err=out is None)
    raise typer.Exit(1 if found.unplaced else 0)


def _write(out: Path, text: str) -> None:
    before = ""
    if out.exists():
        before = out.read_text(encoding="utf-8")
        if not before.startswith(MADE):
            raise Problem(f"{out} was written by a person", do="name another file with --out")
    out.write_text(text, encoding="utf-8")
    if before:
        changes = unified_diff(
            before.splitlines(), text.splitlines(), "before", "now", "", "", 0, ""
        )
        say(*changes)


def _sum(found: Imported) -> str:
    classes = "1 class" if found.classes == 1 else f"{found.classes} classes"
    return (
        f"{counted(found.rows, 'row')}: {found.whole} placed whole, "
        f"{found.rows - found.whole} not; {classes}, {counted(found.blank, 'blank line')}"
    )
