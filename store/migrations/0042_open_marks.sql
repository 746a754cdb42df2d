-- Each open case once for each unit that may read it and each mark that it waits for (units and inbox of
-- sanban.cases), in the order of lists. A list of one unit, and a person's own list, begin at their first case
-- and end with their page, and read no case of others (docs/adr/0022-reading.md). A trigger keeps the marks in
-- the transaction of the row that they follow from, whoever writes it.
CREATE TABLE sanban.open_marks (
    case_id  text COLLATE "C" NOT NULL,
    mark     text COLLATE "C" NOT NULL,
    tenant   text NOT NULL,
    next_due timestamptz,
    stage    text NOT NULL,
    reads    boolean NOT NULL,  -- the mark is in units
    waits    boolean NOT NULL,  -- the mark is in inbox
    units    text[] NOT NULL,   -- of the case, for the rule of who reads it
    PRIMARY KEY (case_id, mark)
) WITH (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_insert_scale_factor = 0.05);

-- As in functions/open_marks_follow.sql: rows are written before the scripts of later migrations run.
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

-- First the triggers, which lock out writers until all of this is there; then the cases of before.
CREATE TRIGGER open_marks_of_new AFTER INSERT ON sanban.cases
    FOR EACH ROW WHEN (NEW.closed_at IS NULL) EXECUTE FUNCTION sanban.open_marks_follow();
CREATE TRIGGER open_marks_of_changed AFTER UPDATE ON sanban.cases
    FOR EACH ROW WHEN (OLD.closed_at IS NULL OR NEW.closed_at IS NULL)
    EXECUTE FUNCTION sanban.open_marks_follow();
CREATE TRIGGER open_marks_of_gone AFTER DELETE ON sanban.cases
    FOR EACH ROW WHEN (OLD.closed_at IS NULL) EXECUTE FUNCTION sanban.open_marks_follow();
CREATE TRIGGER open_marks_of_all AFTER TRUNCATE ON sanban.cases
    FOR EACH STATEMENT EXECUTE FUNCTION sanban.open_marks_follow();

INSERT INTO sanban.open_marks (case_id, mark, tenant, next_due, stage, reads, waits, units)
SELECT c.case_id, said.mark, c.tenant, c.next_due, c.stage, bool_or(said.reads), NOT bool_and(said.reads), c.units
FROM ONLY sanban.cases c
CROSS JOIN LATERAL (
    SELECT unnest(c.units), true UNION ALL SELECT unnest(c.inbox), false
) said (mark, reads)
WHERE c.closed_at IS NULL AND said.mark IS NOT NULL
GROUP BY c.case_id, said.mark;

CREATE INDEX open_marks_waiting ON sanban.open_marks (tenant, mark, next_due, case_id)
    INCLUDE (stage, units) WHERE waits;
CREATE INDEX open_marks_reading ON sanban.open_marks (tenant, mark, next_due, case_id)
    INCLUDE (stage, units) WHERE reads;

GRANT SELECT ON sanban.open_marks TO sanban_app, sanban_reader, sanban_unit_reader;
ALTER TABLE sanban.open_marks ENABLE ROW LEVEL SECURITY;
CREATE POLICY services ON sanban.open_marks TO sanban_app USING (true);
CREATE POLICY of_the_tenant ON sanban.open_marks FOR SELECT TO sanban_reader
    USING (tenant = current_setting('sanban.tenant', true));
-- The rule of sanban.cases. The subquery reads the setting once, and not for each mark.
CREATE POLICY of_their_units ON sanban.open_marks FOR SELECT TO sanban_unit_reader
    USING (
        tenant = current_setting('sanban.tenant', true)
        AND units && (SELECT nullif(current_setting('sanban.units', true), '')::text[])
    );

-- Lists that the first page of a person counts, with few cases among very many open ones.
CREATE INDEX cases_open_resting ON sanban.cases (tenant, next_due, case_id)
    INCLUDE (units, rests) WHERE closed_at IS NULL AND (rests OR rests IS NULL AND next_due IS NULL);
CREATE INDEX cases_open_high ON sanban.cases (tenant, next_due, case_id)
    INCLUDE (units, level) WHERE closed_at IS NULL AND level >= 3;
CREATE INDEX cases_open_superior ON sanban.cases (tenant, next_due, case_id)
    INCLUDE (units, channel) WHERE closed_at IS NULL AND channel = 'superior';
