"""Policy as data: one directory of YAML files a tenant, shipped with the program."""

from importlib.resources import files
from pathlib import Path


def shipped_packs() -> tuple[Path, ...]:
    """The directories of the packs that come with the program, in order of name."""
    here = Path(str(files(__name__)))
    return tuple(sorted(path.parent for path in here.glob("*/policy.yaml")))
