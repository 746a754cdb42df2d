-- revision: 1
-- Keeps sanban.open_marks as a row of sanban.cases says, in its transaction: one mark for each unit that may
-- read an open case and each mark that it waits for. What is right already is not written again, because an
-- act such as a comment changes none.
CREATE OR REPLACE FUNCTION sanban.open_marks_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE sanban.open_marks;
    ELSIF TG_OP = 'DELETE' OR NEW.closed_at IS NOT NULL THEN
        DELETE FROM sanban.open_marks o WHERE o.case_id = OLD.case_id;
    ELSE
        WITH wanted AS MATERIALIZED (
            SELECT said.mark, bool_or(said.reads) AS reads, NOT bool_and(said.reads) AS waits
            FROM (
                SELECT unnest(NEW.units), true UNION ALL SELECT unnest(NEW.inbox), false
            ) said (mark, reads)
            WHERE said.mark IS NOT NULL GROUP BY said.mark
        ), gone AS (
            DELETE FROM sanban.open_marks o
            WHERE o.case_id = NEW.case_id
                AND NOT EXISTS (SELECT FROM wanted w WHERE w.mark = o.mark)
        )
        INSERT INTO sanban.open_marks AS o (case_id, mark, tenant, next_due, stage, reads, waits, units)
        SELECT NEW.case_id, w.mark, NEW.tenant, NEW.next_due, NEW.stage, w.reads, w.waits, NEW.units
        FROM wanted w
        WHERE NOT EXISTS (
            SELECT FROM sanban.open_marks s
            WHERE s.case_id = NEW.case_id AND s.mark = w.mark AND s.tenant = NEW.tenant
                AND s.next_due IS NOT DISTINCT FROM NEW.next_due AND s.stage = NEW.stage
                AND s.reads = w.reads AND s.waits = w.waits AND s.units = NEW.units
        )
        ON CONFLICT (case_id, mark) DO UPDATE SET
            tenant = EXCLUDED.tenant, next_due = EXCLUDED.next_due, stage = EXCLUDED.stage,
            reads = EXCLUDED.reads, waits = EXCLUDED.waits, units = EXCLUDED.units;
    END IF;
    RETURN NULL;
END $$;
