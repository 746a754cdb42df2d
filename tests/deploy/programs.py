"""The programs that check rules and routes: `make prometheus` fetches them."""

import subprocess
from pathlib import Path

from tests.limits import COMMAND_S

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PROMTOOL = ROOT / ".cache/prometheus/bin/promtool"
AMTOOL = ROOT / ".cache/prometheus/bin/amtool"


def run(program: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the program in deploy/. Raises where it is not there: `make prometheus` fetches it."""
    assert program.exists(), f"{program} is missing: run `make prometheus`"
    return subprocess.run(
        [program, *words],
        cwd=DEPLOY,
        check=False,
        capture_output=True,
        text=True,
        timeout=COMMAND_S,
    )
