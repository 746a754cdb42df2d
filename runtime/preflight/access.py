"""What the user of each process may open: `sanban doctor` runs as root, which may open everything.

Decided by owner, group and mode, as the kernel does for a user without privileges; lists of access
(ACLs) are not read. Where a user is not of this machine (a container, a developer's), as ourselves.
"""

import grp
import os
import pwd
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from runtime.preflight.diagnosis import Diagnosis, fault
from runtime.processes import REREAD, Process, variable
from runtime.settings import Settings

GROUP = "sanban"
"""Every user of ours is in it (deploy/systemd/sanban.sysusers.conf)."""
READ, WRITE, ENTER = stat.S_IROTH, stat.S_IWOTH, stat.S_IXOTH


@dataclass(frozen=True, slots=True)
class MachineUser:
    """A user of this machine: its number, and those of its groups."""

    name: str
    uid: int
    gids: frozenset[int]


Accounts = Callable[[str], MachineUser | None]


def account_of(user: str) -> MachineUser | None:
    """Return the user of this name, None where the machine has none.

    None as well where we are not root: what another user may open is then not ours to see.
    """
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        return None
    return MachineUser(user, found.pw_uid, frozenset(os.getgrouplist(user, found.pw_gid)))


def closed_to(account: MachineUser, path: Path, wanted: int) -> Path | None:
    """Return the first directory or file on the way that stops this user, None if nothing does.

    None as well for what is not there: what reads it says so.
    """
    try:
        whole = path.resolve()
        for above in (*reversed(whole.parents), whole):
            needed = wanted if above == whole else ENTER
            if not _allows(account, above.stat(), needed):
                return above
    except OSError:
        return None
    return None


def _allows(account: MachineUser, about: os.stat_result, wanted: int) -> bool:
    if account.uid == 0:
        return True
    # Only one of the three counts: an owner whose bits are missing is not let in by the others'.
    shift = 6 if about.st_uid == account.uid else 3 if about.st_gid in account.gids else 0
    return (about.st_mode >> shift) & wanted == wanted


def look_at_access(
    settings: Settings, processes: Collection[Process], accounts: Accounts = account_of
) -> Iterator[Diagnosis]:
    """Yield what a process cannot open although root can: packs, files that it reads, directories.

    Credentials of systemd are not looked at: systemd opens them as root and hands them over.
    """
    yield from _packs(settings, processes, accounts)
    for process in processes:
        account = accounts(process.user)
        if account is None:
            continue
        for name in process.secrets:
            path = getattr(settings, name)
            if name in REREAD and path and (stop := closed_to(account, Path(path), READ)):
                do = _let_in(stop) if stop.is_dir() else reread_mode(path, account.name)
                found = f"{account.name} may not read {path}: {_shown(stop)}"
                yield fault(variable(name), found, f"readable for {process.name}", do)
        for name in process.data:
            path = getattr(settings, name)
            if not path or (name == "media_dir" and settings.media_bucket):
                continue
            if stop := closed_to(account, Path(path), READ | WRITE | ENTER):
                own = f"install -d -m 750 -o {account.name} -g {account.name} {path}"
                do = own if stop == Path(path).resolve() else _let_in(stop)
                found = f"{account.name} may not write into {path}: {_shown(stop)}"
                yield fault(variable(name), found, f"a directory of {process.name}", do)


def _packs(
    settings: Settings, processes: Collection[Process], accounts: Accounts
) -> Iterator[Diagnosis]:
    users = dict.fromkeys(each.user for each in processes if each.packs)
    found = [account for user in users if (account := accounts(user)) is not None]
    for directory in settings.pack_directories() if found else ():
        stopped: dict[Path, list[str]] = {}
        for account in found:
            if (stop := _closed_pack(account, directory)) is not None:
                stopped.setdefault(stop, []).append(account.name)
        for stop, names in stopped.items():
            said = f"{', '.join(names)} may not read {directory}: {_shown(stop)}"
            # Above the pack may be what only root may read: nothing there is opened but the way.
            inside = stop.is_relative_to(directory.resolve())
            open_it = f"chgrp -R {GROUP} {directory}; chmod -R g+rX {directory}"
            do = open_it if inside else _let_in(stop)
            yield fault("packs", said, "readable for every process that decides cases", do)


def _closed_pack(account: MachineUser, directory: Path) -> Path | None:
    if (stop := closed_to(account, directory, READ | ENTER)) is not None:
        return stop
    try:
        files = sorted(each for each in directory.iterdir() if each.is_file())
    except OSError:
        return None  # what reads it says so
    return next((stop for each in files if (stop := closed_to(account, each, READ))), None)


def reread_mode(path: str, user: str) -> str:
    """Return how a file becomes readable for the process that reads it again, and no other."""
    return f"chgrp {user} {path}; chmod 640 {path}"


def _let_in(directory: Path) -> str:
    return f"chmod a+x {directory}"


def _shown(path: Path) -> str:
    about = path.stat()
    return f"{path} is {stat.filemode(about.st_mode)} {_user(about.st_uid)}:{_group(about.st_gid)}"


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
