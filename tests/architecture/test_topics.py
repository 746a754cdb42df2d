import ast
from graphlib import TopologicalSorter
from pathlib import Path
from typing import get_args

import pytest

from domain.case.commands import Act
from domain.case.decide import DECISIONS
from domain.case.events import FACTS, CommandRefused, Fact
from domain.case.evolve import MOVES, STEPS
from domain.case.permissions import PERMISSIONS
from runtime.cli.act_arguments import KINDS

CASE = Path(__file__).parents[2] / "domain" / "case"
TOPICS = sorted(path.parent.name for path in CASE.glob("*/__init__.py"))
MODULES = {"__init__.py", "acts.py", "facts.py", "decide.py", "evolve.py"}
BEYOND = {"repinning": {"preview.py"}}
"""What a topic has besides: what it needs `decide` itself for."""


def topics_imported(topic: str) -> set[str]:
    trees = [ast.parse(path.read_text()) for path in (CASE / topic).glob("*.py")]
    modules = [
        node.module.split(".")
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
    ]
    found = {names[2] for names in modules if names[:2] == ["domain", "case"] and names[2:]}
    return (found & {*TOPICS}) - {topic}


def test_topics_form_no_cycle() -> None:
    """Directly, that is: all of them meet in the unions of commands.py and events.py."""
    TopologicalSorter({topic: topics_imported(topic) for topic in TOPICS}).prepare()


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_names_its_modules_alike(topic: str) -> None:
    names = {path.name for path in (CASE / topic).glob("*.py")}

    assert names - MODULES == BEYOND.get(topic, set())


def declared(module: str) -> set[str]:
    """The classes of a kind in this module of any topic."""
    return {
        node.name
        for path in CASE.glob(f"*/{module}.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and "kind: Literal[" in ast.unparse(node)
    }


def test_the_union_of_acts_has_all_that_the_topics_declare_and_decide() -> None:
    assert {act.__name__ for act in get_args(Act)} == declared("acts")
    assert DECISIONS.keys() == {*get_args(Act)}


def test_every_act_has_a_permission_but_the_one_that_begins_a_case() -> None:
    kinds = {act.__dataclass_fields__["kind"].default for act in get_args(Act)}

    assert PERMISSIONS.keys() == kinds - {"open"}
    assert KINDS.keys() <= PERMISSIONS.keys()


def test_the_union_of_facts_has_all_that_the_topics_declare() -> None:
    assert {fact.__name__ for fact in get_args(Fact)} - {"CommandRefused"} == declared("facts")
    assert FACTS.keys() == {*get_args(Fact)}
    assert CommandRefused not in STEPS.keys() | MOVES.keys()
