"""A list as a file: all pages of one filter, of one snapshot; that it was taken is journaled."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import BinaryIO

from starlette.responses import Response, StreamingResponse

from console.desk.bodies import wants_head
from console.desk.context import Visit
from console.desk.exports import WRITERS, ListWriter, columns_of
from console.desk.lists import BadQuery, Query, is_searchable, query_of, wanted_by
from console.desk.pages.failures import bad_query, foreign, too_long
from console.desk.ports import Export
from console.desk.protection import is_foreign

_PIECE = 1000
_CHUNK = 64 * 1024


class _TooLong(Exception):
    """The list has more rows than a sheet."""


async def csv_file(visit: Visit) -> Response:
    return await _export(visit, "csv")


async def xlsx_file(visit: Visit) -> Response:
    return await _export(visit, "xlsx")


async def _export(visit: Visit, kind: str) -> Response:
    """Write the list to a file beside, journal that, and send it.

    So a slow reader keeps no connection of the database, and no byte goes out before the row.
    """
    if is_foreign(visit.request):
        return foreign(visit)
    try:
        query = replace(query_of(visit.request.query_params, visit), after="")
    except BadQuery as error:
        return bad_query(visit, str(error))
    if not is_searchable(query, visit):
        return bad_query(visit, f"q={query.q!r}")
    if wants_head(visit.request):  # takes no list away, so none is written or journaled
        return Response(headers={"Content-Type": WRITERS[kind].media_type})
    async with visit.context.exporting:
        file = await asyncio.to_thread(tempfile.TemporaryFile)
        try:
            number = await _written(visit, query, kind, file)
        except _TooLong:
            file.close()
            return too_long(visit, WRITERS[kind].most or 0)
        except BaseException:
            file.close()
            raise
    await visit.context.exports.note(
        Export(
            visit.context.new_id(),
            visit.policy.tenant,
            visit.person.id,
            kind,
            said(query),
            number,
            visit.now,
        )
    )
    size = file.tell()
    local = visit.now.astimezone(visit.moments.zone)
    name = f"cases-{local:%Y-%m-%d-%H%M}.{kind}"
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Rows": str(number),
    }
    return StreamingResponse(sent(file), 200, headers, WRITERS[kind].media_type)


async def _written(visit: Visit, query: Query, kind: str, file: BinaryIO) -> int:
    """Write the list, and return how many rows it has. Raises _TooLong."""
    kind_of = WRITERS[kind]
    writer: ListWriter = kind_of(file, columns_of(visit), visit.moments.zone)
    number = 0
    try:
        async for rows in visit.reader.rows(wanted_by(query, visit, _PIECE), visit.now):
            number += len(rows)
            if kind_of.most is not None and number > kind_of.most:
                raise _TooLong
            await asyncio.to_thread(writer.add, rows)
    finally:
        await asyncio.to_thread(writer.close)  # also of a part: a sheet has files of its own
    await asyncio.to_thread(file.seek, 0, 2)
    return number


async def sent(file: BinaryIO) -> AsyncIterator[bytes]:
    with file:
        await asyncio.to_thread(file.seek, 0)
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk


def said(query: Query) -> str:
    """Return the filter as it is journaled. The text of a search may be a name or a number of a
    person, and no row of the journal is ever deleted: it says how long the text was.
    """
    return str(replace(query, q=f"({len(query.q)})" if query.q else ""))
