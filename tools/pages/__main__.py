"""`python -m tools.pages [--check]`: write the generated pages of docs/, or compare them."""

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.pages.capacity import capacity_page
from tools.pages.clocks import clocks_page
from tools.pages.commands import commands_page
from tools.pages.indicators import indicators_page
from tools.pages.metrics import metrics_page
from tools.pages.permissions import permissions_page
from tools.pages.settings import settings_page
from tools.pages.source import ROOT

PAGES: Mapping[str, Callable[[], str]] = {
    "CAPACITY.md": capacity_page,
    "CLOCKS.md": clocks_page,
    "COMMANDS.md": commands_page,
    "INDICATORS.md": indicators_page,
    "METRICS.md": metrics_page,
    "PERMISSIONS.md": permissions_page,
    "SETTINGS.md": settings_page,
}
FOLDER = ROOT / "docs"


def differs(name: str, folder: Path = FOLDER) -> bool:
    """Return whether a page is missing or not what the code says."""
    path = folder / name
    return not path.exists() or path.read_text(encoding="utf-8") != PAGES[name]()


def main(arguments: list[str]) -> int:
    out_of_date = [name for name in PAGES if differs(name)]
    if arguments == ["--check"]:
        for name in out_of_date:
            sys.stderr.write(f"docs/{name} differs from the code: run `make schemas`\n")
        return 1 if out_of_date else 0
    for name in out_of_date:
        (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
