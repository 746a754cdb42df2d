"""Policy as data: one directory of YAML files for each tenant, shipped with the program.

Not here: reading the files (store/packs).
"""

from importlib.resources import files
from pathlib import Path


def shipped_packs() -> tuple[Path, ...]:
    """Return the directories of the shipped packs, ordered by name."""
    here = Path(str(files(__name__)))
    return tuple(sorted(path.parent for path in here.glob("*/policy.yaml")))


def canary_pack() -> Path:
    """Return the directory of the canary's pack, which is of no town and not among the shipped."""
    return Path(str(files(__name__))) / "watch" / "canary"


def pack_of(tenant: str) -> Path:
    """Return the directory of a tenant's shipped pack. Raises StopIteration if there is none."""
    return next(path for path in shipped_packs() if path.name == tenant)


def day_of(tenant: str) -> Path:
    """Return the file of the day that `sanban demo` plays for a shipped pack."""
    return Path(str(files(__name__))) / "days" / f"{tenant}.yaml"
