"""Rounds into medians, spreads and ratios, and these into Markdown."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.rounds import Round

Value = Callable[[Round], float | None]


@dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    def text(self, digits: int = 1) -> str:
        return f"{self.median:.{digits}f} ({self.least:.{digits}f}..{self.most:.{digits}f})"


@dataclass(frozen=True)
class Target:
    """`at_least` or `at_most` `wanted`, judged by the median."""

    what: str
    found: Spread
    wanted: float
    at_least: bool = True
    digits: int = 2

    @property
    def met(self) -> bool:
        median = self.found.median
        return median >= self.wanted if self.at_least else median <= self.wanted

    def row(self) -> list[str]:
        sign = ">=" if self.at_least else "<="
        verdict = "met" if self.met else "**missed**"
        return [self.what, self.found.text(self.digits), f"{sign} {self.wanted:g}", verdict]


def spread(values: Iterable[float | None]) -> Spread | None:
    known = [value for value in values if value is not None]
    return Spread(statistics.median(known), min(known), max(known)) if known else None


def ratio(rounds: Sequence[Round], above: str, below: str) -> Spread | None:
    """Of the rates of two programs, taken round by round: what disturbs one disturbs the other."""
    rates = {(each.program, each.number): each.per_second for each in rounds if each.counted}
    numbers = sorted({number for _, number in rates})
    return spread(
        rates[above, number] / rates[below, number]
        for number in numbers
        if (above, number) in rates and (below, number) in rates
    )


def of_program(rounds: Sequence[Round], program: str, value: Value) -> Spread | None:
    return spread(value(each) for each in rounds if each.counted and each.program == program)


def cpu(family: str) -> Value:
    return lambda each: each.cpu_ms.get(family)


def program_table(rounds: Sequence[Round], titles: Mapping[str, str]) -> str:
    families = [name for name in _families(rounds) if name != "kafka"]
    head = ["program", "per second", *(f"{name} CPU ms" for name in families)]
    head += ["act p50 ms", "act p95 ms", "history"]
    lines = [_program_line(rounds, name, title, families) for name, title in titles.items()]
    return table(head, [line for line in lines if line])


def rounds_table(rounds: Sequence[Round]) -> str:
    """Every round, slow ones and the warm-up too, in the order in which they ran."""
    families = _families(rounds)
    head = ["round", "program", "per second", *families, "p50", "p95", "load before"]
    return table(
        head,
        [
            [
                f"{each.number}" if each.counted else f"{each.number} (warm-up)",
                each.program,
                f"{each.per_second:.1f}",
                *(_number(each.cpu_ms.get(name)) for name in families),
                _number(each.act_p50_ms),
                _number(each.act_p95_ms),
                f"{each.load_before:.1f}",
            ]
            for each in rounds
        ],
    )


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---"] * len(head)
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *lines))


def _program_line(
    rounds: Sequence[Round], name: str, title: str, families: Sequence[str]
) -> list[str]:
    rate = of_program(rounds, name, lambda each: each.per_second)
    if rate is None:
        return []
    values: list[Value] = [*(cpu(family) for family in families)]
    values += [lambda each: each.act_p50_ms, lambda each: each.act_p95_ms]
    found = [of_program(rounds, name, value) for value in values]
    history = max(each.history for each in rounds if each.program == name)
    texts = [each.text() if each else "" for each in found]
    return [title, rate.text(), *texts, f"{history}" if history else ""]


def _families(rounds: Sequence[Round]) -> list[str]:
    return list(dict.fromkeys(name for each in rounds for name in sorted(each.cpu_ms)))


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"
