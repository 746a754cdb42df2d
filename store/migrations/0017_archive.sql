-- Cases whose story is over lie apart, in a table for each year in which they were closed
-- (docs/adr/0022-reading.md, «The archive»), so that the table and the indexes of the others stay
-- small. Every query of sanban.cases reads both: tables of the archive inherit from it. What is
-- looked for among open cases is not looked for there, because of their checks.
-- An index that is made on sanban.cases later must be made on these tables, too.

CREATE TABLE sanban.cases_archive (CHECK (closed_at IS NOT NULL)) INHERITS (sanban.cases);

-- By it the next ones are found.
CREATE INDEX cases_over ON sanban.cases (closed_at) WHERE stage IN ('archived', 'withdrawn');

-- Moves at most p_most cases that were closed before p_before, of one year; 0 when there are none.
-- One that somebody is just writing is passed by, until the next time.
CREATE FUNCTION sanban.archive_cases(p_before timestamptz, p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_year  timestamptz;
    v_next  timestamptz;
    v_table text;
    v_moved integer;
BEGIN
    -- One after the other; taken before anything is looked at.
    PERFORM pg_advisory_xact_lock(hashtextextended('sanban.archive_cases', 0));
    SELECT date_trunc('year', min(c.closed_at)) INTO v_year FROM ONLY sanban.cases c
        WHERE c.stage IN ('archived', 'withdrawn') AND c.closed_at < p_before;
    IF v_year IS NULL THEN
        RETURN 0;
    END IF;
    v_next := v_year + interval '1 year';
    v_table := 'cases_archive_' || extract(year FROM v_year);
    IF to_regclass('sanban.' || v_table) IS NULL THEN
        EXECUTE format(
            'CREATE TABLE sanban.%I ('
            ' LIKE sanban.cases INCLUDING DEFAULTS INCLUDING INDEXES INCLUDING STORAGE,'
            ' CHECK (closed_at >= %L AND closed_at < %L)'
            ') INHERITS (sanban.cases_archive)',
            v_table, v_year, v_next
        );
    END IF;
    EXECUTE format($move$
        WITH picked AS (
            SELECT c.case_id FROM ONLY sanban.cases c
            WHERE c.stage IN ('archived', 'withdrawn')
                AND c.closed_at >= $1 AND c.closed_at < least($2, $3)
            ORDER BY c.closed_at LIMIT $4 FOR UPDATE SKIP LOCKED
        ), moved AS (
            DELETE FROM ONLY sanban.cases c USING picked WHERE c.case_id = picked.case_id
            RETURNING c.*
        )
        INSERT INTO sanban.%I SELECT * FROM moved
    $move$, v_table) USING v_year, v_next, p_before, p_most;
    GET DIAGNOSTICS v_moved = ROW_COUNT;
    RETURN v_moved;
END $$;
GRANT EXECUTE ON FUNCTION sanban.archive_cases(timestamptz, integer) TO sanban_app;

-- As before; and a case that something is told after all comes back out of the archive.
CREATE OR REPLACE FUNCTION sanban.case_put(p_row sanban.cases) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_older boolean := p_row.units IS NULL;
    v_open  boolean := p_row.closed_at IS NULL;
    v_new   boolean;
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
        inbox = EXCLUDED.inbox
    RETURNING xmax = 0 INTO v_new;
    IF v_new THEN
        DELETE FROM sanban.cases_archive a WHERE a.case_id = p_row.case_id;
    END IF;
    UPDATE sanban.case_words w SET of_open = v_open
        WHERE w.case_id = p_row.case_id AND w.of_open <> v_open;
END $$;
