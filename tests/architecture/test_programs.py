"""`make test` says at its start which programs are missing, and how to get them."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "requirements/programs"
NEEDED_BY_THE_SCRIPT = ("bash", "env", "grep", "head")
ALL = ("java", "javac", "mvn", "jq", "curl", "openssl", "systemd-analyze", "chromium")
JAVA = "#!/bin/sh\necho 'openjdk version \"{}\" 2024-01-16' >&2\n"


@dataclass
class Machine:
    """A machine with these programs and no others; `apt-get` writes down how it is called."""

    bin: Path
    called: Path

    def add(self, *names: str, java: str = "17.0.21") -> None:
        for name in names:
            program = self.bin / name
            program.write_text(JAVA.format(java) if name.startswith("java") else "#!/bin/sh\n")
            program.chmod(0o755)

    def run(self, **settings: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [shutil.which("bash") or "bash", str(SCRIPT)],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": str(self.bin)} | settings,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path / "bin", tmp_path / "called")
    made.bin.mkdir()
    for name in NEEDED_BY_THE_SCRIPT:
        (made.bin / name).symlink_to(shutil.which(name) or name)
    apt = made.bin / "apt-get"
    apt.write_text(f'#!{shutil.which("bash")}\necho "$@" >> {made.called}\n')
    apt.chmod(0o755)
    return made


def test_a_machine_with_all_programs_hears_nothing(machine: Machine) -> None:
    machine.add(*ALL)
    done = machine.run()

    assert done.returncode == 0, done.stderr
    assert done.stdout + done.stderr == ""


def test_every_missing_program_is_named_with_one_command(machine: Machine) -> None:
    done = machine.run()
    *_, last = done.stderr.splitlines()

    assert done.returncode == 1
    assert all(word in done.stderr for word in ("Java 17", "Maven", "jq", "curl", "openssl"))
    assert last.strip().startswith("apt-get update && apt-get install --yes")
    assert last.endswith("jdk-headless maven jq curl openssl systemd")
    assert not machine.called.exists()


@pytest.mark.parametrize(("java", "status"), [("11.0.22", 1), ("17.0.21", 0), ("21.0.2", 0)])
def test_an_older_java_does_not_do(machine: Machine, java: str, status: int) -> None:
    machine.add(*ALL, java=java)
    done = machine.run()

    assert done.returncode == status, done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs programs")
@pytest.mark.parametrize("asked", [{"CI": "true"}, {"SANBAN_INSTALL": "1"}])
def test_root_installs_them_where_it_is_asked_to(machine: Machine, asked: dict[str, str]) -> None:
    machine.add(*ALL)
    (machine.bin / "jq").unlink()
    done = machine.run(**asked)

    assert done.returncode == 0, done.stderr
    assert machine.called.read_text().splitlines() == [
        "update",
        "install --yes --no-install-recommends jq",
    ]


def test_without_chromium_the_tests_of_pages_are_said_to_be_skipped(machine: Machine) -> None:
    machine.add(*(name for name in ALL if name != "chromium"))
    done = machine.run()

    assert done.returncode == 0
    assert "skipped without Chromium" in done.stderr
    assert not machine.called.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root installs programs")
@pytest.mark.parametrize("works", [True, False])
def test_root_installs_chromium_and_goes_on_if_that_fails(machine: Machine, works: bool) -> None:
    machine.add(*(name for name in ALL if name != "chromium"))
    if not works:
        (machine.bin / "apt-get").write_text(f"#!{shutil.which('bash')}\nexit 100\n")
    done = machine.run(CI="true")

    assert done.returncode == 0
    assert ("are skipped" in done.stderr) is not works
