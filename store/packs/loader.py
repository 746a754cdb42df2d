"""Load a policy pack: a directory of files becomes a Policy, or a list of problems."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from importlib.resources.abc import Traversable

from pydantic import ValidationError

from domain.policy.inventory import Inventory
from domain.policy.model import Policy
from domain.policy_checks.calendar_end import FIXED_DAYS_OFF
from domain.policy_checks.check import check
from domain.policy_checks.doubts import doubts
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import PolicyFinding, no_such
from domain.policy_checks.inventory import InventoryCheck
from domain.sla.calendars import Spans
from schemas.base import Written
from schemas.packs.calendar import CalendarFile
from schemas.packs.pack import (
    GEOJSON,
    PACK_FILES,
    Files,
    PackFile,
    draft_of,
    file_name,
    file_of,
    policy_of,
)
from schemas.packs.policy import PolicyFile
from schemas.packs.sections import SectionFile
from store.packs.csv_files import UnreadableCsv, read_inventory
from store.packs.json_files import read_geojson
from store.packs.problems import BrokenPack, PackProblem, misshapen, path_text
from store.packs.yaml_files import Path, YamlPage, read_yaml

PublishedHolidays = tuple[tuple[tuple[date, Spans], ...], date]
"""The days that differ from a plain week, and the last day for which they are known."""

Holidays = Mapping[str, Callable[[tuple[Spans, ...]], PublishedHolidays]]
"""The holidays that a calendar may name. Each function is given the plain week of that calendar."""


def load_pack(directory: Traversable, holidays: Holidays) -> Policy:
    """Return the policy, under the hash of its content. Raises BrokenPack with all problems.

    A reference into a file that cannot be read is not checked, so that one mistake is one problem.
    """
    reading = PackReading(directory)
    reading.check_names()
    files = reading.files()
    draft = draft_of(files)
    inventory = reading.inventory(file_of(files, PolicyFile), draft)
    for finding in check(replace(draft, owners=reading.owners)):
        reading.report(finding.file, finding.path, finding.reason)
    published = reading.published(file_of(files, CalendarFile), holidays)
    if reading.problems or published is None:
        raise BrokenPack(str(directory), tuple(reading.problems))
    return policy_of(files, *published, inventory=inventory)


def remarks_on(directory: Traversable, policy: Policy) -> tuple[PackProblem, ...]:
    """Return what the author of this valid pack may not have meant so, by file and line.

    `policy` is what the pack in `directory` was loaded as.
    """
    reading = PackReading(directory)
    files = reading.files()
    calendar = file_of(files, CalendarFile)
    for finding in (*doubts(policy), *(_calendar_doubts(calendar, policy) if calendar else ())):
        reading.report(finding.file, finding.path, finding.reason)
    for name, file in files.items():
        for path, reason in file.doubts() if isinstance(file, SectionFile) else ():
            reading.report(name, path, reason)
    return tuple(reading.problems)


def _calendar_doubts(calendar: CalendarFile, policy: Policy) -> Iterator[PolicyFinding]:
    """Yield what calendar.yaml says beside published holidays and does not mean so."""
    if calendar.holidays is None:
        return
    said, known = calendar.published_until, policy.calendar.published_until
    if said is not None and said > known:
        reason = (
            f"holds until {known} alone: `exceptions` have no day off in the week and no make-up "
            f"working day of {known.year + 1}; list those of its notice, and until then leave its "
            "deadlines provisional"
        )
        yield PolicyFinding("calendar", ("published_until",), reason)
    for number, entry in enumerate(calendar.exceptions):
        if entry.hours and (entry.date.month, entry.date.day) in FIXED_DAYS_OFF:
            reason = f"has working hours on {entry.date}, a day off by law; correct the date"
            yield PolicyFinding("calendar", ("exceptions", number), reason)


class PackReading:
    """Reads the files of a pack and collects their problems."""

    def __init__(self, directory: Traversable) -> None:
        self._directory = directory
        self._pages: dict[str, YamlPage] = {}
        self._problems: list[PackProblem] = []
        self.owners: Mapping[str, tuple[str, ...]] = {}

    @property
    def problems(self) -> list[PackProblem]:
        """Return the problems in the order of PACK_FILES, and by line within a file."""
        order = {row.file: place for place, row in enumerate(PACK_FILES)}
        return sorted(
            self._problems, key=lambda it: (order.get(it.file, -1), it.file, it.line, it.path)
        )

    def report(self, name: str, path: Path, reason: str) -> None:
        line = self._pages[name].line(path)
        self._problems.append(PackProblem(file_name(name), line, path_text(path), reason))

    def check_names(self) -> None:
        """Report each file that a pack does not have: its name is probably misspelt."""
        known = [row.file for row in PACK_FILES]
        entries = self._directory.iterdir() if self._directory.is_dir() else ()
        for name in sorted(entry.name for entry in entries):
            if name.endswith((".yaml", ".yml", ".json", GEOJSON)) and name not in known:
                self._problems.append(
                    PackProblem(name, 0, "", no_such("file of a pack", name, known))
                )

    def files(self) -> Files:
        """Return the files that could be read; each of the others is a problem."""
        found = ((row.name, self._file(row)) for row in PACK_FILES)
        return {name: file for name, file in found if file is not None}

    def inventory(self, head: PolicyFile | None, draft: PolicyDraft) -> Inventory | None:
        """Return the inventory of parts; None where the pack names none, or it is a problem."""
        columns = head.parts_inventory if head else None
        if columns is None:
            return None
        name, found = columns.file, InventoryCheck(draft)
        try:
            content = self._directory.joinpath(name).read_bytes()
            found.read(read_inventory(content, columns))
        except OSError as error:
            reason = f"cannot be read: {error.strerror or error}"
            self._problems.append(PackProblem(name, 0, "", reason))
            return None
        except UnreadableCsv as error:
            self._problems.append(PackProblem(name, error.line, "", str(error)))
            return None
        for each in found.findings():
            self._problems.append(PackProblem(name, each.line, each.column, each.reason))
        self.owners = found.owners()
        return Inventory(name, sha256(content).hexdigest(), found.things)

    def published(
        self, calendar: CalendarFile | None, holidays: Holidays
    ) -> PublishedHolidays | None:
        """Return the holidays of the calendar.

        None if the calendar cannot be read or names unknown holidays; then there is a problem.
        """
        if calendar is None:
            return None
        own_until = calendar.published_until
        if calendar.holidays is None and own_until is not None:
            return (), own_until
        name = calendar.holidays or ""
        if name not in holidays:
            self.report("calendar", ("holidays",), no_such("holidays", name, holidays))
            return None
        days, until = holidays[name](calendar.week.to_domain())
        # A pack keeps the notice that it was given when a release that has it, too, comes later.
        return days, calendar.noticed_until(until)

    def _file(self, row: PackFile) -> Written | None:
        name, model = row.name, row.model
        try:
            content = self._directory.joinpath(row.file).read_bytes()
        except OSError as error:
            if isinstance(error, FileNotFoundError) and row.optional:
                return None
            reason = f"cannot be read: {error.strerror or error}"
            self._problems.append(PackProblem(row.file, 0, "", reason))
            return None
        read = read_geojson if row.file.endswith(GEOJSON) else read_yaml
        page = self._pages[name] = read(content)
        self._problems += self._flaws(row.file, page)
        if page.flaws:
            return None
        try:
            # As JSON: in strict mode pydantic takes text for dates and enums only from JSON.
            return model.model_validate_json(json.dumps(page.value), strict=True)
        except ValidationError as error:
            for path, reason in misshapen(error, model):
                self.report(name, path, reason)
            return None

    @staticmethod
    def _flaws(file: str, page: YamlPage) -> Iterable[PackProblem]:
        return (
            PackProblem(file, flaw.line, path_text(flaw.path), flaw.reason) for flaw in page.flaws
        )
