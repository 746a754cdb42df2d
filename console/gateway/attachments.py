"""Checks of attachments. An event names files by address, digest and media type; it sends none."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from console.gateway.answers import HttpRefusal
from domain.complaints import Evidence

_HELD_INSIDE = frozenset({"", "data", "blob", "file", "javascript"})
"""Schemes whose URI holds the file itself, or that only the sender's machine can open."""
_KINDS = ("image/", "audio/", "video/", "text/plain")
_DOCUMENTS = frozenset(
    {
        "application/pdf",
        "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.ms-excel",
        "application/zip",
    }
)


def must_be_references(files: Iterable[Evidence]) -> None:
    """Raises HttpRefusal 400 for the first file that is not a reference, or of no accepted type.

    The gateway fetches nothing: the program that opens a file compares its digest.
    """
    for place, file in enumerate(files):
        if _scheme(file.uri) in _HELD_INSIDE:
            _refuse(place, "uri", "does not lead to a file; give the address where it is stored")
        if not is_accepted(file.media_type):
            _refuse(
                place,
                "media_type",
                "is not accepted; send a picture, a recording, text, PDF or an office document",
            )


def is_accepted(media_type: str) -> bool:
    """Return whether a file of this type may be evidence."""
    kind = media_type.lower()
    return kind.startswith(_KINDS) or kind in _DOCUMENTS


def _scheme(uri: str) -> str:
    try:
        return urlsplit(uri).scheme.lower()
    except ValueError:
        return ""


def _refuse(place: int, field: str, problem: str) -> None:
    raise HttpRefusal(400, "attachment_not_taken", f"data.attachments[{place}].{field}: {problem}")
