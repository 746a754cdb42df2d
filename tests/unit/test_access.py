"""Which user may open a path is decided by owner, group and mode, and by every directory above."""

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.preflight.access import (
    ENTER,
    READ,
    WRITE,
    MachineUser,
    account_of,
    closed_to,
    look_at_access,
)
from runtime.problems import Problem
from runtime.processes import PROCESSES
from runtime.settings import Settings
from runtime.wiring.packs import load_one

STRANGER = MachineUser("sanban-web", 64001, frozenset({64001}))


@pytest.fixture
def place() -> Iterator[Path]:
    """Yield a directory below one that every user may enter: pytest's own are closed."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        (Path(name) / "packs" / "town").mkdir(parents=True)
        yield Path(name).resolve()


def written(path: Path, mode: int) -> Path:
    path.write_text("x: 1\n", encoding="utf-8")
    path.chmod(mode)
    return path


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o750])
def test_a_stranger_may_not_read_what_is_its_owners_and_groups(place: Path, mode: int) -> None:
    path = written(place / "contacts.yaml", mode)

    assert closed_to(STRANGER, path, READ) == path


def test_a_group_lets_in_and_an_owner_without_bits_is_kept_out(place: Path) -> None:
    path = written(place / "contacts.yaml", 0o640)
    member = MachineUser("sanban-web", 64001, frozenset({path.stat().st_gid}))
    shut = written(place / "own", 0o066)
    owner = MachineUser("sanban-web", shut.stat().st_uid or 1, frozenset())

    assert closed_to(member, path, READ) is None
    assert closed_to(member, path, READ | WRITE) == path
    if os.geteuid() != 0:
        assert closed_to(owner, shut, READ) == shut


def test_a_closed_directory_above_is_named(place: Path) -> None:
    path = written(place / "packs" / "town" / "policy.yaml", 0o644)
    (place / "packs").chmod(0o700)

    assert closed_to(STRANGER, path, READ) == place / "packs"


def test_what_is_not_there_is_not_closed(place: Path) -> None:
    assert closed_to(STRANGER, place / "none", READ | ENTER) is None


def test_root_may_open_everything_and_a_user_of_no_machine_is_none(place: Path) -> None:
    path = written(place / "contacts.yaml", 0o000)

    assert closed_to(MachineUser("root", 0, frozenset({0})), path, READ) is None
    assert account_of("sanban-of-no-machine") is None


def settings(place: Path) -> Settings:
    return Settings(
        packs=(place / "packs" / "town",),
        gateway_clients=str(place / "clients.yaml"),
        media_dir=str(place / "packs"),
    )


def told(place: Path) -> list[str]:
    gateway = [each for each in PROCESSES if each.name == "gateway"]
    accounts = {STRANGER.name: STRANGER}.get
    return [each.sentence for each in look_at_access(settings(place), gateway, accounts)]


def test_doctor_names_what_is_closed_to_the_user_of_a_process(place: Path) -> None:
    path = written(place / "clients.yaml", 0o600)
    (place / "packs").chmod(0o755)
    (place / "packs" / "town").chmod(0o700)
    packs, clients, media = told(place)

    assert "packs: sanban-web may not read" in packs
    assert packs.endswith(
        f"-- chgrp -R sanban {place}/packs/town; chmod -R g+rX {place}/packs/town"
    )
    assert f"SANBAN_GATEWAY_CLIENTS: sanban-web may not read {path}" in clients
    assert clients.endswith(f"-- chgrp sanban-web {path}; chmod 640 {path}")
    assert f"SANBAN_MEDIA_DIR: sanban-web may not write into {place}/packs" in media
    assert media.endswith(f"-- install -d -m 750 -o sanban-web -g sanban-web {place}/packs")


def test_advice_opens_no_directory_above_a_pack_but_the_way_through_it(place: Path) -> None:
    written(place / "clients.yaml", 0o644)
    (place / "packs").chmod(0o700)
    packs = told(place)[0]

    assert packs.endswith(f"-- chmod a+x {place}/packs")


def test_doctor_finds_nothing_where_all_is_open(place: Path) -> None:
    written(place / "clients.yaml", 0o644)
    written(place / "packs" / "town" / "policy.yaml", 0o644)
    (place / "packs" / "town").chmod(0o755)
    (place / "packs").chmod(0o777)

    assert told(place) == []


def test_a_closed_pack_is_a_problem_and_no_defect(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To root, who runs tests as well, nothing is closed: so the system call refuses by itself."""

    def refuse(_path: Path) -> bool:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(Problem) as found:
        load_one(place / "packs" / "town")

    assert f"cannot read the policy pack in {place}/packs/town: Permission denied -- let" in str(
        found.value
    )
