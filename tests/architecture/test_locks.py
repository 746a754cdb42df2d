import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OPTIONAL = PROJECT["optional-dependencies"]
WANTED = {
    "base": PROJECT["dependencies"],
    "embedded": [*PROJECT["dependencies"], *OPTIONAL["embedded"]],
    "dev": [*PROJECT["dependencies"], *OPTIONAL["embedded"], *OPTIONAL["dev"]],
    "bench": [each for extra in OPTIONAL.values() for each in extra],
    "tools": (ROOT / "requirements/tools.in").read_text().split(),
}


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def pinned(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;]+)", lock(name), re.MULTILINE))


@pytest.mark.parametrize("name", WANTED)
def test_a_lock_satisfies_what_the_project_asks_for(name: str) -> None:
    """Otherwise a change of pyproject.toml was not followed by `make lock`."""
    versions = pinned(name)
    unmet = [
        str(wanted)
        for wanted in map(Requirement, WANTED[name])
        if wanted.name not in versions or not wanted.specifier.contains(versions[wanted.name])
    ]

    assert unmet == []


@pytest.mark.parametrize("name", WANTED)
def test_a_lock_hashes_everything_and_leaves_the_source_to_the_machine(name: str) -> None:
    entries = re.split(r"^(?=[a-z])", lock(name), flags=re.MULTILINE)[1:]

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in lock(name)
    assert re.findall(r"^--", lock(name), re.MULTILINE) == []


def test_the_locks_agree_with_each_other() -> None:
    base, embedded, dev, bench, tools = (
        pinned(name) for name in ("base", "embedded", "dev", "bench", "tools")
    )

    assert base.items() <= embedded.items() <= dev.items() <= bench.items()
    assert {name: dev[name] for name in tools if name in dev} == {
        name: version for name, version in tools.items() if name in dev
    }


def test_production_installs_no_embedded_server() -> None:
    servers = {Requirement(each).name for each in OPTIONAL["embedded"]}

    assert len(servers) == 3
    assert servers & pinned("base").keys() == set()
    assert servers <= pinned("embedded").keys()
