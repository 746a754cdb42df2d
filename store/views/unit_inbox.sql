-- revision: 5
-- The cases of unit_cases.sql in which one of the units in the setting sanban.inbox has something to do;
-- for the rest see tenant_inbox.sql.
CREATE OR REPLACE VIEW sanban.unit_inbox WITH (security_barrier) AS
SELECT
    c.case_id, c.tenant, c.tier, c.stage, c.holder, c.grid, c.category, c.urgency, c.channel, c.title,
    c.level, c.received_at, c.citizen_due, c.next_due, c.next_clock, c.closed_at, c.policy, c.seq,
    c.spot, c.units, c.inbox, w.words, w.of_open,
    c.turn, c.rests, c.vacuum, c.open_lead, c.missed_at, c.due_clock, c.owed_by
FROM sanban.cases c LEFT JOIN sanban.case_words w ON w.case_id = c.case_id
WHERE c.tenant = current_setting('sanban.tenant', true)
    AND c.units && nullif(current_setting('sanban.units', true), '')::text[]
    AND c.inbox && (SELECT nullif(current_setting('sanban.inbox', true), '')::text[])
ORDER BY c.next_due, c.case_id;

GRANT SELECT ON sanban.unit_inbox TO sanban_unit_reader;
