"""Small pictures of photos: drawn again, so that nothing but the picture is left."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

EDGE = 320
"""The longer edge, in pixels: twice what the page shows, for fine screens."""
_MOST_PIXELS = 60_000_000
"""A photo of a telephone has up to 50 million. More of them would fill the memory."""
_KINDS = ("JPEG", "PNG")
DRAWN = frozenset({"image/jpeg", "image/png"})
"""The same as media types: of other pictures a page shows a link alone."""


class NoPicture(Exception):
    """The file is no picture that can be drawn."""


def thumbnail(content: bytes) -> bytes:
    """Return a JPEG without the place and time that a camera writes. Raises NoPicture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_KINDS) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise NoPicture("too many pixels")
                picture.draft("RGB", (EDGE, EDGE))
                upright = ImageOps.exif_transpose(picture).convert("RGB")
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Warning,
        OSError,
        ValueError,
        SyntaxError,
        EOFError,
    ) as error:
        raise NoPicture(str(error)) from error
    upright.thumbnail((EDGE, EDGE))
    drawn = io.BytesIO()
    Image.frombytes("RGB", upright.size, upright.tobytes()).save(drawn, "JPEG", quality=80)
    return drawn.getvalue()
