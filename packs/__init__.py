"""Policy as data: one directory of YAML files a tenant, shipped with the program.

Not here: reading the files (store/packs).
"""

from importlib.resources import files
from pathlib import Path


def shipped_packs() -> tuple[Path, ...]:
    """The directories of the packs that come with the program, in order of name."""
    here = Path(str(files(__name__)))
    return tuple(sorted(path.parent for path in here.glob("*/policy.yaml")))


def pack_of(tenant: str) -> Path:
    """The directory of the shipped pack of that tenant. Raises StopIteration for a stranger."""
    return next(path for path in shipped_packs() if path.name == tenant)


def day_of(tenant: str) -> Path:
    """The day that `sanban demo` plays for a shipped pack."""
    return Path(str(files(__name__))) / "days" / f"{tenant}.yaml"
