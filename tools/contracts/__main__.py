"""`python -m tools.contracts [--check]`: write docs/contracts/ from the models, or compare them."""

import sys
from collections.abc import Mapping
from pathlib import Path

from tools.contracts import openapi
from tools.contracts.asyncapi import FILE, asyncapi
from tools.contracts.json_schema import MODELS, text_of
from tools.contracts.yaml_text import yaml_text

CONTRACTS = Path(__file__).parents[2] / "docs" / "contracts"


def texts() -> Mapping[str, str]:
    """Return what docs/contracts/ should hold: the text of each file, by its name."""
    return {name: text_of(name) for name in MODELS} | {
        FILE: yaml_text(asyncapi()),
        openapi.FILE: yaml_text(openapi.openapi()),
    }


def differences(folder: Path = CONTRACTS) -> list[str]:
    """Return the files that are missing, out of date, or no contract any more."""
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*")}
    wanted = texts()
    return sorted(
        name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name)
    )


def write(folder: Path = CONTRACTS) -> None:
    """Write every contract, and remove files that are no contract any more."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in differences(folder):
        (folder / name).unlink(missing_ok=True)
    for name, text in texts().items():
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        for name in (found := differences()):
            sys.stderr.write(f"docs/contracts/{name} differs from the models: run `make schemas`\n")
        return 1 if found else 0
    if arguments:
        sys.stderr.write("usage: python -m tools.contracts [--check]\n")
        return 2
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
