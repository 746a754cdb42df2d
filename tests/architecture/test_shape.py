import ast
import os
import re
import tomllib
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
SUITES = sorted(path.parent for path in ROOT.glob("tests/*/**/*.py"))
LINTER = PYPROJECT["tool"]["importlinter"]
LINES = 300
DEVELOPERS = {"tests", "tools"}
"""Packages that are checked like the others and not shipped."""
ROOMS = sorted(
    path.relative_to(ROOT).as_posix()
    for package in [*PACKAGES, "tools"]
    for path in (ROOT / package).rglob("__init__.py")
)


def checked_in() -> list[Path]:
    """What .gitignore lets through; there may be no git where the tests run."""
    ignored = [".git", *(line.strip("/") for line in (ROOT / ".gitignore").read_text().split())]
    found = []
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not any(fnmatch(name, each) for each in ignored)]
        found += [Path(folder, name) for name in files if name != ".git"]
    return sorted(found)


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


FILES = checked_in()
MODULES = [path for path in FILES if path.suffix == ".py"]
PAGES = [path for path in FILES if path.suffix == ".md"]


def test_every_import_package_is_shipped_linted_and_type_checked() -> None:
    on_disk = {path.parent.name for path in ROOT.glob("*/__init__.py")}

    assert on_disk - DEVELOPERS == set(PACKAGES)
    assert on_disk - {"tests"} == set(LINTER["root_packages"])
    assert on_disk == set(PYPROJECT["tool"]["mypy"]["packages"])


@pytest.mark.parametrize("room", ROOMS)
def test_every_package_says_what_belongs_there_and_what_does_not(room: str) -> None:
    said = ast.get_docstring(ast.parse((ROOT / room).read_text())) or ""
    belongs, _, other = said.partition("\n\n")

    assert belongs.endswith(".")
    assert other.startswith("Not here: ")


def test_every_folder_of_modules_is_a_package() -> None:
    """Otherwise it is imported only as long as no other folder has its name."""
    folders = {
        path.parent for package in [*PACKAGES, "tools"] for path in (ROOT / package).rglob("*.py")
    }

    assert [
        relative(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()
    ] == []


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_no_module_outgrows_one_screenful_of_ideas(module: Path) -> None:
    lines = len(module.read_text().splitlines())

    assert lines <= LINES


def test_no_test_folder_can_pass_for_a_package_of_ours() -> None:
    """A folder without `__init__.py`, or with a package's name, is imported instead of it."""
    unmarked = {relative(suite) for suite in SUITES if not (suite / "__init__.py").exists()}

    assert unmarked == set()
    assert {suite.name for suite in SUITES} & set(PACKAGES) == set()


@pytest.mark.parametrize("package", PACKAGES)
def test_no_dependency_brings_a_package_of_the_same_name(package: str) -> None:
    """Installing such a wheel replaces our files without a word; removing it deletes them."""
    owners = set(packages_distributions().get(package, []))

    assert owners <= {PYPROJECT["project"]["name"]}


def test_the_direction_of_imports_has_no_exceptions() -> None:
    excepted = [
        contract["name"] for contract in LINTER["contracts"] if "ignore_imports" in contract
    ]

    assert excepted == []


def test_tools_are_configured_in_pyproject_alone() -> None:
    """A second file wins silently over the one that everybody reads."""
    rivals = {"ruff.toml", ".ruff.toml", "mypy.ini", ".mypy.ini", "pytest.ini", ".pytest.ini"}
    rivals |= {"tox.ini", "setup.cfg", ".importlinter", "uv.toml", "uv.lock"}

    assert [relative(path) for path in FILES if path.name in rivals] == []


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_make_target_that_a_page_mentions_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    mentioned = set(re.findall(r"(?:`|^\s*(?:\$ )?)make ([a-z-]+)", page.read_text(), re.MULTILINE))

    assert mentioned <= targets


def test_no_migration_has_the_number_of_another() -> None:
    """Two engineers may take one number at once; a program refuses both, whatever else passes."""
    numbers = [path.name[:4] for path in sorted((ROOT / "store/migrations").glob("*.sql"))]

    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]
