-- revision: 4
-- The cases of tenant_words.sql, in the order of lists, for words that very many cases have: in a form of
-- the condition that no index serves, so that cases are checked in their order until a page is full. The
-- subquery reads the setting once, not for each of them.
CREATE OR REPLACE VIEW sanban.tenant_common_words WITH (security_barrier) AS
SELECT
    c.case_id, c.tenant, c.tier, c.stage, c.holder, c.grid, c.category, c.urgency, c.channel, c.title,
    c.level, c.received_at, c.citizen_due, c.next_due, c.next_clock, c.closed_at, c.policy, c.seq,
    c.spot, c.units, c.inbox, w.words, w.of_open,
    c.turn, c.rests, c.vacuum, c.open_lead, c.missed_at, c.due_clock, c.owed_by
FROM sanban.cases c LEFT JOIN sanban.case_words w ON w.case_id = c.case_id
WHERE c.tenant = current_setting('sanban.tenant', true)
    AND CASE WHEN w.words @> (SELECT nullif(current_setting('sanban.words', true), '')::integer[])
        THEN true ELSE false END
ORDER BY c.next_due, c.case_id;

GRANT SELECT ON sanban.tenant_common_words TO sanban_reader;
