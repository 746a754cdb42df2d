import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

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
