"""Makes the store of photos that the settings name."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from gateways.media_files import MediaFiles
from runtime.problems import Problem
from runtime.processes import variable
from runtime.settings import Settings
from schemas.intake import Unavailable

_PATIENCE = timedelta(seconds=15)
"""For one request to a bucket: a person waits for it, in a form."""
_PROBE_S = 5.0
"""For /readyz, which is asked every few seconds."""


class StoredMedia(Protocol):
    """Keeps the files of cases. Methods raise Unavailable."""

    def uri_of(self, case_id: str, name: str) -> str: ...

    async def keep(self, case_id: str, photos: Mapping[str, bytes]) -> None: ...

    async def read(self, case_id: str, name: str) -> bytes | None: ...

    async def names(self, case_id: str) -> frozenset[str]: ...

    async def forget(self, case_id: str) -> int: ...

    async def came(self, since: datetime, until: datetime) -> list[tuple[str, str]]: ...

    async def forget_unused(self, files: Sequence[tuple[str, str]], until: datetime) -> int: ...

    def prepare(self) -> None:
        """Try whether files can be written."""


def media_store(settings: Settings) -> StoredMedia | None:
    """Return the bucket or the directory of photos, or None if the settings name none.

    Raises Problem for an address that is none, and a key that cannot be read.
    """
    if settings.media_bucket:
        key, region = settings.media_key, settings.media_region
        return _bucket(settings.media_bucket, region, key, settings.media_url)
    if not settings.media_dir:
        return None
    return MediaFiles(Path(settings.media_dir), settings.media_url)


async def why_no_media(settings: Settings) -> str | None:
    """Return why files cannot be kept now; None if they can, or the settings name no store."""
    try:
        async with asyncio.timeout(_PROBE_S):
            media = media_store(settings)
            await asyncio.to_thread(media.prepare) if media else None
    except Unavailable as error:
        return str(error)
    except TimeoutError:
        return f"media is unavailable: no answer within {_PROBE_S:.0f} s"
    return None


@cache  # it has connections
def _bucket(address: str, region: str, key: str, url: str) -> StoredMedia:
    # The library is 16 MB, and most productions have a directory.
    from obstore.store import S3Store  # noqa: PLC0415

    from gateways.media_bucket import MediaBucket  # noqa: PLC0415

    parts = urlsplit(address)
    bucket, _, below = parts.path.strip("/").partition("/")
    if parts.scheme not in {"http", "https"} or not parts.netloc or not bucket:
        do = "write https://HOST/BUCKET, or https://HOST/BUCKET/FOLDER"
        raise Problem(f"{variable('media_bucket')}: {address} names no bucket", do=do)
    name, secret = _key(Path(key))
    store = S3Store(
        bucket,
        prefix=below or None,
        endpoint=f"{parts.scheme}://{parts.netloc}",
        region=region,
        access_key_id=name,
        secret_access_key=secret,
        client_options={
            "allow_http": parts.scheme == "http",
            "connect_timeout": _PATIENCE / 3,
            "timeout": _PATIENCE,
        },
        retry_config={"max_retries": 2, "retry_timeout": _PATIENCE},
    )
    return MediaBucket(store, parts.path.strip("/"), url)


def _key(path: Path) -> tuple[str, str]:
    setting = variable("media_key")
    try:
        lines = path.read_text("utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "is no text"
        raise Problem(f"{setting}: {path}: {why}", do="name a file that can be read") from error
    if len(lines) != 2:  # noqa: PLR2004 - as it says
        do = "write the name of the access key in its first line, the secret in its second"
        raise Problem(f"{setting}: {path} has {len(lines)} words instead of 2", do=do)
    return lines[0], lines[1]
