"""The files of a case: a photo or a paper as it came, and a small picture of it."""

import asyncio
import hashlib
import re

from starlette.responses import Response

from console.desk.context import Visit
from console.desk.pages.case import open_case
from console.desk.pages.failures import missing
from console.desk.thumbnails import NoPicture, thumbnail
from console.desk.timeline import happenings
from console.desk.uploads import ENDINGS
from domain.complaints import Evidence

_DIGEST = re.compile("[0-9a-f]{64}")


async def file(visit: Visit) -> Response:
    """Send an unaltered file of the case as it came: a paper to be saved, a photo to see."""
    found = await _found(visit)
    if found is None:
        return missing(visit, visit.request.url.path)
    evidence, content = found
    how = "inline" if evidence.media_type.startswith("image/") else "attachment"
    name = f"{evidence.sha256[:12]}.{ENDINGS[evidence.media_type]}"
    headers = {"Content-Disposition": f'{how}; filename="{name}"'}
    return Response(content, media_type=evidence.media_type, headers=headers)


async def small(visit: Visit) -> Response:
    """Send a small picture of a photo, without what the camera wrote into it."""
    found = await _found(visit)
    if found is None:
        return missing(visit, visit.request.url.path)
    try:
        async with visit.context.drawing:
            drawn = await asyncio.to_thread(thumbnail, found[1])
    except NoPicture:
        return missing(visit, visit.request.url.path)
    return Response(drawn, media_type="image/jpeg")


async def _found(visit: Visit) -> tuple[Evidence, bytes] | None:
    """Return a file that the person may see and its content; None if there is none, if it is kept
    elsewhere, or if what is kept has not its digest.
    """
    digest, media = visit.request.path_params["digest"], visit.context.media
    if not visit.reach.reads_words:  # a photo says more of a person than words do
        return None
    opened = await open_case(visit) if media and _DIGEST.fullmatch(digest) else None
    if opened is None or media is None:
        return None
    rows = happenings(opened.case, opened.events, visit)
    files = (each for row in rows for each in row.files)
    evidence = next((each for each in files if each.sha256 == digest), None)
    if evidence is None or evidence.media_type not in ENDINGS:
        return None
    name = f"{digest}.{ENDINGS[evidence.media_type]}"
    content = await media.read(opened.case.case_id, name)
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        return None
    return evidence, content
