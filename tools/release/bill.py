"""What a release has in it: a bill of materials (CycloneDX) and the list of licences."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from packaging.requirements import Requirement

OURS = "sanban"
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_APPROVED = "License :: OSI Approved :: "


class NotShippable(ValueError):
    """A package has no licence, or another version than the lock."""


@dataclass(frozen=True, order=True)
class Component:
    """A package that is shipped; `needs` has the names of others.

    `architecture`: of a package of Debian, which the image alone has; "" for a wheel.
    """

    name: str
    version: str
    licence: str
    needs: tuple[str, ...] = ()
    architecture: str = ""

    @property
    def reference(self) -> str:
        if self.architecture:
            version = quote(self.version, safe="")
            return f"pkg:deb/debian/{self.name}@{version}?arch={self.architecture}"
        return f"pkg:pypi/{self.name}@{self.version}"


def components(packages: Path, lock: str) -> list[Component]:
    """Return what is in the directory of packages, by name, each with a licence and as locked.

    Raises NotShippable.
    """
    # A lock for every system has a package in several versions, by release of Python.
    pinned = {(_plain(name), version) for name, version in _PINNED.findall(lock)}
    found = sorted(_component(each) for each in distributions(path=[str(packages)]))
    names = {each.name for each in found}
    for each in found:
        if each.name != OURS and (each.name, each.version) not in pinned:
            raise NotShippable(f"{each.name} {each.version}: the lock does not have it")
        if not each.licence:
            raise NotShippable(f"{each.name} {each.version}: says nothing of its licence")
    return [
        Component(each.name, each.version, each.licence, tuple(n for n in each.needs if n in names))
        for each in found
    ]


def of_image(packages: str) -> list[Component]:
    """Return the packages of Debian in the image, by its list of them (usr/share/sanban)."""
    rows = (line.split() for line in packages.splitlines())
    return [
        Component(name, version, f"/usr/share/doc/{name}/copyright in the image", (), architecture)
        for name, version, architecture in rows
    ]


def bill(shipped: Iterable[Component], wheel: Path, made: datetime) -> str:
    """Return the bill of materials of a wheel with what it needs, as CycloneDX 1.6 in JSON."""
    every = [*shipped]
    [ours] = [each for each in every if each.name == OURS]
    digest = sha256(wheel.read_bytes()).hexdigest()
    main = _described(ours) | {
        "type": "application",
        "hashes": [{"alg": "SHA-256", "content": digest}],
    }
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, digest)}",
        "version": 1,
        "metadata": {
            "timestamp": made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": main,
        },
        "components": [_described(each) for each in every if each is not ours],
        "dependencies": [
            {"ref": each.reference, "dependsOn": _references(each, every)} for each in every
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def licences(shipped: Iterable[Component]) -> str:
    """Return the list of licences: a line for each package."""
    return "".join(f"{each.name} {each.version}: {each.licence}\n" for each in shipped)


def _component(found: Distribution) -> Component:
    needs = (Requirement(each) for each in found.requires or ())
    wanted = {_plain(r.name) for r in needs if r.marker is None or r.marker.evaluate({"extra": ""})}
    return Component(
        _plain(found.metadata["Name"]), found.version, _licence(found), tuple(sorted(wanted))
    )


def _licence(found: Distribution) -> str:
    """Return what the package says of its licence: an expression, classifiers, or a short text."""
    meta = found.metadata
    expression: str | None = meta["License-Expression"]
    classes = [each for each in meta.get_all("Classifier") or () if each.startswith(_APPROVED)]
    said = [*(meta["License"] or "").strip().splitlines(), ""][0]
    return expression or "; ".join(each.removeprefix(_APPROVED) for each in classes) or said


def _described(each: Component) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": each.reference,
        "name": each.name,
        "version": each.version,
        "purl": each.reference,
        "licenses": [{"license": {"name": each.licence}}],
    }


def _references(each: Component, every: Iterable[Component]) -> list[str]:
    return [other.reference for other in every if other.name in each.needs]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
