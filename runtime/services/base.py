"""What every service is: checks for /readyz, notes, and the work itself."""

from abc import ABC, abstractmethod
from asyncio import Event
from collections.abc import Iterable, Mapping
from typing import ClassVar, TypeAlias

from prometheus_client import Counter

from console.health import Check, Note
from runtime.services.resources import Resources
from runtime.settings import Settings

LabelSets: TypeAlias = Mapping[Counter, Iterable[tuple[str, ...]]]


class Service(ABC):
    """One background process, alone or beside the others in `sanban up`.

    The constructor does no I/O except reading files; it raises Problem where the settings or such a
    file are wrong. `name` is the process in logs, in the database's list of connections and in what
    the process says at its start. CONTRIBUTING.md, «A new background process», lists what belongs
    to one.
    """

    name: ClassVar[str]
    uses_temporal: ClassVar[bool] = False
    metrics: ClassVar[tuple[str, ...]]
    """How the names of its metrics begin, after `sanban_`: a process shows its own alone."""
    seals: ClassVar[bool] = False
    """The process seals or unseals words of people, so it reads the master key."""

    def __init__(self, on: Resources) -> None:
        self.on = on

    @classmethod  # noqa: B027 - most need no more than their constructor reads
    def require(cls, settings: Settings) -> None:
        """Raise Problem where a setting is missing that the process needs when it runs alone."""

    @classmethod
    def reads_words(cls, settings: Settings) -> bool:  # noqa: ARG003 - of one, they decide
        """Return whether the process needs the master key under these settings."""
        return cls.seals

    @abstractmethod
    def checks(self) -> Mapping[str, Check]:
        """Return what must be well before /readyz answers 200, by the name of the part."""

    def notes(self) -> Mapping[str, Note]:
        """Return what /readyz says in any case: what a part does just now."""
        return {}

    def label_sets(self) -> LabelSets:
        """Return the label values that are a closed list, of each counter that has one.

        They exist at 0 from the start: a counter that is born at 1 does not grow for Prometheus, so
        no rule sees the first failure.
        """
        return {}

    def why_not_alive(self) -> str | None:
        """Return why only a restart helps, or None. Asks no other process."""
        return None

    @abstractmethod
    async def run(self, stop: Event) -> None:
        """Work until asked to stop; then finish what is in hand. Raises Problem."""
