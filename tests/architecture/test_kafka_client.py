"""What kafka-python keeps private is touched in two modules, where each repair says why."""

import ast
import re
from pathlib import Path

from gateways.kafka import mended_batches, mended_clients

ROOT = Path(__file__).parents[2]
MENDED = (Path(mended_clients.__file__), Path(mended_batches.__file__))
FOLDERS = ("consumers", "gateways", "console", "runtime", "store", "tools")
CLIENTS = {"KafkaConsumer", "KafkaProducer"}
KNOWS_KAFKA = ("kafka.", "gateways.kafka.", "consumers.kafka.")

TREES = {
    path: ast.parse(path.read_text())
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("*.py")
}
BY_REFLECTION = {"getattr", "setattr", "hasattr", "delattr"}


def imports(tree: ast.AST) -> set[tuple[str, str]]:
    """(module, name) of every import; the name is empty in `import module`."""
    found = set[tuple[str, str]]()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            found |= {(node.module or "", each.name) for each in node.names}
        elif isinstance(node, ast.Import):
            found |= {(each.name, "") for each in node.names}
    return found


def defined(tree: ast.AST) -> set[str]:
    """What the module itself names: functions, variables, fields, attributes of self."""
    found = set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                found.add(name)
    return found


def private_attributes(tree: ast.AST) -> set[str]:
    """Those that are read, set or asked for by name."""
    found = set[str]()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name):
                found.add(name)
            case ast.Call(func=ast.Name(id=way), args=[_, ast.Constant(value=str(name)), *_]):
                found |= {name} if way in BY_REFLECTION else set()
    return {name for name in found if name.startswith("_") and not name.startswith("__")}


def test_no_other_module_touches_what_kafka_python_keeps_private() -> None:
    touched = {
        (str(path.relative_to(ROOT)), name)
        for path, tree in TREES.items()
        if path not in MENDED
        and any(f"{name}.".startswith(KNOWS_KAFKA) for name, _ in imports(tree))
        for name in private_attributes(tree) - defined(tree)
    }

    assert touched == set()


def test_every_consumer_and_producer_is_a_mended_one() -> None:
    plain = {
        (str(path.relative_to(ROOT)), name)
        for path, tree in TREES.items()
        if path not in MENDED
        for module, name in imports(tree)
        if name in CLIENTS and module.partition(".")[0] == "kafka"
    }

    assert plain == set()


def test_every_repair_says_which_fault_it_stands_for_and_which_test_needs_it() -> None:
    tree = ast.Module([node for path in MENDED for node in TREES[path].body], [])
    own = defined(tree)
    parts = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    said = {part.name: ast.get_docstring(part) or "" for part in parts}
    touching = {
        part.name
        for part in parts
        if isinstance(part, ast.FunctionDef) and private_attributes(part) - own
    }

    assert {name for name in touching if "Fault: " not in said[name]} == {"__init__"}
    assert [name for name, text in said.items() if "Fault: " in text and "Test: " not in text] == []


def test_every_test_that_a_repair_names_exists() -> None:
    tests = [
        *(ROOT / "tests").glob("*/test_kafka_*.py"),
        *(ROOT / "tests").glob("*/test_mended*.py"),
    ]
    there = {path.stem for path in tests}
    for path in tests:
        there |= set(re.findall(r"def (test_\w+)", path.read_text()))

    said = "".join(path.read_text() for path in MENDED)
    assert set(re.findall(r"\btest_\w+", said)) <= there
