"""What a release says and refuses; tests/smoke/test_wheel.py makes one of this checkout."""

import json
import subprocess
import sys
import sysconfig
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.limits import COMMAND_S
from tools.release.__main__ import Making, NotReleased, released
from tools.release.bill import Component, NotShippable, bill, components, licences, of_image
from tools.release.changelog import NothingToRelease, cut, notes

ROOT = Path(__file__).parents[2]
LOG = "# Changes\n\n## Unreleased\n\n### Added\n\n- A bell.\n\n## 1.0.0 - 2026-01-02\n\n- First.\n"
DAY = date(2026, 3, 4)
HERE = Component("sanban", "1.1.0", "Apache-2.0", ("rich",))
RICH = Component("rich", "15.0.0", "MIT")


def git(at: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", *words], cwd=at, check=True, capture_output=True, text=True, timeout=COMMAND_S
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    place = tmp_path / "checkout"
    place.mkdir()
    (place / "CHANGELOG.md").write_text(LOG)
    (place / "pyproject.toml").write_text('[project]\nname = "sanban"\nversion = "1.0.0"\n')
    git(place, "init", "--quiet")
    git(place, "config", "user.name", "Sanban")
    git(place, "config", "user.email", "sanban@town.example")
    git(place, "add", ".")
    git(place, "commit", "--quiet", "-m", "all: Begin.")
    git(place, "tag", "v1.0.0")
    return place


def test_the_changelog_of_a_release_is_what_had_none() -> None:
    changed = cut(LOG, "1.1.0", DAY)

    assert notes(changed, "1.1.0") == "### Added\n\n- A bell."
    assert notes(changed, "Unreleased") == ""
    assert notes(changed, "1.0.0") == "- First."
    assert "## 1.1.0 - 2026-03-04\n" in changed


@pytest.mark.parametrize("log", ["# Changes\n", cut(LOG, "1.1.0", DAY)])
def test_without_a_change_there_is_no_release(log: str) -> None:
    with pytest.raises(NothingToRelease):
        cut(log, "1.2.0", DAY)


@pytest.mark.parametrize("version", ["1", "v1.1.0", "1.1.0-beta", "01.1.0", "1.1.0; rm -rf x"])
def test_a_version_has_three_numbers(checkout: Path, tmp_path: Path, version: str) -> None:
    with pytest.raises(NotReleased, match="is no version"):
        released(checkout, Making(version, tmp_path / "to", dry=True, image=False))


def test_no_version_is_released_twice(checkout: Path, tmp_path: Path) -> None:
    with pytest.raises(NotReleased, match=r"there is a tag v1\.0\.0"):
        released(checkout, Making("1.0.0", tmp_path / "to", dry=True, image=False))


def test_what_is_in_no_commit_is_in_no_release(checkout: Path, tmp_path: Path) -> None:
    (checkout / "CHANGELOG.md").write_text(LOG + "- Second.\n")

    with pytest.raises(NotReleased, match="changes that are in no commit"):
        released(checkout, Making("1.1.0", tmp_path / "to", dry=False, image=False))


def test_a_release_that_fails_leaves_nothing_behind(checkout: Path, tmp_path: Path) -> None:
    """This checkout has no wheel to build."""
    before = git(checkout, "rev-parse", "HEAD")
    with pytest.raises(NotReleased, match="failed"):
        released(checkout, Making("1.1.0", tmp_path / "to", dry=False, image=False))

    assert git(checkout, "rev-parse", "HEAD") == before
    assert git(checkout, "tag") == "v1.0.0"


def test_the_bill_names_every_package_and_what_it_needs(tmp_path: Path) -> None:
    wheel = tmp_path / "sanban.whl"
    wheel.write_bytes(b"wheel")
    made = datetime(2026, 3, 4, tzinfo=UTC)
    document = json.loads(bill([RICH, HERE], wheel, made))

    assert bill([RICH, HERE], wheel, made) == bill([RICH, HERE], wheel, made)
    assert document["metadata"]["component"]["version"] == "1.1.0"
    assert [each["purl"] for each in document["components"]] == ["pkg:pypi/rich@15.0.0"]
    assert document["dependencies"][1]["dependsOn"] == ["pkg:pypi/rich@15.0.0"]
    assert licences([RICH]) == "rich 15.0.0: MIT\n"


def test_the_bill_of_a_release_with_an_image_names_the_packages_of_debian(tmp_path: Path) -> None:
    wheel = tmp_path / "sanban.whl"
    wheel.write_bytes(b"wheel")
    [zlib] = of_image("zlib1g 1:1.2.13.dfsg-1+b1 amd64\n")
    document = json.loads(bill([HERE, RICH, zlib], wheel, datetime(2026, 3, 4, tzinfo=UTC)))

    assert [each["purl"] for each in document["components"]] == [
        "pkg:pypi/rich@15.0.0",
        "pkg:deb/debian/zlib1g@1%3A1.2.13.dfsg-1%2Bb1?arch=amd64",
    ]
    assert licences([zlib]) == (
        "zlib1g 1:1.2.13.dfsg-1+b1: /usr/share/doc/zlib1g/copyright in the image\n"
    )


def test_a_package_of_another_version_than_the_lock_is_not_shipped() -> None:
    with pytest.raises(NotShippable, match="the lock does not have it"):
        components(Path(sysconfig.get_path("purelib")), "")


def test_a_package_without_a_licence_is_not_shipped(tmp_path: Path) -> None:
    about = tmp_path / "thing-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: thing\nVersion: 1.0\n")

    with pytest.raises(NotShippable, match=r"thing 1\.0: says nothing of its licence"):
        components(tmp_path, "thing==1.0 \\\n")


def test_the_command_says_why_there_is_no_release(checkout: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tools.release", "one", "--dry-run"],
        cwd=checkout,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        check=False,
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
    )

    assert told.returncode == 1
    assert told.stderr.startswith("no release: 'one' is no version")
