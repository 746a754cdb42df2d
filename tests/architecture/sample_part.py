"""`python -m tests.architecture.sample_part`: what one more kind of part does to the rest, as JSON.

Adds a member to PartKind and a row to PART_TYPES in memory, before anything reads them, as an edit
of the two files would. Then the shipped packs load (which checks them) as they are, and a case has
a part of the kind under a rule for it.
"""

# ruff: noqa: PLC0415  # everything that reads the tables is imported after the row is in it
import importlib.util
import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

KINDS, ROWS = "domain.policy.part_rules", "domain.case.part_types"
MEMBER = '    RECHECK = "recheck"'
FIRST_ROW = "    # Work.\n"
ROW = """    PartKind.SAMPLE: PartType(
        name="示例 sample", opened_by="give_task", in_every_policy=False, must_end=True,
        reported=Reported(PartState.DONE),
    ),
"""


def edited(name: str, before: str, more: str) -> None:
    """Put a module in place whose source has `more` before the only place that says `before`."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_text(encoding="utf-8")
    assert source.count(before) == 1
    module = ModuleType(name)
    sys.modules[name] = module
    parent, _, child = name.rpartition(".")
    setattr(importlib.import_module(parent), child, module)
    exec(source.replace(before, f"{more}{before}"), module.__dict__)  # noqa: S102


def report() -> dict[str, Any]:
    edited(KINDS, MEMBER, '    SAMPLE = "sample"\n')
    edited(ROWS, FIRST_ROW, ROW)
    from domain.case.commands import ENGINE, Command
    from domain.case.draft import Draft, Refused
    from domain.case.escalation.acts import Ring
    from domain.case.joint_work.acts import Report
    from domain.case.parts.decide import open_part
    from domain.policy.part_rules import PartKind
    from domain.vocabulary import Stage
    from gateways.holidays import china
    from packs import shipped_packs
    from store.packs.loader import load_pack
    from tests.builders import LOOKUP, case_at, give, plan
    from tests.town import OPENED, PART_RULES

    kind = PartKind("sample")
    at = OPENED + timedelta(minutes=1)

    def opening(case: Any) -> Draft:
        draft = Draft(case, Command("c", ENGINE, Ring(), LOOKUP), at)
        open_part(draft, kind, Ring(), units=("squad",))
        return draft

    try:
        opening(case_at(Stage.IN_PROGRESS))
        without = "opened"
    except Refused as refused:
        without = str(refused.refusal)
    ruled = plan(parts=(*PART_RULES, replace(PART_RULES[-1], kind=kind)))
    case = opening(case_at(Stage.IN_PROGRESS, pinned=ruled)).case
    resolving: Any = give(case, "resolve", at).events[-1].fact
    done = give(case, Report(part="sample-1", text="x"), at)
    after = done.case.part("sample-1")
    return {
        "hashes": {each.name: load_pack(each, {"china": china}).hash for each in shipped_packs()},
        "without_a_rule": without,
        "resolving_while_open": str(resolving.refusal),
        "has_a_clock": case.clock("sample-1") is not None,
        "once_reported": str(after.state) if after else None,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(report()))
