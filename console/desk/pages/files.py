"""The files of a case: a photo or a paper as it came, and a small picture of it."""

import asyncio
import hashlib
import re
from collections.abc import Iterator

from starlette.responses import Response

from console.desk.context import Visit
from console.desk.pages.case import ReadableCase, open_case
from console.desk.pages.failures import missing
from console.desk.thumbnails import NoPicture, thumbnail
from console.desk.timeline import happenings
from console.desk.uploads import ENDINGS
from console.gateway import pictures
from domain.complaints import Evidence
from domain.privacy.confidential import HIDDEN

_ENDINGS = {**pictures.ENDINGS, **ENDINGS}
"""What people attach to acts, and the photos that citizens send through the gateway."""
_DIGEST = re.compile("[0-9a-f]{64}")


async def file(visit: Visit) -> Response:
    """Send an unaltered file of the case as it came: a paper to be saved, a photo to see."""
    found = await _found(visit)
    if found is None:
        return missing(visit, visit.request.url.path)
    evidence, content = found
    how = "inline" if evidence.media_type.startswith("image/") else "attachment"
    name = f"{evidence.sha256[:12]}.{_ENDINGS[evidence.media_type]}"
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
    evidence = next((each for each in _files(opened, visit) if each.sha256 == digest), None)
    if evidence is None or evidence.media_type not in _ENDINGS:
        return None
    name = f"{digest}.{_ENDINGS[evidence.media_type]}"
    content = await media.read(opened.case.case_id, name)
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        return None
    return evidence, content


def _files(opened: ReadableCase, visit: Visit) -> Iterator[Evidence]:
    """Yield the files of the case that the person may see: of the complaint, and of its rows."""
    complained = opened.case.plan.complaint.evidence
    rows = happenings(opened.case, opened.events, visit)
    for each in (*complained, *(file for row in rows for file in row.files)):
        if each.uri != HIDDEN:  # else it is of a part that the person does not read
            yield each
