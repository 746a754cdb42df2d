"""Makes the store of photos that the settings name."""

from pathlib import Path

from gateways.media_files import MediaFiles
from runtime.settings import Settings


def media_files(settings: Settings) -> MediaFiles | None:
    """Return the directory of photos, or None if the settings name none."""
    if not settings.media_dir:
        return None
    return MediaFiles(Path(settings.media_dir), settings.media_url)
