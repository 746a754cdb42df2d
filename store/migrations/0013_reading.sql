-- Who may read which case (docs/adr/0022-reading.md), kept by the database: row-level security.
-- What a person reads is read as the role sanban_unit_reader or, of the whole tenant, as
-- sanban_reader, with three settings of the transaction: sanban.tenant, sanban.units (an array),
-- sanban.calls_back ('yes' or not). Services go on as sanban_app.

-- Units that have or had a part in a case, and those that have something to do (domain/parties.py).
ALTER TABLE sanban.cases
    ADD COLUMN units text[] NOT NULL DEFAULT '{}',
    ADD COLUMN inbox text[] NOT NULL DEFAULT '{}';
-- As much as the row itself knows; `sanban rebuild readmodel` puts the rest.
UPDATE sanban.cases SET
    units = ARRAY[holder], inbox = CASE WHEN closed_at IS NULL THEN ARRAY[holder] ELSE '{}' END
    WHERE holder IS NOT NULL;

-- Without the list of pending entries: every look-up would read all of that.
CREATE INDEX cases_by_units ON sanban.cases USING gin (units) WITH (fastupdate = off);
CREATE INDEX cases_by_inbox ON sanban.cases USING gin (inbox) WITH (fastupdate = off);

-- A row of a program one release older has neither: what is known stays, and the holder may read.
CREATE OR REPLACE FUNCTION sanban.case_put(p_row sanban.cases) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_older boolean := p_row.units IS NULL;
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
END $$;

GRANT USAGE ON SCHEMA sanban TO sanban_reader, sanban_unit_reader;
GRANT SELECT ON sanban.cases, sanban.journal, sanban.journal_heads, sanban.reporters
    TO sanban_reader, sanban_unit_reader;

ALTER TABLE sanban.cases ENABLE ROW LEVEL SECURITY;
CREATE POLICY services ON sanban.cases TO sanban_app USING (true) WITH CHECK (true);
CREATE POLICY of_the_tenant ON sanban.cases FOR SELECT TO sanban_reader
    USING (tenant = current_setting('sanban.tenant', true));
-- A setting that was made once in a session is an empty text ever after, not nothing.
CREATE POLICY of_their_units ON sanban.cases FOR SELECT TO sanban_unit_reader
    USING (
        tenant = current_setting('sanban.tenant', true)
        AND units && nullif(current_setting('sanban.units', true), '')::text[]
    );

-- Who reads a case reads its journal. Chains of operations are no case.
ALTER TABLE sanban.journal ENABLE ROW LEVEL SECURITY;
CREATE POLICY services ON sanban.journal TO sanban_app USING (true);
CREATE POLICY of_their_cases ON sanban.journal FOR SELECT TO sanban_reader, sanban_unit_reader
    USING (EXISTS (SELECT FROM sanban.cases c WHERE c.case_id = journal.case_id));

ALTER TABLE sanban.journal_heads ENABLE ROW LEVEL SECURITY;
CREATE POLICY services ON sanban.journal_heads TO sanban_app USING (true);
CREATE POLICY of_their_cases ON sanban.journal_heads FOR SELECT
    TO sanban_reader, sanban_unit_reader
    USING (EXISTS (SELECT FROM sanban.cases c WHERE c.case_id = journal_heads.case_id));

-- Whoever calls back reads who reported a case; of one told in confidence never a unit that has or
-- had a part in it. There is no policy for sanban_unit_reader: it reads no name at all.
ALTER TABLE sanban.reporters ENABLE ROW LEVEL SECURITY;
CREATE POLICY services ON sanban.reporters TO sanban_app USING (true) WITH CHECK (true);
CREATE POLICY of_who_calls_back ON sanban.reporters FOR SELECT TO sanban_reader
    USING (
        current_setting('sanban.calls_back', true) = 'yes'
        AND EXISTS (
            SELECT FROM sanban.cases c
            WHERE c.case_id = reporters.case_id AND c.tenant = reporters.tenant
                AND NOT (
                    reporters.confidential
                    AND c.units && nullif(current_setting('sanban.units', true), '')::text[]
                )
        )
    );

-- The same cases once more, for what an index must find within: under row-level security an index
-- serves no search in an array, because the search might tell of rows that were left out. Here the
-- owner reads, and the rule is the view's.
CREATE VIEW sanban.tenant_cases AS
SELECT c.* FROM sanban.cases c WHERE c.tenant = current_setting('sanban.tenant', true);
CREATE VIEW sanban.unit_cases AS
SELECT c.* FROM sanban.cases c
WHERE c.tenant = current_setting('sanban.tenant', true)
    AND c.units && nullif(current_setting('sanban.units', true), '')::text[];
GRANT SELECT ON sanban.tenant_cases TO sanban_reader;
GRANT SELECT ON sanban.unit_cases TO sanban_unit_reader;
