"""`requirements/install` gives uv what pip's settings say, and keeps caches in the checkout."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MIRROR = "https://pkg.example.org/simple"
OTHER = "https://pkg.example.org/other"
SETTINGS = f"""
[global]
index-url = {MIRROR}
extra-index-url =
    {OTHER}
    {OTHER}2
trusted-host = pkg.example.org
timeout = 90
proxy = http://pkg.example.org
[install]
find-links = /wheels /more
"""


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A uv that says what it was given, and the pip of this environment."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "uv").write_text('#!/bin/sh\nenv\necho "arguments=$*"\n')
    (tools / "uv").chmod(0o755)
    (tools / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (tools / "python").chmod(0o755)
    return tools


def given(tools: Path, pip_settings: str, **variables: str) -> Mapping[str, str]:
    """Return the environment of uv, and its arguments."""
    conf = tools / "pip.conf"
    conf.write_text(pip_settings)
    done = subprocess.run(
        ["requirements/install", "requirements/base.txt"],
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "PIP_CONFIG_FILE": str(conf),
            "TOOLS": str(tools),
            "VENV": str(tools),
        }
        | variables,
    )
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


def test_the_settings_of_a_machine_reach_uv(tools: Path) -> None:
    uv = given(tools, SETTINGS)

    wanted = {
        "DEFAULT_INDEX": MIRROR,
        "INDEX": f"{OTHER} {OTHER}2",
        "INDEX_STRATEGY": "unsafe-best-match",
        "FIND_LINKS": "/wheels,/more",
        "INSECURE_HOST": "pkg.example.org",
        "HTTP_TIMEOUT": "90",
    }

    assert {name: uv.get(f"UV_{name}") for name in wanted} == wanted
    assert uv["ALL_PROXY"] == "http://pkg.example.org"


def test_a_variable_of_pip_wins_over_its_file_and_one_of_uv_over_both(tools: Path) -> None:
    uv = given(tools, SETTINGS, PIP_TRUSTED_HOST="localhost", UV_HTTP_TIMEOUT="5")

    assert uv["UV_INSECURE_HOST"] == "localhost"
    assert uv["UV_HTTP_TIMEOUT"] == "5"


def test_a_machine_without_an_index_gives_uv_none_either(tools: Path) -> None:
    assert "--no-index" in given(tools, "[global]\nno-index = true\n")["arguments"]
    assert "--no-index" not in given(tools, "")["arguments"]


def test_caches_are_in_the_checkout(tools: Path) -> None:
    uv = given(tools, "")

    assert uv["UV_CACHE_DIR"] == str(ROOT / ".cache/uv")
    assert uv["PIP_CACHE_DIR"] == str(ROOT / ".cache/pip")
