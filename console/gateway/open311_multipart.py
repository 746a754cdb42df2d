"""Reads a report with photos: multipart/form-data (RFC 7578), as GeoReport 2.1 has it.

The whole form is held in memory, so that no photo is on a disk before its report was checked.
`Uploads` bounds what all forms of this process hold.
"""

import asyncio
from collections.abc import Callable
from hashlib import sha256

from python_multipart import FormParser
from python_multipart.exceptions import DecodeError, FormParserError
from python_multipart.multipart import Field, File, parse_options_header
from starlette.requests import Request

from console.gateway.answers import HttpRefusal
from console.gateway.limits import Uploads, pour
from console.gateway.open311_access import refuse
from console.gateway.open311_forms import MOST_FIELDS, MULTIPART, Form, FormFile, Pair, form_from
from console.gateway.pictures import picture_type
from schemas.content_types import media_type_of

MOST_PARTS_WITH_FILES = 50
SECONDS_FOR_FILES = 120
"""For a client whose key is known before the body. Others have the time of every body."""
_LONGEST_HEADER = 4096
_MOST_HEADERS = 8
_ENCODING = "header content-transfer-encoding of a part"


async def multipart_of(
    request: Request,
    uploads: Uploads,
    hold: Callable[[int], None],
    *,
    most_text: int,
    seconds: float,
) -> Form:
    """Return the form. `most_text`: bytes of all fields that are no files; `seconds`: for the body.

    Raises HttpRefusal: 400 for what is no such form, 408, 413, 415 for a charset, 503.
    """
    parts, limits = _Parts(most_text), uploads.limits
    parser = FormParser(
        MULTIPART,
        parts.add_field,
        parts.add_file,
        parts.end,
        boundary=_boundary(request),
        config={
            "MAX_MEMORY_FILE_SIZE": limits.request_bytes + 1,
            "MAX_HEADER_COUNT": _MOST_HEADERS,
            "MAX_HEADER_SIZE": _LONGEST_HEADER,
            "UPLOAD_ERROR_ON_BAD_CTE": True,
        },
    )

    def take(chunk: bytes) -> None:
        hold(len(chunk))
        try:
            parser.write(chunk)
        except DecodeError:
            refuse(f"{_ENCODING}: the part is not so encoded; correct it, or send it as it is")
        except FormParserError as error:
            if "Content-Transfer-Encoding" in str(error):
                refuse(f"{_ENCODING}: is not read here; send binary, base64 or quoted-printable")
            refuse("the body is not multipart/form-data; encode it as RFC 7578 says")

    await pour(request, take, most=limits.request_bytes, seconds=seconds)
    if not parts.ended:
        refuse("the body ends before its last boundary; send it whole")
    files = await asyncio.to_thread(lambda: [_file(content) for content in parts.files])
    return form_from(parts.pairs, files)


def _boundary(request: Request) -> bytes:
    _, parameters = parse_options_header(request.headers.get("content-type", ""))
    boundary = parameters.get(b"boundary", b"")
    if not 0 < len(boundary) <= 70:  # noqa: PLR2004 - RFC 2046, 5.1.1
        refuse("header content-type: has no boundary of 1 to 70 characters; add it")
    return boundary


class _Parts:
    """Collects the parts of a form while it is parsed. Its methods raise HttpRefusal."""

    def __init__(self, most_text: int) -> None:
        self.pairs: list[Pair] = []
        self.files: list[bytes] = []
        self.ended = False
        self._left = most_text

    def add_field(self, field: Field) -> None:
        value = field.value or b""
        self._left -= len(value)
        if len(self.pairs) >= MOST_FIELDS:
            refuse(f"more than {MOST_FIELDS} fields; send those of the standard")
        if self._left < 0:
            raise HttpRefusal(413, "too_large", "the texts of the form are too long; shorten them")
        if field.content_type is not None:
            _must_be_utf8(field.content_type)
        try:
            self.pairs.append(((field.field_name or b"").decode(), value.decode()))
        except UnicodeDecodeError:
            refuse("the form is not UTF-8; encode it as UTF-8")

    def add_file(self, file: File) -> None:
        if len(self.files) >= MOST_PARTS_WITH_FILES:
            refuse(f"more than {MOST_PARTS_WITH_FILES} files; send fewer at once")
        file.file_object.seek(0)
        content = file.file_object.read()
        file.close()
        if content:  # a form in which no file was chosen has an empty one
            self.files.append(content)

    def end(self) -> None:
        self.ended = True


def _must_be_utf8(content_type: str) -> None:
    try:
        media_type_of(content_type)
    except ValueError as error:
        detail = f"header content-type of a part: {error}"
        raise HttpRefusal(415, "unsupported_content_type", detail) from None


def _file(content: bytes) -> FormFile:
    return FormFile(content, sha256(content).hexdigest(), picture_type(content))
