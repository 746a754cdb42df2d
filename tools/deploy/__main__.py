"""`python -m tools.deploy [--check]`: write the generated files of deploy/, or compare them."""

import sys
from collections.abc import Mapping
from pathlib import Path

from tools.deploy.chart import chart_files
from tools.deploy.environment import environment_file
from tools.deploy.postgres import roles_file
from tools.deploy.strimzi import strimzi_file
from tools.deploy.units import scrape_targets, unit_files
from tools.pages.source import ROOT

FOLDER = ROOT / "deploy"


def generated() -> Mapping[str, str]:
    """Return the text of every generated file by its path below deploy/."""
    return {
        **{f"systemd/{name}": text for name, text in unit_files().items()},
        "systemd/sanban.env": environment_file(),
        **{f"helm/sanban/{name}": text for name, text in chart_files().items()},
        "postgres/roles.sql": roles_file(),
        "kubernetes/strimzi.yaml": strimzi_file(),
        "prometheus/targets/one-machine.yml": scrape_targets(),
    }


def differing(folder: Path = FOLDER) -> list[str]:
    """Return the files that are missing or not what the tables say."""
    return [
        name
        for name, text in generated().items()
        if not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    out_of_date = differing()
    if arguments == ["--check"]:
        for name in out_of_date:
            sys.stderr.write(f"deploy/{name} differs from the tables: run `make schemas`\n")
        return 1 if out_of_date else 0
    texts = generated()
    for name in out_of_date:
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(texts[name], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
