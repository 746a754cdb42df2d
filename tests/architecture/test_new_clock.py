"""What a new clock costs: CONTRIBUTING.md lists the places, and these tests keep the list true."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from packs import shipped_packs
from tests.unit.test_pinned_packs import PINNED
from tools.pages.source import ROOT

ROW = (
    "CaseClock(id='sample', chinese='示例', english='sample', purpose='p', starts='s', stops='e'{})"
)
TENANTS = [path.name for path in shipped_packs()]


def added(row: str) -> Any:
    return printed("tests.architecture.sample_clock", row)


def printed(module: str, *arguments: str) -> Any:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def optional() -> Any:
    """A clock that only cases of packs with a limit for it have."""
    return added(ROW.format(""))


@pytest.fixture(scope="module")
def stated() -> Any:
    """A clock with a limit where a pack says nothing."""
    limit = ", default=DefaultLimit(timedelta(hours=3), ladder_of=VERIFY)"
    return added(ROW.format(limit))


@pytest.fixture(scope="module")
def steps() -> Any:
    """What happens to two new steps of the holder's work in the life of a case."""
    return printed("tests.architecture.sample_step")


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_pack_that_does_not_mention_a_new_clock_is_as_before(optional: Any, tenant: str) -> None:
    found = optional["as_shipped"][tenant]

    assert found["hash"] == f"sha256:{PINNED[tenant][0]}"
    assert not found["planned"]
    assert found["budget"] is None


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_pack_that_gives_a_new_clock_a_limit_has_it(optional: Any, tenant: str) -> None:
    found = optional["with_limit"][tenant]

    assert found["planned"]
    assert found["budget"]
    assert found["has_its_ladder"]


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_new_clock_with_a_default_runs_under_every_pack(stated: Any, tenant: str) -> None:
    found = stated["as_shipped"][tenant]

    assert found["planned"]
    assert found["budget"] == "3 h"
    assert found["has_its_ladder"]


def test_everything_that_names_clocks_names_a_new_one(optional: Any) -> None:
    assert optional["names"] == ["示例", "sample"]
    assert optional["is_told_to_outsiders"]
    assert optional["is_in_the_docs"]


def test_a_new_step_of_the_holder_is_treated_as_the_first_response(steps: Any) -> None:
    """`second` is a copy of `first`, and no rule of domain/case but its stop names it."""
    for story, told in steps.items():
        assert [row["second"] for row in told] == [row["first"] for row in told], story


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ("at work", "none runs stopped stopped"),
        ("returned", "none none none"),
        ("returned once signed", "none runs paused stopped"),
        ("with another unit", "none runs paused stopped"),
        ("in another tier", "none runs stopped"),
        ("resolved", "none runs stopped"),
        ("handled again", "none runs stopped stopped stopped runs stopped"),
        ("suspended", "none runs paused runs"),
        ("merged", "none runs paused runs"),
        ("withdrawn", "none runs runs stopped"),
    ],
)
def test_a_new_step_that_starts_later_pauses_and_stops_with_the_work_of_the_holder(
    steps: Any, story: str, expected: str
) -> None:
    """`visit` starts when the unit signs. The unit never goes on under it without the case."""
    assert [row["visit"].split()[0] for row in steps[story]] == expected.split()


def test_a_new_step_is_never_longer_than_the_time_for_handling_again(steps: Any) -> None:
    again = steps["handled again"][5]

    assert again["command"] == "sign"
    assert again["visit"] == "runs 0.5 h"


def test_no_rule_names_the_first_response_but_what_stops_it_and_its_limit() -> None:
    imported = r"^from domain\.sla\.case_clocks import (?:\([^)]*|.*)\bFIRST\b"
    naming = re.compile(imported, re.MULTILINE)
    named_in = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "domain").rglob("*.py")
        if naming.search(path.read_text(encoding="utf-8"))
    }

    assert named_in == {"domain/case/handling/evolve.py", "domain/planning/plans.py"}, (
        "a rule for all steps of the holder reads HOLDER_STEPS (domain/sla/case_clocks.py)"
    )


def test_the_contributors_page_lists_the_places_of_a_new_clock() -> None:
    """Apart from its row, a clock is named where facts start and stop it, and nowhere else.

    Seen at the three that no rule treats as a case of its own.
    """
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = page.partition("\n## A new clock")[2].partition("\n## ")[0]
    listed = re.findall(r"`(domain/[\w/.]+)`", section)
    naming = re.compile(r"^from domain\.sla\.case_clocks import .*\b(ACCEPT|VERIFY|CALLBACK)\b")
    product = [
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("[a-z]*/**/*.py")
        if path.relative_to(ROOT).parts[0] not in {"tests", "bench"}
    ]
    named_in = [
        path
        for path in product
        if any(map(naming.match, (ROOT / path).read_text(encoding="utf-8").splitlines()))
    ]

    assert listed == ["domain/sla/case_clocks.py", "domain/case/"]
    assert [path for path in named_in if not path.startswith("domain/case/")] == []
