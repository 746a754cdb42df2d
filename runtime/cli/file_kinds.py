"""What kind a file of evidence is: its bytes say it, as for the files that come by the console.

A name proves nothing: a text that is called after.jpg shows no one how the place looks.
"""

import mimetypes
import re
from pathlib import Path

from console.desk.thumbnails import DRAWN, NoPicture, thumbnail
from console.desk.uploads import PDF
from console.gateway.pictures import picture_type
from runtime.problems import Problem

_ATTACH = "attach the photo, recording or scanned paper itself"
_NAMED_ALONE = re.compile("image/|application/pdf$")
"""Kinds that no name gives to other bytes."""
_UNKNOWN = "application/octet-stream"


def kind_of(path: Path, content: bytes) -> str:
    """Return the media type. Raises Problem for a picture that cannot be opened, and for what is
    called a picture, a paper or a recording and is none.
    """
    named = mimetypes.guess_type(path.name)[0] or ""
    if (picture := picture_type(content)) is not None:
        if picture in DRAWN:
            _must_open(path, content)
        return picture
    if content.startswith(PDF):
        return "application/pdf"
    is_text = _is_text(content)
    if _NAMED_ALONE.match(named) or (is_text and named.startswith(("audio/", "video/"))):
        raise Problem(f"evidence {path} is named {named} and is none", do=_ATTACH)
    return named or ("text/plain" if is_text else _UNKNOWN)


def _must_open(path: Path, content: bytes) -> None:
    try:
        thumbnail(content)
    except NoPicture as error:
        raise Problem(f"evidence {path} is no picture that can be opened", do=_ATTACH) from error


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False
