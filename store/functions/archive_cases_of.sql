-- revision: 1
-- Moves at most p_most cases of one tenant, or of all where p_tenant is NULL, that were closed before p_before,
-- all of one year, to the archive table of that year (docs/adr/0022-reading.md, "The archive"). Returns how many,
-- 0 if there is none left. A case that another transaction is writing is left for the next call.
CREATE OR REPLACE FUNCTION sanban.archive_cases_of(
    p_tenant text, p_before timestamptz, p_most integer
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_year  timestamptz;
    v_next  timestamptz;
    v_table text;
    v_moved integer;
BEGIN
    -- One call at a time: two would create the same table. Taken before anything is read.
    PERFORM pg_advisory_xact_lock(hashtextextended('sanban.archive_cases', 0));
    SELECT date_trunc('year', min(c.closed_at)) INTO v_year FROM ONLY sanban.cases c
        WHERE c.stage IN ('archived', 'withdrawn') AND c.closed_at < p_before
            AND (p_tenant IS NULL OR c.tenant = p_tenant);
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
    -- Columns are copied by position: every table of the archive inherits them in the same order.
    EXECUTE format($move$
        WITH picked AS (
            SELECT c.case_id FROM ONLY sanban.cases c
            WHERE c.stage IN ('archived', 'withdrawn')
                AND c.closed_at >= $1 AND c.closed_at < least($2, $3)
                AND ($5 IS NULL OR c.tenant = $5)
            ORDER BY c.closed_at LIMIT $4 FOR UPDATE SKIP LOCKED
        ), moved AS (
            DELETE FROM ONLY sanban.cases c USING picked WHERE c.case_id = picked.case_id
            RETURNING c.*
        )
        INSERT INTO sanban.%I SELECT * FROM moved
    $move$, v_table) USING v_year, v_next, p_before, p_most, p_tenant;
    GET DIAGNOSTICS v_moved = ROW_COUNT;
    RETURN v_moved;
END $$;

GRANT EXECUTE ON FUNCTION sanban.archive_cases_of(text, timestamptz, integer) TO sanban_app;
