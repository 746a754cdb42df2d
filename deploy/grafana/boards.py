"""Write the boards of Grafana as JSON, or with `--check` say if the files are as written.

`make schemas` writes them and `make check` compares. In Grafana, import the JSON files and choose
the data source.
"""

import sys
from pathlib import Path

from doors import DOORS
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from handling import HANDLING
from levels import LEVELS
from panels import Board, built

HERE = Path(__file__).parent
BOARDS = (LEVELS, HANDLING, DOORS)


def text_of(board: Board) -> str:
    """Return the file of a board; equal for equal boards."""
    return JSONEncoder(sort_keys=True, indent=1).encode(built(board)) + "\n"


def main() -> int:
    """Write the files, or name those that differ."""
    differ = []
    for board in BOARDS:
        file = HERE / f"{board.uid}.json"
        if "--check" not in sys.argv:
            file.write_text(text_of(board), encoding="utf-8")
        elif not file.exists() or file.read_text(encoding="utf-8") != text_of(board):
            differ.append(file.name)
    for name in differ:
        print(f"deploy/grafana/{name} differs from boards.py: run `make schemas`", file=sys.stderr)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
