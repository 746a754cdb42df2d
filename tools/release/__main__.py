"""`make release VERSION=1.2.0`: a commit, a tag, and the files that are made from it and tried.

All of it happens in a scratch clone. Only when the wheel is installed and answers does this
checkout get the commit and the tag, so what fails leaves nothing behind.
"""

import argparse
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.release.bill import NotShippable, bill, components, licences, of_image
from tools.release.changelog import NothingToRelease, cut, notes

VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(rc[1-9]\d*)?")
NO_HOOKS = ("-c", "core.hooksPath=/dev/null")
_SETTING = re.compile(r'^version = "(.*)"$', re.MULTILINE)


class NotReleased(Exception):
    """No release was made; the text says why and what to do."""


def run(*command: str | Path, at: Path, **environment: str) -> str:
    """Run a program and return its output. Raises NotReleased with the end of what it said."""
    told = subprocess.run(  # noqa: S603 - git, and programs of this environment
        command, check=False, cwd=at, env=os.environ | environment, capture_output=True, text=True
    )
    if told.returncode != 0:
        said = (told.stdout + told.stderr).strip()[-2000:]
        raise NotReleased(f"{' '.join(map(str, command))} failed: {said}")
    return told.stdout.strip()


@dataclass(frozen=True)
class Making:
    """`to`: directory of the files. `environment`: where the wheel is tried; a scratch one without
    it. `dry`: the checkout gets no commit and no tag. `image`: needs buildah.
    """

    version: str
    to: Path
    dry: bool = False
    image: bool = True
    environment: Path | None = None


def released(checkout: Path, making: Making) -> str:
    """Make the release and return what the changelog says of it. Raises NotReleased."""
    version, to = making.version, making.to
    _refuse(checkout, making)
    with TemporaryDirectory(prefix="sanban-release-") as name:
        clone = Path(name) / "sanban"
        run("git", "clone", "--quiet", "--no-hardlinks", checkout, clone, at=checkout)
        for key in ("user.name", "user.email"):
            run("git", "config", key, run("git", "config", key, at=checkout), at=clone)
        said = _tagged(clone, version)
        made = datetime.fromtimestamp(int(run("git", "log", "-1", "--format=%ct", at=clone)), UTC)
        to.mkdir(parents=True)
        # What earlier installations have fetched is not fetched again.
        cache = os.environ.get("UV_CACHE_DIR", str(checkout / ".cache/uv"))
        _built(clone, making, made, cache)
        if not making.dry:
            run("git", "pull", "--quiet", "--ff-only", "--tags", clone, "HEAD", at=checkout)
    (to / "NOTES.md").write_text(f"{said}\n", encoding="utf-8")
    _sums(to)
    return said


def _refuse(checkout: Path, making: Making) -> None:
    version, to = making.version, making.to
    if not VERSION.fullmatch(version):
        raise NotReleased(f"{version!r} is no version: give one like 1.2.0, or 1.2.0rc1")
    if run("git", "tag", "--list", f"v{version}", at=checkout):
        raise NotReleased(f"there is a tag v{version} already: take the next version")
    if not making.dry and run("git", "status", "--porcelain", at=checkout):
        raise NotReleased("this checkout has changes that are in no commit: commit them first")
    if to.exists():
        raise NotReleased(f"{to} is there already: remove it, or name another directory (--to)")


def _tagged(clone: Path, version: str) -> str:
    """Write version and changelog, commit and tag; return what the changelog says of it."""
    project, log = clone / "pyproject.toml", clone / "CHANGELOG.md"
    text = project.read_text(encoding="utf-8")
    project.write_text(_SETTING.sub(f'version = "{version}"', text, count=1), encoding="utf-8")
    try:
        changed = cut(log.read_text(encoding="utf-8"), version, datetime.now(UTC).date())
    except NothingToRelease as error:
        raise NotReleased(str(error)) from error
    log.write_text(changed, encoding="utf-8")
    subject = f"release: Release {version}."
    why = "The changelog says what changes. Made by `make release`, which has tried the wheel."
    run("git", *NO_HOOKS, "commit", "--quiet", "-am", f"{subject}\n\n{why}", at=clone)
    run("git", "tag", "--annotate", f"v{version}", "--message", f"Sanban {version}", at=clone)
    return notes(changed, version)


def _built(clone: Path, making: Making, made: datetime, cache: str) -> None:
    """Build from the tag, try the wheel in an environment of its own, and say what is in it."""
    version, to = making.version, making.to
    epoch = str(int(made.timestamp()))
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    run(*build, "--directory", to, at=clone, SOURCE_DATE_EPOCH=epoch)
    [wheel] = to.glob("*.whl")
    environment = making.environment or clone.parent / "environment"
    run(sys.executable, "-m", "venv", "--without-pip", environment, at=clone)
    tools = {"TOOLS": str(Path(sys.executable).parent), "UV_CACHE_DIR": cache}
    lock = clone / "requirements/base.txt"
    for what in (lock.relative_to(clone), wheel):
        run("requirements/install", what, at=clone, VENV=str(environment), **tools)
    answer = run(environment / "bin/sanban", "--version", at=to)
    if version not in answer.split():
        raise NotReleased(f"the wheel says that it is {answer}, not {version}")
    [packages] = environment.glob("lib/python3*/site-packages")
    locked = lock.read_text(encoding="utf-8")
    try:
        shipped = components(packages, locked)
    except NotShippable as error:
        raise NotReleased(f"{error}: mend the lock, or do without the package") from error
    if making.image:
        image = to / f"sanban-{version}-image"
        run("deploy/image/build", image.with_name(f"{image.name}.tar"), at=clone, **tools)
        listed = image.with_name(f"{image.name}.packages.txt").read_text(encoding="utf-8")
        shipped += of_image(listed)
    (to / "requirements.txt").write_text(locked, encoding="utf-8")
    (to / "sbom.cdx.json").write_text(bill(shipped, wheel, made), encoding="utf-8")
    (to / "licences.txt").write_text(licences(shipped), encoding="utf-8")


def _sums(to: Path) -> None:
    files = sorted(each for each in to.iterdir() if each.name != "SHA256SUMS")
    lines = [f"{sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in files]
    (to / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def main() -> int:
    """Read the command line, make the release, and say where it is; 1 where there is none."""
    parser = argparse.ArgumentParser(prog="python -m tools.release", description=__doc__)
    parser.add_argument("version")
    parser.add_argument("--to", type=Path, help="directory; dist/VERSION without it")
    parser.add_argument("--dry-run", action="store_true", help="make no commit and no tag here")
    parser.add_argument("--no-image", action="store_true", help="without buildah")
    parser.add_argument("--environment", type=Path, help="try the wheel here, and keep it")
    given = parser.parse_args()
    checkout = Path.cwd()
    to = (given.to or checkout / "dist" / given.version).absolute()
    try:
        released(
            checkout,
            Making(given.version, to, given.dry_run, not given.no_image, given.environment),
        )
    except NotReleased as error:
        print(f"no release: {error}", file=sys.stderr)  # noqa: T201
        return 1
    print(f"{to}: Sanban {given.version}")  # noqa: T201
    if not given.dry_run:
        print(f"publish it: git push origin HEAD v{given.version}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
