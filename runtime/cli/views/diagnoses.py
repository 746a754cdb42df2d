"""Prints what `sanban doctor` and `sanban prepare` found."""

from collections.abc import Collection, Mapping

from runtime.cli.output import Output, counted
from runtime.preflight.diagnosis import Diagnosis, Severity

_STYLES: Mapping[Severity, str] = {
    Severity.OK: "dim",
    Severity.REMARK: "yellow",
    Severity.FAULT: "bold red",
}
_WIDTH = max(len(level) for level in Severity)


def print_diagnoses(found: Collection[Diagnosis]) -> None:
    """Print a line for each, then how many faults and remarks there are."""
    out = Output()
    for each in found:
        out.print((f"{each.level:<{_WIDTH}}  ", _STYLES[each.level]), each.sentence)
    faults, remarks = (
        sum(each.level is level for each in found) for level in (Severity.FAULT, Severity.REMARK)
    )
    out.print(f"{counted(faults, 'fault')}, {counted(remarks, 'remark')}")


def as_json(found: Collection[Diagnosis]) -> list[dict[str, str]]:
    return [
        {
            "level": each.level.value,
            "what": each.what,
            "found": each.found,
            "wanted": each.wanted,
            "do": each.do,
        }
        for each in found
    ]
