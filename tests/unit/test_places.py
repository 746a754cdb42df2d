"""The data directory does not depend on the directory in which a command runs."""

import os
import tempfile
from pathlib import Path

import pytest

from runtime import places
from runtime.settings import load

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SANBAN_HOME", raising=False)


def test_up_is_found_from_any_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert load().home == ROOT / "var/sanban"


def test_up_of_root_is_where_its_postgresql_may_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert load().home == Path("/var/lib/sanban")


def test_up_of_an_installed_wheel_is_in_its_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(places, "_CHECKOUT", tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr("sys.prefix", "/opt/sanban")

    assert load().home == Path("/opt/sanban/var/sanban")


def test_the_demo_is_in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert places.home_of_demo() == ROOT / "var/demo"


def test_the_demo_of_root_leaves_a_checkout_that_its_postgresql_cannot_enter(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tmp_path.chmod(0o700)
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.setattr(places, "_CHECKOUT", tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    assert places.home_of_demo().parent == Path(tempfile.gettempdir())
