"""One line of `sanban doctor`: what it looked at, what it found, what is wanted, what to do."""

from dataclasses import dataclass
from enum import StrEnum

from runtime.problems import Problem


class Severity(StrEnum):
    OK = "ok"
    REMARK = "remark"
    FAULT = "FAULT"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A remark may be as it is meant; a fault loses something, or keeps a process from its work."""

    level: Severity
    what: str
    found: str
    wanted: str = ""
    do: str = ""

    @property
    def sentence(self) -> str:
        wanted = f"; wanted: {self.wanted}" if self.wanted else ""
        do = f" -- {self.do}" if self.do else ""
        return f"{self.what}: {self.found}{wanted}{do}"


def good(what: str, found: str) -> Diagnosis:
    return Diagnosis(Severity.OK, what, found)


def remark(what: str, found: str, wanted: str = "", do: str = "") -> Diagnosis:
    return Diagnosis(Severity.REMARK, what, found, wanted, do)


def fault(what: str, found: str, wanted: str = "", do: str = "") -> Diagnosis:
    return Diagnosis(Severity.FAULT, what, found, wanted, do)


def faults_of(what: str, problem: Problem, wanted: str = "") -> list[Diagnosis]:
    """Return the lines of a problem as faults: it names each for itself."""
    first, *more = str(problem).splitlines()
    found, _, do = first.partition(" -- ")
    return [fault(what, found, wanted, do), *(fault(what, line, do=do) for line in more)]


def is_faulty(found: list[Diagnosis]) -> bool:
    return any(each.level is Severity.FAULT for each in found)
