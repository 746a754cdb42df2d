"""The options with which every process and command opens the database."""

import binascii
from base64 import b64decode
from pathlib import Path
from typing import Any

from runtime.problems import Problem
from runtime.settings import Settings
from store.ciphers import MASTER_BYTES
from store.connection import DatabaseOptions

MAKE_ONE = f"write one with `openssl rand -base64 {MASTER_BYTES}`, and keep a copy elsewhere"
_RESTORE_IT = f"restore it from its copy; only where no case has a key yet, {MAKE_ONE}"


def options_of(settings: Settings, name: str, *, seals: bool, **limits: Any) -> DatabaseOptions:
    """Return the options of a process: address, limits and, where it seals, the master key.

    `name` shows the process in the database's list of connections. `seals`: the process seals or
    unseals words; any other one does not even read the file of the key. Raises Problem.
    """
    file = settings.sealing_key if seals else ""
    master_key = _master_key(Path(file)) if file else None
    url = settings.need("database_url")
    return DatabaseOptions(
        url,
        name=f"sanban {name}",
        lease_s=settings.lease_seconds,
        master_key=master_key,
        **limits,
    )


def _master_key(file: Path) -> bytes:
    """Read 32 bytes in base64 from a file. Raises Problem, which quotes nothing of it."""
    try:
        key = b64decode(file.read_bytes().strip(), validate=True)
    except OSError as error:
        what = f"cannot read SANBAN_SEALING_KEY {file}: {error.strerror}"
        raise Problem(what, do=_RESTORE_IT) from error
    except binascii.Error as error:
        raise Problem(f"SANBAN_SEALING_KEY {file} is not base64", do=_RESTORE_IT) from error
    if len(key) != MASTER_BYTES:
        what = f"SANBAN_SEALING_KEY {file} has {len(key)} bytes, not {MASTER_BYTES}"
        raise Problem(what, do=_RESTORE_IT)
    return key
