"""What a new kind of part costs: CONTRIBUTING.md lists the places, and these tests hold it."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from domain.case.part_types import PART_TYPES
from domain.policy.part_rules import PartKind
from tests.unit.test_pinned_packs import PINNED
from tools.pages.source import ROOT

ELSEWHERE = {
    "domain/case/part_types.py",  # the rows
    "domain/planning/planner.py",  # whether a case begins with a recheck
    "domain/planning/building.py",  # which rule a withdrawal has where a policy says nothing of it
    "domain/policy_checks/channels.py",  # a channel may ask for a recheck
    "workflows/questions.py",  # which tier a request asks for
}
"""The modules outside the topics that name a kind."""


@pytest.fixture(scope="module")
def sample() -> Any:
    command = [sys.executable, "-m", "tests.architecture.sample_part"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_kind_of_part_has_a_row() -> None:
    assert PART_TYPES.keys() == {*PartKind}


def test_packs_that_exist_stay_valid_and_the_same(sample: Any) -> None:
    assert sample["hashes"] == {tenant: f"sha256:{pins[0]}" for tenant, pins in PINNED.items()}


def test_a_pack_without_a_rule_allows_no_such_part(sample: Any) -> None:
    assert sample["without_a_rule"] == "not_provided"


def test_under_a_rule_the_row_answers_for_the_new_kind(sample: Any) -> None:
    assert sample["has_a_clock"]
    assert sample["resolving_while_open"] == "parts_open"
    assert sample["once_reported"] == "done"


def test_only_the_topics_name_a_kind() -> None:
    """A rule that asks about a kind has a field in PartType instead."""
    product = [
        path
        for folder in ("domain", "schemas", "workflows", "consumers", "store", "runtime")
        for path in (ROOT / folder).rglob("*.py")
    ]
    naming = {
        path.relative_to(ROOT).as_posix()
        for path in product
        if re.search(r"PartKind\.[A-Z]", path.read_text(encoding="utf-8"))
    }

    assert {
        name for name in naming if not re.match(r"domain/case/\w+/decide\.py", name)
    } == ELSEWHERE
