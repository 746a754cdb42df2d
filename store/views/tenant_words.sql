-- revision: 4
-- The cases of tenant_cases.sql that have all word numbers in the setting sanban.words.
-- The condition is part of the view, so that an index serves it. Without the setting there is no case.
CREATE OR REPLACE VIEW sanban.tenant_words WITH (security_barrier) AS
SELECT
    c.case_id, c.tenant, c.tier, c.stage, c.holder, c.grid, c.category, c.urgency, c.channel, c.title,
    c.level, c.received_at, c.citizen_due, c.next_due, c.next_clock, c.closed_at, c.policy, c.seq,
    c.spot, c.units, c.inbox, w.words, w.of_open,
    c.turn, c.rests, c.vacuum, c.open_lead, c.missed_at, c.due_clock, c.owed_by
FROM sanban.cases c LEFT JOIN sanban.case_words w ON w.case_id = c.case_id
WHERE c.tenant = current_setting('sanban.tenant', true)
    AND w.words @> nullif(current_setting('sanban.words', true), '')::integer[];

GRANT SELECT ON sanban.tenant_words TO sanban_reader;
