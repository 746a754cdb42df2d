"""The units of deploy/systemd: systemd understands all of each, and grants little."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from runtime.processes import PROCESSES, Process, variable
from runtime.settings import PREFIX, Settings
from tests.limits import COMMAND_S
from tools.deploy.__main__ import FOLDER, differing
from tools.deploy.units import PROGRAM, fixed, instances, unit_name
from tools.pages.commands import commands

SYSTEMD = FOLDER / "systemd"
UNITS = sorted(path.name for path in SYSTEMD.glob("*.service"))
OURS = [unit for process in PROCESSES for unit in instances(process)]
ONCE = ("prepare", "migrate", "doctor", "archive")
OTHERS = ("sanban.target", "sanban-archive.timer")
OF_SYSTEMD = ("basic", "multi-user", "network-online", "shutdown", "sysinit")
EXPOSED = 20
"""Of systemd's measure from 0 to 100: «OK» ends at 39; a unit without hardening has 96."""
OF_ROOT = {"sanban-doctor.service": 39}


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("systemd-analyze")
    assert program is not None, "install systemd: `make programs` says how"
    return subprocess.run(
        [program, *words], check=False, capture_output=True, text=True, timeout=COMMAND_S
    )


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A root directory with our units and program, and the targets of systemd that they name."""
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    for path in (*SYSTEMD.glob("*.service"), *SYSTEMD.glob("*.target"), *SYSTEMD.glob("*.timer")):
        shutil.copy(path, units)
    for name in OF_SYSTEMD:
        (units / f"{name}.target").write_text("[Unit]\nDescription=of systemd\n")
    program = tmp_path / PROGRAM.lstrip("/")
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return tmp_path


def test_the_generated_files_are_what_the_tables_say() -> None:
    assert differing() == []


@pytest.mark.parametrize("unit", [*OURS, *(f"sanban-{name}.service" for name in ONCE), *OTHERS])
def test_systemd_understands_every_line(machine: Path, unit: str) -> None:
    """It ends with 0 on a key that it does not know, so its warnings count too."""
    told = analyze("verify", "--man=no", f"--root={machine}", unit)

    assert told.stderr == ""
    assert told.returncode == 0


def test_a_misspelt_key_is_noticed(machine: Path) -> None:
    path = machine / "etc/systemd/system/sanban-console.service"
    path.write_text(path.read_text().replace("NoNewPrivileges", "NoNewPriviliges"))

    assert "NoNewPriviliges" in analyze("verify", "--man=no", f"--root={machine}", path.name).stderr


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_may_do_little(unit: str) -> None:
    threshold = f"--threshold={OF_ROOT.get(unit, EXPOSED)}"
    told = analyze("security", "--offline=true", "--no-pager", threshold, str(SYSTEMD / unit))

    assert told.returncode == 0, told.stdout[-500:]


def test_a_unit_that_may_do_much_is_noticed(tmp_path: Path) -> None:
    open_unit = tmp_path / "open.service"
    open_unit.write_text("[Service]\nExecStart=/bin/true\n")
    told = analyze("security", "--offline=true", f"--threshold={EXPOSED}", str(open_unit))

    assert told.returncode != 0


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_a_unit_starts_the_process_with_what_it_needs(process: Process) -> None:
    text = (SYSTEMD / unit_name(process)).read_text(encoding="utf-8")
    shared = (SYSTEMD / "sanban.env").read_text(encoding="utf-8")
    own = set(re.findall(r"^Environment=([A-Z_]+)=", text, re.MULTILINE))
    set_for_all = set(re.findall(r"^([A-Z_]+)=.", shared, re.MULTILINE))
    needed = {variable(name) for name in ("database_url", *process.required)}
    needed |= {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"} if process.temporal else set()

    assert f"ExecStart={PROGRAM} {' '.join(process.command)}\n" in text
    assert needed - own - set_for_all == set()


def test_a_key_reaches_a_unit_as_a_credential_alone() -> None:
    for process in PROCESSES:
        text = (SYSTEMD / unit_name(process)).read_text(encoding="utf-8")
        for name, place in fixed(process).items():
            if place.startswith("%d/"):
                credential = place.removeprefix("%d/")
                assert f"\nLoadCredential={credential}:/etc/sanban/{credential}\n" in text, name


def test_every_setting_of_a_process_is_in_its_unit_or_in_the_shared_file() -> None:
    named = set()
    for path in SYSTEMD.iterdir():
        named |= set(re.findall(rf"\b{PREFIX}([A-Z_]+)\b", path.read_text(encoding="utf-8")))
    settings = {name.upper() for name in Settings.model_fields}
    read = {name.upper() for process in PROCESSES for name in process.all_settings}
    # In the texts of meanings: SANBAN_HOME and others that a command reads.
    assert named - settings == set()
    assert read - named == set()


def test_every_program_of_a_unit_is_a_command() -> None:
    known = {name for name, _ in commands()} | {"sanban intake", "sanban console"}
    starts = [
        line.removeprefix(f"ExecStart={PROGRAM} ")
        for name in UNITS
        for line in (SYSTEMD / name).read_text(encoding="utf-8").splitlines()
        if line.startswith("ExecStart=")
    ]

    assert len(starts) == len(UNITS)
    assert [each for each in starts if f"sanban {each}".partition(" --")[0] not in known] == []


def test_no_two_units_of_a_machine_have_the_same_port() -> None:
    ports = [
        process.health_port + number
        for process in PROCESSES
        for number, _ in enumerate(instances(process))
    ]

    assert len(set(ports)) == len(ports)
