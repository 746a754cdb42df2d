"""Uploads that became evidence of nothing are deleted after a day, and nothing else is."""

import os
from datetime import datetime, timedelta
from pathlib import Path

from gateways.media_files import MediaFiles
from runtime.services.console.unused_uploads import AT_ONCE, Files, UnusedUploads
from tests.town import OPENED, hours

CASE = "7kq2m-9xa4t-bnc2w"


class NamedInRows:
    """The files that rows of cases name; each question is noted."""

    def __init__(self, *names: str) -> None:
        self.names, self.asked = names, list[int]()

    async def unused(self, files: Files) -> Files:
        self.asked.append(len(files))
        return [each for each in files if each[1] not in self.names]


async def uploaded(directory: Path, *names: str, at: datetime) -> MediaFiles:
    media = MediaFiles(directory)
    await media.keep(CASE, dict.fromkeys(names, b"photo"))
    for name in names:
        os.utime(directory / CASE / name, (at.timestamp(), at.timestamp()))
    return media


async def test_the_file_of_a_refused_act_is_deleted_and_evidence_is_not(tmp_path: Path) -> None:
    media = await uploaded(tmp_path, "refused.jpg", "shown.jpg", at=OPENED - hours(30))
    await uploaded(tmp_path, "just-now.jpg", at=OPENED - hours(23))
    cleaner = UnusedUploads(media, NamedInRows("shown.jpg"), lambda: OPENED)

    assert await cleaner.turn() == 1
    assert await media.names(CASE) == {"shown.jpg", "just-now.jpg"}
    assert await cleaner.turn() == 0


async def test_many_files_are_asked_about_in_parts(tmp_path: Path) -> None:
    names = [f"{number}.jpg" for number in range(AT_ONCE + 1)]
    media = await uploaded(tmp_path, *names, at=OPENED - timedelta(days=2))
    rows = NamedInRows(*names[1:])

    assert await UnusedUploads(media, rows, lambda: OPENED).turn() == 1
    assert rows.asked == [AT_ONCE, 1]
