"""Keeps plans, passes, misses and findings of patrols, each in one transaction with its row."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from domain.case.commands import ENGINE
from domain.complaints import Evidence
from domain.patrols.findings import OpenFinding
from domain.patrols.routes import Patrol
from domain.patrols.stops import KeptStop
from domain.vocabulary import ENDED_STAGES
from store.connection import Connection, Database
from store.journal.operations import Operation, operation_of
from store.patrols.journaled_rows import keep_once

PATROL_ROWS = (
    "patrol_planned",
    "patrol_cancelled",
    "patrol_passed",
    "patrol_missed",
    "patrol_found",
)
"""The kinds of rows in the chain."""

PLANNED = """
SELECT patrol, day, unit, grids, opens_at, closes_at, look_at, planned_by, why
FROM sanban.patrol_plans WHERE tenant = %s AND day BETWEEN %s AND %s ORDER BY day, patrol
"""
KEPT = """
SELECT s.patrol, s.grid, s.day, s.unit, s.passed OR l.id IS NOT NULL, coalesce(l.at, s.at),
    coalesce(l.person, s.person), coalesce(l.longitude_e6, s.longitude_e6),
    coalesce(l.latitude_e6, s.latitude_e6), coalesce(l.evidence, s.evidence), l.id IS NOT NULL
FROM sanban.patrol_stops s LEFT JOIN sanban.patrol_late_passes l
    ON NOT s.passed AND (l.tenant, l.patrol, l.grid) = (s.tenant, s.patrol, s.grid)
WHERE s.tenant = %s AND s.day BETWEEN %s AND %s ORDER BY 6, s.patrol, s.grid
"""
LAST = """
SELECT grid, max(at) FROM (
    SELECT grid, at FROM sanban.patrol_stops WHERE tenant = %s AND passed
    UNION ALL SELECT grid, at FROM sanban.patrol_late_passes WHERE tenant = %s
) passes GROUP BY grid
"""
SHOWN = """
SELECT DISTINCT file ->> 'sha256' FROM (
    SELECT evidence FROM sanban.patrol_stops WHERE tenant = %s AND passed
    UNION ALL SELECT evidence FROM sanban.patrol_late_passes WHERE tenant = %s
) passes, jsonb_array_elements(evidence) AS file WHERE file ->> 'sha256' = ANY (%s)
"""
FOUND = """
SELECT id, patrol, grid, day, case_id, person, at FROM sanban.patrol_findings
WHERE tenant = %s AND day BETWEEN %s AND %s ORDER BY at, id
"""
# The case of a finding may not be read yet, or its category may have been corrected since.
OPEN = """
SELECT f.case_id, f.person, f.at, r.longitude_e6, r.latitude_e6
FROM sanban.patrol_findings f
LEFT JOIN sanban.cases c ON c.case_id = f.case_id
LEFT JOIN sanban.reports r ON r.case_id = f.case_id
WHERE f.tenant = %s AND f.grid = %s AND f.at > %s
    AND (c.case_id IS NULL OR c.stage <> ALL (%s))
    AND (c.case_id IS NULL OR c.category IS NOT DISTINCT FROM %s
        OR r.category IS NOT DISTINCT FROM %s)
"""
FOUND_AS = """
SELECT id, patrol, grid, day, case_id, person, at FROM sanban.patrol_findings
WHERE tenant = %s AND id = %s
"""
PLAN = """
INSERT INTO sanban.patrol_plans (
    id, tenant, patrol, day, unit, grids, look_at, opens_at, closes_at, planned_by, why
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
STOP = """
INSERT INTO sanban.patrol_stops (
    tenant, patrol, grid, day, unit, passed, at, person, longitude_e6, latitude_e6, evidence, id
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
LATE = """
INSERT INTO sanban.patrol_late_passes (
    tenant, patrol, grid, at, person, longitude_e6, latitude_e6, evidence, id
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
FIND = """
INSERT INTO sanban.patrol_findings (id, tenant, patrol, grid, day, case_id, person, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""
WATCH = """
INSERT INTO sanban.patrol_watch (tenant, begins, until) VALUES (%s, %s, %s)
ON CONFLICT (tenant) DO NOTHING
"""
# A town that was watched before versions were kept has known its schedules since then.
KNOW = """
INSERT INTO sanban.patrol_schedules (tenant, version, since)
SELECT watched.tenant, new.version, CASE WHEN EXISTS (
    SELECT FROM sanban.patrol_schedules before WHERE before.tenant = watched.tenant
) THEN %s ELSE watched.begins END
FROM sanban.patrol_watch watched, unnest(%s::text[]) AS new (version)
WHERE watched.tenant = %s
ON CONFLICT (tenant, version) DO NOTHING
"""
KNOWN = "SELECT version, since FROM sanban.patrol_schedules WHERE tenant = %s"
WATCHED = "SELECT begins, until FROM sanban.patrol_watch WHERE tenant = %s"
WATCHED_UNTIL = """
UPDATE sanban.patrol_watch SET until = greatest(until, %s) WHERE tenant = %s
"""


@dataclass(frozen=True, slots=True)
class PatrolAct:
    """Who says it, for which town, when, and why. `id`: of the operation."""

    id: str
    tenant: str
    person: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class PatrolFinding:
    """What was found on a patrol became a case. `id`: that of the complaint, too."""

    id: str
    patrol: str
    grid: str
    day: date
    case_id: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PostgresPatrols:
    """Every method raises StoreUnavailable."""

    database: Database

    async def planned(self, tenant: str, since: date, until: date) -> list[Patrol]:
        """Return the patrols that people have planned for these days, both included."""
        rows = await self.database.fetch(PLANNED, (tenant, since, until))
        return [
            Patrol(
                id=patrol,
                day=day,
                unit=unit,
                grids=(*grids,),
                opens=opens,
                closes=closes,
                look_at=(*look_at,),
                planned_by=by,
                why=why,
            )
            for patrol, day, unit, grids, opens, closes, look_at, by, why in rows
        ]

    async def kept(self, tenant: str, since: date, until: date) -> list[KeptStop]:
        """Return the passes and misses of these days, both included, in order of time."""
        rows = await self.database.fetch(KEPT, (tenant, since, until))
        return [_stop(row) for row in rows]

    async def findings(self, tenant: str, since: date, until: date) -> list[PatrolFinding]:
        """Return what was found on the patrols of these days."""
        rows = await self.database.fetch(FOUND, (tenant, since, until))
        return [PatrolFinding(*row) for row in rows]

    async def found_as(self, tenant: str, id_: str) -> PatrolFinding | None:
        """Return the finding of this id; None if there is none."""
        rows = await self.database.fetch(FOUND_AS, (tenant, id_))
        return PatrolFinding(*rows[0]) if rows else None

    async def open_findings(
        self, tenant: str, grid: str, category: str | None, since: datetime
    ) -> list[OpenFinding]:
        """Return what was found since in a grid, of a category, and has not ended."""
        at, over = since.astimezone(UTC), [*ENDED_STAGES]
        asked = (tenant, grid, at, over, category, category)
        return [
            OpenFinding(case, person, at, None if lon is None or lat is None else (lon, lat))
            for case, person, at, lon, lat in await self.database.fetch(OPEN, asked)
        ]

    async def last_passes(self, tenant: str) -> Mapping[str, datetime]:
        """Return when each grid was passed last."""
        return dict(await self.database.fetch(LAST, (tenant, tenant)))

    async def shown(self, tenant: str, digests: Collection[str]) -> set[str]:
        """Return those of the files that proved a pass already."""
        found = await self.database.fetch(SHOWN, (tenant, tenant, [*digests]))
        return {each for (each,) in found}

    async def plan(self, patrol: Patrol, act: PatrolAct) -> None:
        """Journal a plan and keep it. The same id has one effect."""
        row = (act.id, act.tenant, patrol.id, patrol.day, patrol.unit, [*patrol.grids])
        span = (patrol.opens.astimezone(UTC), patrol.closes.astimezone(UTC))
        said = (*row, [*patrol.look_at], *span, act.person, act.why)
        details = [
            ("unit", patrol.unit),
            ("grids", " ".join(patrol.grids)),
            ("closes", patrol.closes.astimezone(UTC).isoformat()),
        ]
        if patrol.look_at:
            details.append(("look_at", " ".join(patrol.look_at)))
        operation = operation_of("patrol_planned", patrol.id, act, details)
        await keep_once(self.database, operation, PLAN, said)

    async def keep_pass(self, stop: KeptStop, act: PatrolAct) -> bool:
        """Journal a pass and keep it. Returns False if the grid was passed or missed before.
        One that is typed late stands beside the row of the miss, if there is one by now.
        """
        operation, row = _operation_of(stop, act), _row(stop, act)
        if await keep_once(self.database, operation, STOP, row):
            return True
        late = (*row[:3], *row[6:])
        return stop.typed_late and await keep_once(self.database, operation, LATE, late)

    async def keep_misses(self, tenant: str, stops: Sequence[KeptStop], now: datetime) -> int:
        """Journal the misses of a patrol, those that no other program has; return how many."""
        return sum([await self._keep_miss(tenant, stop, now) for stop in stops])

    async def _keep_miss(self, tenant: str, stop: KeptStop, now: datetime) -> bool:
        # One id for one miss: what two programs see at the same moment has one row.
        id_ = str(uuid5(NAMESPACE_URL, f"{tenant}/{stop.patrol}/{stop.grid}"))
        act = PatrolAct(id_, tenant, ENGINE.id, now, "no pass")
        return await keep_once(self.database, _operation_of(stop, act), STOP, _row(stop, act))

    async def keep_finding(self, finding: PatrolFinding, act: PatrolAct) -> bool:
        """Journal that something was found, and its case. Returns False if it was before."""
        row = (act.id, act.tenant, finding.patrol, finding.grid, finding.day, finding.case_id)
        details = [("grid", finding.grid), ("case", finding.case_id)]
        operation = operation_of("patrol_found", finding.patrol, act, details)
        return await keep_once(
            self.database, operation, FIND, (*row, act.person, finding.at.astimezone(UTC))
        )

    async def known(self, tenant: str) -> Mapping[str, datetime]:
        """Return since when the town knows each version of a schedule."""
        return dict(await self.database.fetch(KNOWN, (tenant,)))

    async def watched(
        self, tenant: str, versions: Sequence[str], now: datetime
    ) -> tuple[datetime, datetime]:
        """Keep that the town knows these schedules by now, and is watched from the first time on.

        Return since when misses are journaled, and until when they are.
        """
        at = now.astimezone(UTC)

        async def keep(connection: Connection) -> None:
            await connection.execute(WATCH, (tenant, at, at))
            if versions:
                await connection.execute(KNOW, (at, [*versions], tenant))

        await self.database.run_in_transaction(keep)
        [(since, until)] = await self.database.fetch(WATCHED, (tenant,))
        return since, until

    async def watched_until(self, tenant: str, until: datetime) -> None:
        """Keep that all misses up to a moment are journaled."""
        params = (until.astimezone(UTC), tenant)
        await self.database.run(lambda connection: connection.execute(WATCHED_UNTIL, params))


def _stop(row: tuple[Any, ...]) -> KeptStop:
    patrol, grid, day, unit, passed, at, person, longitude, latitude, evidence, late = row
    point = None if longitude is None or latitude is None else (longitude, latitude)
    files = tuple(Evidence(**each) for each in evidence)
    return KeptStop(patrol, grid, day, unit, passed, at, person, point, files, late)


def _row(stop: KeptStop, act: PatrolAct) -> tuple[Any, ...]:
    longitude, latitude = stop.point or (None, None)
    files = [_file(each) for each in stop.evidence]
    at = stop.at.astimezone(UTC)
    where = (act.tenant, stop.patrol, stop.grid, stop.day, stop.unit)
    said = (stop.passed, at, stop.person, longitude, latitude, json.dumps(files))
    return (*where, *said, act.id)


def _file(file: Evidence) -> dict[str, str]:
    return {"sha256": file.sha256, "uri": file.uri, "media_type": file.media_type}


def _operation_of(stop: KeptStop, act: PatrolAct) -> Operation:
    details = [("grid", stop.grid), ("unit", stop.unit), ("day", stop.day.isoformat())]
    details.append(
        ("passed_at" if stop.passed else "closed_at", stop.at.astimezone(UTC).isoformat())
    )
    if stop.typed_late:
        details.append(("typed_late", "true"))
    if stop.point is not None:
        details.append(("longitude_e6", str(stop.point[0])))
        details.append(("latitude_e6", str(stop.point[1])))
    if stop.evidence:
        details.append(("sha256", " ".join(each.sha256 for each in stop.evidence)))
    kind = "patrol_passed" if stop.passed else "patrol_missed"
    return operation_of(kind, stop.patrol, act, details)
