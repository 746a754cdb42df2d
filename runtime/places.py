"""Where the data of the embedded servers is: in one place, whatever directory a command runs in."""

import os
import sys
import tempfile
from pathlib import Path

ROOTS_HOME = Path("/var/lib/sanban")
"""Root's PostgreSQL runs as a user of its own, which cannot enter a private directory."""

_CHECKOUT = Path(__file__).parents[1]


def base() -> Path:
    """Return the checkout; of an installed wheel, the environment that it is installed in."""
    return _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else Path(sys.prefix)


def home_of_up() -> Path:
    """Return the data directory of `sanban up` where SANBAN_HOME is not set."""
    return ROOTS_HOME if os.geteuid() == 0 else base() / "var" / "sanban"


def home_of_demo() -> Path:
    """Return the data directory of `sanban demo`: beside that of `up`, where PostgreSQL may go."""
    if os.access(base(), os.W_OK) and (os.geteuid() != 0 or _all_may_enter(base())):
        return base() / "var" / "demo"
    return Path(tempfile.gettempdir()) / f"sanban-demo-{os.getuid()}"


def _all_may_enter(directory: Path) -> bool:
    return all(path.stat().st_mode & 0o001 for path in (directory, *directory.parents))
