-- The spot of a case (domain/spots.py), so that repeats of the same spot and category can be
-- counted. Cases older than this have none until the read model is rebuilt.

ALTER TABLE sanban.cases ADD COLUMN spot text;

CREATE INDEX cases_by_spot
    ON sanban.cases (tenant, category, spot, received_at) WHERE spot IS NOT NULL;

-- A row of a program one release older has no spot: what is known stays.
CREATE OR REPLACE FUNCTION sanban.case_put(p_row sanban.cases) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO sanban.cases AS c SELECT p_row.*
    ON CONFLICT (case_id) DO UPDATE SET
        tenant = EXCLUDED.tenant, tier = EXCLUDED.tier, stage = EXCLUDED.stage,
        holder = EXCLUDED.holder, grid = EXCLUDED.grid, category = EXCLUDED.category,
        urgency = EXCLUDED.urgency, channel = EXCLUDED.channel, title = EXCLUDED.title,
        level = EXCLUDED.level, received_at = EXCLUDED.received_at,
        citizen_due = EXCLUDED.citizen_due, next_due = EXCLUDED.next_due,
        next_clock = EXCLUDED.next_clock, closed_at = EXCLUDED.closed_at,
        policy = EXCLUDED.policy, seq = EXCLUDED.seq,
        spot = coalesce(EXCLUDED.spot, c.spot)
$$;
