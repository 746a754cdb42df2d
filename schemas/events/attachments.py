"""The models of files that an event names: kept elsewhere, and proved by their digest."""

from datetime import UTC
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from domain.complaints import DIGEST, Evidence
from schemas.base import Published
from schemas.mistakes import form
from schemas.texts import NO_NUL, Instant, Text


def _leads_to_a_file(uri: str) -> str:
    if uri[:5].lower() == "data:":
        raise ValueError("holds the file itself; keep it elsewhere and give its address")
    return uri


FileAddress = Annotated[
    Text,
    StringConstraints(min_length=1, max_length=1000),
    AfterValidator(_leads_to_a_file),
    Field(json_schema_extra={"pattern": NO_NUL, "not": {"pattern": "^[Dd][Aa][Tt][Aa]:"}}),
]


class AttachmentData(Published):
    """A file that is kept elsewhere: the digest proves that it is still the same."""

    sha256: Annotated[
        str,
        StringConstraints(
            pattern=form(
                f"^{DIGEST}$", "must be a SHA-256: 64 hexadecimal digits, in small letters"
            )
        ),
    ] = Field(
        description="SHA-256 of the file's bytes, in small hexadecimal letters.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    )
    uri: FileAddress = Field(
        description="Where it is kept. Never the file itself as a data: URI.",
        examples=["s3://hotline/2026/11/24/731-1.jpg"],
    )
    media_type: Annotated[
        str,
        StringConstraints(
            pattern=form(
                r"^[A-Za-z0-9_.+-]+/[A-Za-z0-9_.+-]+$", "must be a media type, such as image/jpeg"
            ),
            max_length=100,
        ),
    ] = Field(description="What kind of file it is.", examples=["image/jpeg"])
    taken_at: Instant | None = Field(
        None,
        description="When the picture was taken, if that is known. In the result of a unit one "
        "that was taken before the unit got the case does not count.",
        examples=["2026-11-24T09:05:00+08:00"],
    )

    def to_domain(self) -> Evidence:
        taken = self.taken_at.astimezone(UTC) if self.taken_at else None
        return Evidence(self.sha256, self.uri, self.media_type, taken)


class UnverifiedFileData(Published):
    """A file that is kept elsewhere, and of which no one knows the digest: no evidence."""

    uri: FileAddress = Field(
        description="Where it was when it was reported. What is there now may be another file.",
        examples=["https://photos.example/731-1.jpg"],
    )
