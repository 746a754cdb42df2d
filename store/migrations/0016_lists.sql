-- Lists of very many cases, for everybody who reads them (docs/PERFORMANCE.md, «Lists»).
-- Open and closed cases have indexes of their own: an open case changes at every stage, a closed
-- one hardly ever; and an index of the open ones alone is small enough to be read as a whole.

DROP INDEX sanban.cases_by_due, sanban.cases_open_by_due, sanban.cases_open_by_holder,
    sanban.cases_by_units, sanban.cases_by_inbox;

-- All that a list of open cases may ask for: no combination of filters reads the table itself.
CREATE INDEX cases_open ON sanban.cases (tenant, next_due, case_id)
    INCLUDE (stage, tier, holder, grid, units, inbox) WHERE closed_at IS NULL;

CREATE INDEX cases_closed ON sanban.cases (tenant, next_due, case_id)
    INCLUDE (units) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_closed_by_stage ON sanban.cases (tenant, stage, next_due, case_id)
    WHERE closed_at IS NOT NULL;
CREATE INDEX cases_closed_by_tier ON sanban.cases (tenant, tier, next_due, case_id)
    WHERE closed_at IS NOT NULL;
CREATE INDEX cases_closed_by_holder ON sanban.cases (tenant, holder, next_due, case_id)
    WHERE closed_at IS NOT NULL;
CREATE INDEX cases_closed_by_grid ON sanban.cases (tenant, grid, next_due, case_id)
    WHERE closed_at IS NOT NULL;
-- Without the list of pending entries: every look-up would read all of that.
CREATE INDEX cases_closed_by_units ON sanban.cases USING gin (units)
    WITH (fastupdate = off) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_closed_by_inbox ON sanban.cases USING gin (inbox)
    WITH (fastupdate = off) WHERE closed_at IS NOT NULL;

-- What an index alone can answer it does once the table is vacuumed; by default that is when a fifth
-- of it has changed.
ALTER TABLE sanban.cases SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.05
);

-- The words are hashed with the secret of all look-ups from now on (migration 15), which a master key
-- wraps; what was kept before with another is not found any more.
DROP TABLE sanban.case_words_secret;
TRUNCATE sanban.case_words;
-- The words of open cases apart from those of closed ones: most that is looked for is open.
ALTER TABLE sanban.case_words ADD COLUMN of_open boolean NOT NULL DEFAULT true;
DROP INDEX sanban.case_words_by_word;
CREATE INDEX case_words_open ON sanban.case_words
    USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 256) WHERE of_open;
CREATE INDEX case_words_closed ON sanban.case_words
    USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 256) WHERE NOT of_open;

CREATE OR REPLACE VIEW sanban.tenant_cases AS
SELECT c.*, w.words, w.of_open
FROM sanban.cases c LEFT JOIN sanban.case_words w ON w.case_id = c.case_id
WHERE c.tenant = current_setting('sanban.tenant', true);
CREATE OR REPLACE VIEW sanban.unit_cases AS
SELECT c.*, w.words, w.of_open
FROM sanban.cases c LEFT JOIN sanban.case_words w ON w.case_id = c.case_id
WHERE c.tenant = current_setting('sanban.tenant', true)
    AND c.units && nullif(current_setting('sanban.units', true), '')::text[];

-- As before, and the words follow when a case is closed or reopened.
CREATE OR REPLACE FUNCTION sanban.case_put(p_row sanban.cases) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_older boolean := p_row.units IS NULL;
    v_open  boolean := p_row.closed_at IS NULL;
BEGIN
    p_row.units := coalesce(p_row.units, array_remove(ARRAY[p_row.holder], NULL));
    p_row.inbox := coalesce(p_row.inbox, p_row.units);
    INSERT INTO sanban.cases AS c SELECT p_row.*
    ON CONFLICT (case_id) DO UPDATE SET
        tenant = EXCLUDED.tenant, tier = EXCLUDED.tier, stage = EXCLUDED.stage,
        holder = EXCLUDED.holder, grid = EXCLUDED.grid, category = EXCLUDED.category,
        urgency = EXCLUDED.urgency, channel = EXCLUDED.channel, title = EXCLUDED.title,
        level = EXCLUDED.level, received_at = EXCLUDED.received_at,
        citizen_due = EXCLUDED.citizen_due, next_due = EXCLUDED.next_due,
        next_clock = EXCLUDED.next_clock, closed_at = EXCLUDED.closed_at,
        policy = EXCLUDED.policy, seq = EXCLUDED.seq,
        spot = coalesce(EXCLUDED.spot, c.spot),
        units = CASE WHEN v_older AND c.units @> EXCLUDED.units THEN c.units
            WHEN v_older THEN c.units || EXCLUDED.units ELSE EXCLUDED.units END,
        inbox = EXCLUDED.inbox;
    UPDATE sanban.case_words w SET of_open = v_open
        WHERE w.case_id = p_row.case_id AND w.of_open <> v_open;
END $$;
