"""A photo that can be looked at, and that no case has yet."""

import io
from os import urandom

from PIL import Image


def fresh_photo() -> bytes:
    """Return a small JPEG; what follows its end makes it another file each time."""
    written = io.BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 60)).save(written, "JPEG")
    return written.getvalue() + urandom(8)
