"""Prints the indicators of a period: each with its counts, its formula, and what it lists."""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO

from domain.insight.figures import FEW, Figure, Figures
from domain.insight.indicator import Indicator, ShownAs
from domain.insight.indicators import BY_ID
from runtime.cli.output import Output, Table, say_json

COLUMNS = ("indicator", "number", "chinese", "english", "part", "whole", "value", "lines")


def print_figures(found: Mapping[str, Figures], name_of: Mapping[str, str]) -> None:
    """Print the figures of each tenant that are not empty, one table for each group."""
    out = Output()
    for tenant, figures in sorted(found.items()):
        period = f"{figures.period.first_day} to {figures.period.last_day}"
        out.print((f"{name_of.get(tenant, '')} {tenant}".strip(), "bold"), f"  {period}")
        groups = dict[tuple[str, ...], Table]()
        for key, indicator, figure in figures.rows():
            if figure.lines:
                table = groups.setdefault(key, _table())
                value = _shown(indicator, figure)
                table.add_row(f"{indicator.chinese} {indicator.english}", indicator.id, value)
        for key, table in groups.items():
            if key:
                out.print()
                words = zip(figures.by, key, strict=True)
                out.print((", ".join(f"{by} {value or '-'}" for by, value in words), "bold"))
            out.table(table)
        if not groups:
            out.print("no case adds to a figure of this period")
        out.print()
    out.print(f"Of fewer than {FEW}, the counts alone. `--list ID` shows what one counts.")


def _table() -> Table:
    table = Table()
    table.add_column("")
    table.add_column("id", no_wrap=True)
    table.add_column("", justify="right", no_wrap=True)
    return table


def _shown(indicator: Indicator, figure: Figure) -> str:
    if indicator.form is ShownAs.NUMBER:
        return str(figure.part)
    if indicator.form is ShownAs.MULTIPLE:
        multiple = figure.multiple(indicator)
        return "-" if multiple is None else f"{multiple:g}"
    rate = figure.percent(indicator)
    counts = f"{figure.part}/{figure.whole}"
    return counts if rate is None else f"{counts} {rate:g} %"


def figures_as_csv(found: Mapping[str, Figures]) -> None:
    """Print a line for each figure, those of an empty whole as well: a spreadsheet adds them up."""
    by = next((figures.by for figures in found.values()), ())
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("tenant", *by, *COLUMNS))
    for tenant, figures in sorted(found.items()):
        for key, indicator, figure in figures.rows():
            writer.writerow((tenant, *key, *_cells(indicator, figure)))
    out = Output()
    for line in text.getvalue().splitlines():
        out.print(line)


def _cells(indicator: Indicator, figure: Figure) -> tuple[object, ...]:
    value = _value(indicator, figure)
    return (
        indicator.id,
        indicator.number,
        indicator.chinese,
        indicator.english,
        figure.part,
        figure.whole,
        "" if value is None else value,
        figure.lines,
    )


def _value(indicator: Indicator, figure: Figure) -> float | None:
    if indicator.form is ShownAs.NUMBER:
        return figure.part
    return (
        figure.percent(indicator) if indicator.form is ShownAs.RATE else figure.multiple(indicator)
    )


def figures_as_json(found: Mapping[str, Figures]) -> None:
    """Print all figures with formula and basis, and the lines of the one that is listed."""
    say_json({tenant: _document(figures) for tenant, figures in sorted(found.items())})


def _document(figures: Figures) -> dict[str, object]:
    return {
        "from": figures.period.first_day.isoformat(),
        "to": figures.period.last_day.isoformat(),
        "by": list(figures.by),
        "figures": [
            {
                **dict(zip(figures.by, key, strict=True)),
                **dict(zip(COLUMNS, _cells(indicator, figure), strict=True)),
                "value": _value(indicator, figure),
                "formula": indicator.formula,
                "basis": indicator.basis.value,
            }
            for key, indicator, figure in figures.rows()
        ],
        "listed": figures.listed,
        "lines": [dict(zip(_head(figures), cells, strict=True)) for cells in _lines(figures)],
    }


def print_lines(found: Mapping[str, Figures]) -> None:
    """Print what the listed figure counts: each line is a row of a case's journal."""
    out = Output()
    for tenant, figures in sorted(found.items()):
        table = Table()
        for title in _head(figures):
            table.add_column(title, no_wrap=True)
        for cells in _lines(figures):
            table.add_row(*(str(cell) for cell in cells))
        indicator = BY_ID.get(figures.listed or "")
        name = f"{indicator.chinese} {indicator.english}" if indicator else figures.listed or ""
        out.print((name, "bold"), f"  {tenant}")
        if indicator is not None:
            out.print(f"{indicator.formula}; a period has what is {indicator.basis}")
        out.table(table)
        if indicator is not None:
            total = figures.total(indicator)
            out.print(f"{total.lines} lines: {_shown(indicator, total)}")


def _head(figures: Figures) -> tuple[str, ...]:
    return (*figures.by, "case", "row", "of_unit", "part", "whole")


def _lines(figures: Figures) -> Iterator[tuple[object, ...]]:
    for key, lines in sorted(figures.lines.items()):
        for line in lines:
            yield (*key, line.case, line.row, line.unit or "-", line.part, line.whole)
