"""`sanban report --by`: the indicators of a town, over what was due in a period."""

import asyncio
from contextlib import aclosing
from dataclasses import replace
from enum import Enum, auto

from domain.insight.figures import TOGETHER, Dimension, Figures
from domain.policy_checks.findings import no_such
from runtime.cli.commands.cases.all_cases import cases_of, must_have_cases
from runtime.cli.commands.read_session import read_session
from runtime.cli.views.figures import figures_as_csv, figures_as_json, print_figures, print_lines
from runtime.problems import Problem
from runtime.settings import Settings
from runtime.wiring.packs import load_all


class Printed(Enum):
    """How figures are printed."""

    TEXT = auto()
    CSV = auto()
    JSON = auto()


def printed(*, as_json: bool, as_csv: bool) -> Printed:
    """Return how to print. Raises Problem where both forms are asked for."""
    if as_json and as_csv:
        raise Problem("--json and --csv are two forms", do="give one of them")
    return Printed.JSON if as_json else Printed.CSV if as_csv else Printed.TEXT


def dimensions_of(by: str) -> tuple[Dimension, ...]:
    """Return the dimensions of `--by`. Raises Problem for one that does not exist, or two alike."""
    named = [] if by in {"", TOGETHER} else [each.strip() for each in by.split(",")]
    known = (*(each.value for each in Dimension), TOGETHER)
    for each in named:
        if each not in known:
            raise Problem(no_such("dimension", each, known), do=f"choose from: {', '.join(known)}")
    if len({*named}) < len(named):
        raise Problem(f"--by {by} names a dimension twice", do="name each once")
    return tuple(Dimension(each) for each in named)


def show_figures(settings: Settings, asked: Figures, tenant: str | None, form: Printed) -> None:
    """Read the journal and print the figures. Raises Problem where the tenant has no case."""
    found = asyncio.run(_figures(settings, asked, tenant))
    policies = load_all(settings)
    must_have_cases(found, policies, tenant)
    match form:
        case Printed.CSV:
            figures_as_csv(found)
        case Printed.JSON:
            figures_as_json(found)
        case Printed.TEXT if asked.listed:
            print_lines(found)
        case Printed.TEXT:
            print_figures(found, {id_: policy.name for id_, policy in policies.items()})


async def _figures(settings: Settings, asked: Figures, tenant: str | None) -> dict[str, Figures]:
    found = dict[str, Figures]()
    async with (
        read_session(settings) as session,
        aclosing(cases_of(session, tenant)) as cases,
    ):
        async for of, events in cases:
            if of not in found:
                found[of] = replace(asked, sums={}, lines={})
            found[of].add(events)
    return found
