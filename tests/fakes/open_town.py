"""The shipped town, as tests on real servers use it."""

import shutil
from pathlib import Path

from packs import pack_of


def open_to_all(directory: Path) -> Path:
    """Write the shipped town so that it takes every source, those of tests included.

    A noise ends without a file: each file proves one act of one case, and tests have thousands.
    """
    pack = directory / "pack"
    shutil.copytree(pack_of("youchegang"), pack, ignore=shutil.ignore_patterns("sources.yaml"))
    categories = pack / "categories.yaml"
    said = categories.read_text(encoding="utf-8")
    with_file = "lead: police-station, tier: direct, urgency: urgent, evidence: 1,"
    if with_file not in said:
        raise AssertionError("noise-neighbourhood is written otherwise now; correct open_to_all")
    without = with_file.replace("evidence: 1", "evidence: 0")
    categories.write_text(said.replace(with_file, without, 1), encoding="utf-8")
    return pack
