"""`python -m tests.architecture.sample_clock ROW`: what one more clock does to the rest, as JSON.

Adds ROW to the table of clocks in memory, before anything reads the table, as an edit of
domain/sla/case_clocks.py would. Then the shipped packs load (which checks them), plan a case and
start the clock: first as they are, then with the limit of `verify` for the new clock as well.
"""

# ruff: noqa: PLC0415  # everything that reads the table is imported after the row is in it
import importlib.util
import json
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

TABLE = "domain.sla.case_clocks"
END = '\n)\n"""In the order'
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)


def add(row: str) -> str:
    """Return the id of the new clock."""
    from domain.sla.clock_rows import DefaultLimit

    spec = importlib.util.find_spec(TABLE)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    assert source.count(END) == 1
    module = ModuleType(TABLE)
    # What a row with a default imports.
    module.__dict__.update(DefaultLimit=DefaultLimit, timedelta=timedelta)
    sys.modules[TABLE] = module
    exec(source.replace(END, f"\n    {row},{END}"), module.__dict__)  # noqa: S102
    return str(module.CLOCKS[-1])


def started(directory: Path, clock: str) -> dict[str, Any]:
    """The pack's hash, and the clock that a case of the pack has once a fact starts it."""
    from domain.case.clocks import start
    from domain.case.registration.evolve import begin
    from domain.complaints import Complaint
    from domain.planning.planner import plan
    from domain.sla.explanations import hours
    from domain.vocabulary import Channel
    from gateways.holidays import china
    from store.packs.loader import load_pack

    policy = load_pack(directory, {"china": china})
    category = next(each.id for each in policy.categories if each.lead)
    complaint = Complaint(policy.tenant, "s", "e", "c", Channel.HOTLINE, AT, "t", category)
    case = start(begin(plan(policy, complaint), AT), clock, AT)
    spec, running = case.plan.spec(case.tier, clock), case.clock(clock)
    return {
        "hash": policy.hash,
        "budget": running and hours(running.budget),
        "has_its_ladder": running and running.ladder in {each.id for each in case.plan.ladders},
        "planned": spec is not None,
    }


def with_limit(directory: Path, clock: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(directory, Path(folder, directory.name)))
        levels = copy / "levels.yaml"
        lines = levels.read_text(encoding="utf-8").splitlines()
        more = [line.replace("verify:", f"{clock}:") for line in lines if "verify:" in line]
        text = [f"{line}\n{more.pop(0)}" if "verify:" in line else line for line in lines]
        levels.write_text("\n".join(text), encoding="utf-8")
        return started(copy, clock)


def report(clock: str) -> dict[str, Any]:
    from domain.notifications.rendering import clock_names
    from packs import shipped_packs
    from schemas.events.case_events import PUBLISHED_CLOCKS
    from tools.pages.clocks import clocks_page

    return {
        "as_shipped": {each.name: started(each, clock) for each in shipped_packs()},
        "with_limit": {each.name: with_limit(each, clock) for each in shipped_packs()},
        "names": clock_names(clock),
        "is_told_to_outsiders": clock in PUBLISHED_CLOCKS,
        "is_in_the_docs": f"| `{clock}` |" in clocks_page(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(report(add(sys.argv[1]))))
