"""Photos and papers of cases in a bucket of an S3-compatible store, instead of a directory."""

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from obstore.exceptions import BaseError
from obstore.store import S3Store

from gateways.media_files import address_of
from schemas.intake import Unavailable

_CAME = ".came"
"""Holds an empty object a file, by the day on which it came: only a few days of it are listed."""
_CODE = re.compile("<Code>([A-Za-z]+)</Code>")
_LONGEST = 300
"""Characters of the store's own words in an error."""


@dataclass(frozen=True, slots=True)
class MediaBucket:
    """The objects `CASE/SHA256.jpg` of a bucket. Methods raise Unavailable.

    `name`: of the bucket, for errors. `url`: under which the operators serve it, or "".
    """

    store: S3Store
    name: str
    url: str = ""

    def uri_of(self, case_id: str, name: str) -> str:
        return address_of(self.url, case_id, name)

    async def keep(self, case_id: str, photos: Mapping[str, bytes]) -> None:
        """Write the photos, by name, each whole or not at all."""
        with self._as_unavailable():
            for name, content in photos.items():
                # The mark first: a file without one would never be found by `came`.
                await self.store.put_async(f"{_CAME}/{_today()}/{case_id}/{name}", b"")
                await self.store.put_async(f"{case_id}/{name}", content)

    async def read(self, case_id: str, name: str) -> bytes | None:
        """Return a file of the case; None if there is none."""
        if not _plain(case_id) or not _plain(name):
            return None
        with self._as_unavailable():
            try:
                found = await self.store.get_async(f"{case_id}/{name}")
            except FileNotFoundError:
                return None
            return bytes(await found.bytes_async())

    async def names(self, case_id: str) -> frozenset[str]:
        """Return the names of the files of the case."""
        with self._as_unavailable():
            found = await self._below(case_id)
            return frozenset(path.rpartition("/")[2] for path, _ in found)

    async def forget(self, case_id: str) -> int:
        """Delete the photos of a case; return how many there were."""
        with self._as_unavailable():
            found = [path for path, _ in await self._below(case_id)]
            await self._delete(found)
            return len(found)

    async def came(self, since: datetime, until: datetime) -> list[tuple[str, str]]:
        """Return (case, name) of the files that came in this time, in no order.

        What is known of the days before `since` is deleted: those files stay.
        """
        found = set[tuple[str, str]]()
        with self._as_unavailable():
            days = await self.store.list_with_delimiter_async(f"{_CAME}/")
            for folder in days["common_prefixes"]:
                if folder.rpartition("/")[2] < _day(since):
                    await self._delete([path for path, _ in await self._below(folder)])
            day = since
            while _day(day) <= _day(until):
                for path, at in await self._below(f"{_CAME}/{_day(day)}"):
                    if since <= at < until:
                        case_id, _, name = path.rpartition("/")
                        found.add((case_id.rpartition("/")[2], name))
                day += timedelta(days=1)
        return [*found]

    async def forget_unused(self, files: Sequence[tuple[str, str]], until: datetime) -> int:
        """Delete the files that have not come again since `until`; return how many there were."""
        old = list[str]()
        with self._as_unavailable():
            for case_id, name in files:
                try:
                    about = await self.store.head_async(f"{case_id}/{name}")
                except FileNotFoundError:
                    continue
                if about["last_modified"] < until:
                    old.append(f"{case_id}/{name}")
            await self._delete(old)
        return len(old)

    def prepare(self) -> None:
        """Try to write in the bucket, and to delete there."""
        with self._as_unavailable():
            path = f".{secrets.token_hex(8)}.part"
            self.store.put(path, b"")
            self.store.delete(path)

    async def _below(self, folder: str) -> list[tuple[str, datetime]]:
        """Return (path, last change) of the objects of a folder and its folders."""
        found = await self.store.list(f"{folder}/").collect_async()
        return [(each["path"], each["last_modified"]) for each in found]

    async def _delete(self, paths: Sequence[str]) -> None:
        if paths:
            await self.store.delete_async(paths)

    @contextmanager
    def _as_unavailable(self) -> Iterator[None]:
        """Raise Unavailable in place of what the store's client raises, with the store's words."""
        try:
            yield
        except (BaseError, OSError, ValueError) as error:
            whole = " ".join(str(error).split())
            code = _CODE.search(whole)
            said = f"{code[1]}: {whole[:_LONGEST]}" if code else whole[:_LONGEST]
            raise Unavailable("media", f"bucket {self.name}: {said}") from error


def _plain(part: str) -> bool:
    return bool(part) and "/" not in part and not part.startswith(".")


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def _today() -> str:
    return _day(datetime.now(UTC))
