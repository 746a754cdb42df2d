"""A YAML file that people edit, read again when it changes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from schemas.base import Written
from schemas.mistakes import place_of, problem_of
from store.packs import yaml_files
from store.packs.problems import path_text

T = TypeVar("T")
W = TypeVar("W", bound=Written)


class Flawed(Exception):
    """The file cannot be used. The text says where and why, and never what a field holds."""


def read_as(model: type[W], content: bytes, path: Path) -> tuple[W, yaml_files.YamlPage]:
    """Return the content as the model, and the page that knows its lines. Raises Flawed."""
    page = yaml_files.read_yaml(content)
    if page.flaws:
        flaw = page.flaws[0]
        raise Flawed(
            f"{path}:{flaw.line}: {path_text(flaw.path)} {flaw.reason}".replace(":  ", ": ")
        )
    try:
        # As the files of a pack are read (store/packs/loader.py): true is no number, "60" is text.
        return model.model_validate_json(json.dumps(page.value), strict=True), page
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = place_of(first)
        where = f"{path}:{page.line(place)}: {path_text(place)}"
        raise Flawed(f"{where}: {problem_of(first)}") from None


class ReloadingFile(Generic[T]):
    """Keeps the `value` of a file as it was last without a flaw, and its `flaw` ("" without).

    `read` makes the value of the content, or raises Flawed.
    """

    def __init__(self, path: Path, read: Callable[[bytes, Path], T]) -> None:
        self._path = path
        self._read = read
        self._seen: tuple[int, int, int] | None = None
        self.value: T | None = None
        self.flaw = ""

    def reload(self) -> bool:
        """Read the file if it changed; return whether there is another value or another flaw."""
        before = self.flaw
        try:
            stat = self._path.stat()
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen == self._seen:
                return False
            self._seen = seen
            self.value = self._read(self._path.read_bytes(), self._path)
        except OSError as error:
            self._seen = None
            self.flaw = f"cannot read {self._path}: {error.strerror}"
        except Flawed as flaw:
            self.flaw = str(flaw)
        else:
            self.flaw = ""
            return True
        return self.flaw != before
