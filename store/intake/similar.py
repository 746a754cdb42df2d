"""Reports that are compared with later ones, indexed by blocking keys."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import sql
from psycopg.rows import DictRow, dict_row

from domain.complaints import Place
from domain.matching.blocking import blocking_keys, candidate_keys
from domain.matching.clustering import Candidate, CaseState, ClusterLeader
from domain.matching.similarity import ReportFeatures
from domain.policy.similar_rules import MOST_SCORED, SimilarRule
from domain.vocabulary import ENDED_STAGES, Stage, Urgency
from schemas.intake import Claim, Comparison
from store.connection import Connection, Database
from store.privacy.keys import Keys, PostgresKeys

# One transaction at a time until it commits. A later one then sees all reports with lower numbers,
# so that reports of one matter in two partitions agree on which came first.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('sanban.reports', 0))"
KEEP = """
INSERT INTO sanban.reports AS r (
    case_id, tenant, category, reported_at, text, address, longitude_e6, latitude_e6, gathers,
    kept_under, grid
)
SELECT case_id, tenant, category, reported_at, text, address, longitude_e6, latitude_e6, gathers,
    kept_under::integer[], grid
FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::int[],
    %s::int[], %s::bool[], %s::text[], %s::text[]
) WITH ORDINALITY AS said (
    case_id, tenant, category, reported_at, text, address, longitude_e6, latitude_e6, gathers,
    kept_under, grid, nth
)
ORDER BY nth  -- so that numbers are in the order of arrival
ON CONFLICT (case_id) DO UPDATE SET  -- the new holder counts as arriving now
    number = DEFAULT, category = EXCLUDED.category, reported_at = EXCLUDED.reported_at,
    text = EXCLUDED.text, address = EXCLUDED.address, longitude_e6 = EXCLUDED.longitude_e6,
    latitude_e6 = EXCLUDED.latitude_e6, gathers = EXCLUDED.gathers,
    kept_under = EXCLUDED.kept_under, grid = EXCLUDED.grid
    WHERE r.tenant = EXCLUDED.tenant
"""
# The state of a case is in the read model; before it has a row there, in its identity.
UNDECIDED = """
INSERT INTO sanban.undecided_reports SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING
"""
DECIDED = "DELETE FROM sanban.undecided_reports WHERE case_id = ANY (%s::text[])"
# For each report: the others that share a blocking key, of which Python scores the best few. Ranked
# by place within reach (2), same category (1) and each shared key (1), then the latest first.
NEAR = sql.SQL("""
SELECT asked.nth, r.case_id, r.number, r.category, r.reported_at, r.text, r.address,
    r.longitude_e6, r.latitude_e6, r.grid, r.gathers, r.apart, c.stage, i.state, r.leader,
    l.number AS leader_number, lc.stage AS leader_stage, li.state AS leader_state,
    c.urgency, lc.urgency AS leader_urgency,
    u.case_id IS NULL OR coalesce(i.held_at < now() - {given_up}, false) AS decided
FROM (
    SELECT case_id, kept_under::integer[] AS numbers, first, last, reach, nth
    FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::int[])
        WITH ORDINALITY AS said (case_id, kept_under, first, last, reach, nth)
) asked
JOIN sanban.reports own ON own.case_id = asked.case_id
CROSS JOIN LATERAL (
    SELECT * FROM sanban.reports near
    WHERE near.kept_under && asked.numbers AND {which}
        AND near.tenant = own.tenant AND near.reported_at BETWEEN asked.first AND asked.last
    ORDER BY
        2 * (near.longitude_e6 BETWEEN own.longitude_e6 - asked.reach
            AND own.longitude_e6 + asked.reach
            AND near.latitude_e6 BETWEEN own.latitude_e6 - asked.reach
            AND own.latitude_e6 + asked.reach IS TRUE)::int
        + (near.category = own.category IS TRUE)::int
        + (SELECT count(*) FROM unnest(near.kept_under) under WHERE under = ANY (asked.numbers))
        DESC, near.number DESC
    LIMIT {most}
) r
LEFT JOIN sanban.cases c ON c.case_id = r.case_id
LEFT JOIN sanban.identities i ON i.case_id = r.case_id AND i.kind = 'filed'
LEFT JOIN sanban.undecided_reports u ON u.case_id = r.case_id
LEFT JOIN sanban.reports l ON l.case_id = r.leader
LEFT JOIN sanban.cases lc ON lc.case_id = r.leader
LEFT JOIN sanban.identities li ON li.case_id = r.leader AND li.kind = 'filed'
WHERE c.case_id IS NOT NULL OR i.state <> 'rejected'
ORDER BY asked.nth, r.number
""")
# Whose record was lost before it was decided: no later chunk must wait for that.
_LIMITS = {"most": sql.Literal(MOST_SCORED), "given_up": sql.SQL("interval '1 minute'")}
BEFORE = NEAR.format(which=sql.SQL("near.number < own.number"), **_LIMITS)
AROUND = NEAR.format(which=sql.SQL("near.number <> own.number"), **_LIMITS)
REPORT = """
SELECT category, reported_at, text, address, longitude_e6, latitude_e6, grid, gathers
FROM sanban.reports WHERE case_id = %s AND tenant = %s
"""
LEAD = """
UPDATE sanban.reports r SET leader = said.leader, apart = r.apart OR said.apart
FROM unnest(%s::text[], %s::text[], %s::bool[]) AS said (case_id, leader, apart)
WHERE r.case_id = said.case_id
"""
BEGUN = """
SELECT i.case_id FROM sanban.identities i
WHERE i.case_id = ANY (%s::text[]) AND i.kind = 'filed' AND i.state = 'accepted'
UNION SELECT c.case_id FROM sanban.cases c WHERE c.case_id = ANY (%s::text[])
"""
LED = """
SELECT r.case_id, c.seq FROM sanban.reports r JOIN sanban.cases c USING (case_id)
WHERE r.leader = %s AND r.tenant = %s AND c.stage = 'merged'
ORDER BY r.number
"""
FOLLOWING = "SELECT case_id FROM sanban.cases WHERE case_id = ANY (%s::text[]) AND stage = 'merged'"


@dataclass(frozen=True, slots=True)
class PostgresSimilar:
    """Implements consumers.ports.Similar."""

    database: Database

    async def before(self, comparisons: Sequence[Comparison]) -> list[tuple[Candidate, ...]]:
        return await self._near(BEFORE, comparisons)

    async def around(self, comparison: Comparison) -> tuple[Candidate, ...]:
        """Return also later ones, for a person who looks at similar cases."""
        [found] = await self._near(AROUND, [comparison])
        return found

    async def report(self, tenant: str, case_id: str) -> ReportFeatures | None:
        """Return the report of a case; None for a case from before reports were kept."""
        rows = await self.database.fetch_as(dict_row, REPORT, (case_id, tenant))
        found = await self._unsealed([(tenant, row) for row in rows])
        return _report(found[0]) if found else None

    async def _near(
        self, query: sql.Composed, comparisons: Sequence[Comparison]
    ) -> list[tuple[Candidate, ...]]:
        columns = [
            [each.case_id for each in comparisons],
            [_array(candidate_keys(each.tenant, each.report, each.rule)) for each in comparisons],
            [_since(each.report, each.rule) for each in comparisons],
            [_until(each.report, each.rule) for each in comparisons],
            [9 * each.rule.metres for each in comparisons],  # in millionths of a degree, and more
        ]
        found: dict[int, list[Candidate]] = {}
        near = await self.database.fetch_as(dict_row, query, columns)
        for row in await self._unsealed(
            [(comparisons[row["nth"] - 1].tenant, row) for row in near]
        ):
            found.setdefault(row["nth"], []).append(_candidate(row))
        return [tuple(found.get(nth, ())) for nth in range(1, len(comparisons) + 1)]

    async def _unsealed(self, rows: Sequence[tuple[str, DictRow]]) -> list[DictRow]:
        """Return the rows, each given with its tenant, with text and address in words."""
        sealed = [(tenant, row[name]) for tenant, row in rows for name in ("text", "address")]
        words = iter(await PostgresKeys(self.database).unsealed(sealed))
        return [{**row, "text": next(words), "address": next(words)} for _, row in rows]

    async def lead(
        self,
        led: Mapping[str, str | None],
        apart: Collection[str] = (),
        decided: Collection[str] = (),
    ) -> None:
        changed = sorted({*led, *apart})
        rows = [(case_id, led.get(case_id), case_id in apart) for case_id in changed]
        names = sorted(decided)

        async def work(connection: Connection) -> None:
            if rows:
                columns = [list(column) for column in zip(*rows, strict=True)]
                await connection.execute(LEAD, columns)
            if names:
                await connection.execute(DECIDED, (names,))

        await self.database.run_in_transaction(work)

    async def begun(self, case_ids: Collection[str]) -> frozenset[str]:
        asked = sorted(case_ids)
        return frozenset(id_ for (id_,) in await self.database.fetch(BEGUN, (asked, asked)))

    async def led_by(self, tenant: str, case_id: str) -> list[tuple[str, int]]:
        """Return the cases that still follow this one by a rule, in the order of arrival.

        Each comes with the seq of its last journal row.
        """
        return [(id_, seq) for id_, seq in await self.database.fetch(LED, (case_id, tenant))]

    async def following(self, case_ids: Collection[str]) -> list[str]:
        """Return those of the cases that follow another one now."""
        return [id_ for (id_,) in await self.database.fetch(FOLLOWING, (sorted(case_ids),))]


async def keep(connection: Connection, keys: Keys, claims: Sequence[Claim]) -> None:
    """Store the reports of claims that have just become holders, in the order of arrival."""
    rows = {
        claim.case_id: (
            claim.case_id,
            claim.tenant,
            said.category,
            said.at.astimezone(UTC),
            keys.seal(claim.tenant, claim.case_id, said.text),
            keys.seal(claim.tenant, claim.case_id, said.place.address),
            said.place.longitude_e6,
            said.place.latitude_e6,
            said.may_follow,
            _array(blocking_keys(claim.tenant, said)),
            said.place.grid,
        )
        for claim in claims
        if (said := claim.report) is not None
    }
    if rows:
        columns = zip(*rows.values(), strict=True)
        await connection.execute(LOCK)
        await connection.execute(KEEP, [list(column) for column in columns])
        await connection.execute(UNDECIDED, (sorted(rows),))


def _candidate(row: DictRow) -> Candidate:
    led = None
    if row["leader"] is not None and row["leader_number"] is not None:
        state = _state(row["leader_stage"], None)
        begun = row["leader_stage"] is not None or row["leader_state"] == "accepted"
        urgency = _urgency(row["leader_urgency"])
        led = ClusterLeader(row["leader"], row["leader_number"], state, begun, urgency)
    return Candidate(
        case_id=row["case_id"],
        order=row["number"],
        report=_report(row),
        state=_state(row["stage"], row["leader"]),
        begun=row["stage"] is not None or row["state"] == "accepted",
        leader=led,
        apart=row["apart"],
        decided=row["decided"],
        urgency=_urgency(row["urgency"]),
    )


def _urgency(found: str | None) -> Urgency | None:
    """Return that of a case; None until the read model has it."""
    return None if found is None else Urgency(found)


def _report(row: DictRow) -> ReportFeatures:
    place = Place(row["address"], row["grid"], row["longitude_e6"], row["latitude_e6"])
    return ReportFeatures(row["category"], row["reported_at"], row["text"], place, row["gathers"])


def _state(stage: str | None, leader: str | None) -> CaseState:
    if stage is None:
        return CaseState.OWN if leader is None else CaseState.FOLLOWS
    if stage == Stage.MERGED:
        return CaseState.FOLLOWS
    return CaseState.OVER if stage in ENDED_STAGES else CaseState.OWN


def _array(numbers: Sequence[int]) -> str:
    """Return the text form of an array. Arrays of different lengths fit into no array of arrays."""
    return "{" + ",".join(map(str, numbers)) + "}"


def _since(report: ReportFeatures, rule: SimilarRule) -> datetime:
    return (report.at - rule.within).astimezone(UTC)


def _until(report: ReportFeatures, rule: SimilarRule) -> datetime:
    return (report.at + rule.within).astimezone(UTC)
