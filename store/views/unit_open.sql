-- revision: 1
-- The open cases of unit_cases.sql, in the order of lists; for the rest see tenant_cases.sql. The subquery
-- reads the setting once, and not for each case that the index of open cases has.
CREATE OR REPLACE VIEW sanban.unit_open WITH (security_barrier) AS
SELECT
    c.case_id, c.tenant, c.tier, c.stage, c.holder, c.grid, c.category, c.urgency, c.channel, c.title,
    c.level, c.received_at, c.citizen_due, c.next_due, c.next_clock, c.closed_at, c.policy, c.seq,
    c.spot, c.units, c.inbox, c.turn, c.rests, c.vacuum, c.open_lead, c.missed_at, c.due_clock, c.owed_by
FROM sanban.cases c
WHERE c.tenant = current_setting('sanban.tenant', true) AND c.closed_at IS NULL
    AND c.units && (SELECT nullif(current_setting('sanban.units', true), '')::text[])
ORDER BY c.next_due, c.case_id;

GRANT SELECT ON sanban.unit_open TO sanban_unit_reader;
