"""Files that people attach to acts: the digest is computed here, and they are kept as they came."""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from console.desk.thumbnails import NoPicture, thumbnail
from domain.complaints import Evidence

MOST_BYTES = 20 * 1024 * 1024
MOST_FILES = 20
MOST_READ = 100
"""So many files of a form are read, so that the text of one with too many comes back."""
PDF = b"%PDF-"
_KINDS = (
    (b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (PDF, "pdf", "application/pdf"),
)
"""How the files begin that are taken: photos and scanned papers. The name says nothing."""
ENDINGS: Mapping[str, str] = {kind: ending for _, ending, kind in _KINDS}
"""Media type -> how the name of such a file ends."""
_KEPT = ".kept"
"""Ends the name of the field by which a form brings files again that are stored already."""


class Media(Protocol):
    def uri_of(self, case_id: str, name: str) -> str: ...

    async def keep(self, case_id: str, photos: Mapping[str, bytes]) -> None: ...

    async def read(self, case_id: str, name: str) -> bytes | None:
        """Return a file of the case; None if there is none. Raises Unavailable."""

    async def names(self, case_id: str) -> frozenset[str]:
        """Return the files of the case. Raises Unavailable."""


class TooLarge(Exception):
    """The files of a form are not taken. `name`: of the field; `why`: a word for the page."""

    def __init__(self, name: str, file: str, why: str = "too_large") -> None:
        super().__init__(f"{name}: {file}")
        self.name, self.why = name, why


@dataclass(frozen=True, slots=True)
class Uploaded:
    field: str
    name: str
    content: bytes


async def stored(
    media: Media | None,
    drawing: asyncio.Semaphore,
    case_id: str,
    uploads: Sequence[Uploaded],
    texts: dict[str, list[str]],
) -> dict[str, tuple[Evidence, ...]]:
    """Keep the files, and return them by field, with those that an earlier try has kept.

    Raises TooLarge, Unavailable.
    """
    found = dict[str, list[Evidence]]()
    for name in [name for name in texts if name.endswith(_KEPT)]:
        for text in texts.pop(name):
            found.setdefault(name.removesuffix(_KEPT), []).append(kept_in(text))
    await _still_there(media, case_id, found)
    await _check(drawing, uploads)
    for each in uploads:
        ending, kind = _kind(each)
        digest = hashlib.sha256(each.content).hexdigest()
        if media is None:
            raise TooLarge(each.field, each.name)
        await media.keep(case_id, {f"{digest}.{ending}": each.content})
        file = Evidence(digest, media.uri_of(case_id, f"{digest}.{ending}"), kind)
        found.setdefault(each.field, []).append(file)
    return {name: tuple(dict.fromkeys(files)) for name, files in found.items()}


def digests_of(
    field: str, uploads: Sequence[Uploaded], texts: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return the digests of the files of a field as `stored` would have them, and keep none.

    Raises TooLarge for a field that no page has written.
    """
    again = [kept_in(text).sha256 for text in texts.get(f"{field}{_KEPT}", ())]
    new = [hashlib.sha256(each.content).hexdigest() for each in uploads if each.field == field]
    return list(dict.fromkeys([*again, *new]))


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a form that is stored already. `name`: what it is called where it came from."""

    evidence: Evidence
    name: str

    @property
    def text(self) -> str:
        """Return the value of the field that brings it once more, unless a person unticks it."""
        return json.dumps({**asdict(self.evidence), "taken_at": None, "name": self.name})


def names_of(uploads: Sequence[Uploaded], texts: Mapping[str, Sequence[str]]) -> Mapping[str, str]:
    """Return digest -> name of the files that a form brings, new ones and those of before."""
    names = {hashlib.sha256(each.content).hexdigest(): each.name for each in uploads}
    for said in (text for name in texts if name.endswith(_KEPT) for text in texts[name]):
        names.setdefault(kept_in(said).sha256, str(json.loads(said).get("name", "")))
    return names


def kept_files(
    files: Mapping[str, Sequence[Evidence]], names: Mapping[str, str]
) -> Mapping[str, Sequence[AttachedFile]]:
    """Return the stored files of a form by field, as its page shows them."""
    return {
        field: [AttachedFile(each, names.get(each.sha256, "")) for each in found]
        for field, found in files.items()
    }


def kept_in(text: str) -> Evidence:
    """Read that text again. What it says is no more than a person could type: a digest is proof
    only of the file that has it. Raises TooLarge for another text.
    """
    try:
        said = json.loads(text)
        return Evidence(str(said["sha256"]), str(said["uri"]), str(said["media_type"]))
    except (ValueError, KeyError, TypeError) as error:
        raise TooLarge("", text[:20]) from error


async def _still_there(
    media: Media | None, case_id: str, found: Mapping[str, Sequence[Evidence]]
) -> None:
    """Raises TooLarge for a file that was sent so long ago that it was deleted: no act had come
    with it, and none may name it now.
    """
    names = await media.names(case_id) if media and found else frozenset[str]()
    for field, files in found.items():
        for file in files:
            ending = ENDINGS.get(file.media_type)
            if media and f"{file.sha256}.{ending}" not in names:
                raise TooLarge(field, file.sha256, "gone")


async def _check(drawing: asyncio.Semaphore, uploads: Sequence[Uploaded]) -> None:
    """Refuse pictures that no person could look at: they would prove nothing. Raises TooLarge."""
    if len(uploads) > MOST_FILES:
        raise TooLarge(uploads[-1].field, uploads[-1].name, "too_many")
    for each in uploads:
        if _kind(each)[1].startswith("image/"):
            try:
                async with drawing:
                    await asyncio.to_thread(thumbnail, each.content)
            except NoPicture as error:
                raise TooLarge(each.field, each.name, "no_picture") from error


def _kind(file: Uploaded) -> tuple[str, str]:
    if len(file.content) > MOST_BYTES:
        raise TooLarge(file.field, file.name)
    for beginning, ending, kind in _KINDS:
        if file.content.startswith(beginning):
            return ending, kind
    raise TooLarge(file.field, file.name)
