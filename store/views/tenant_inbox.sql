-- revision: 5
-- The cases of tenant_cases.sql in which one of the units in the setting sanban.inbox has something to do.
-- The condition is part of the view, so that an index serves it; the order too, so that the index of
-- open cases gives it: a barrier passes on no order that it was not asked for itself. Without the
-- setting there is no case. The subquery reads the setting once, and not for each open case.
CREATE OR REPLACE VIEW sanban.tenant_inbox WITH (security_barrier) AS
SELECT
    c.case_id, c.tenant, c.tier, c.stage, c.holder, c.grid, c.category, c.urgency, c.channel, c.title,
    c.level, c.received_at, c.citizen_due, c.next_due, c.next_clock, c.closed_at, c.policy, c.seq,
    c.spot, c.units, c.inbox, w.words, w.of_open,
    c.turn, c.rests, c.vacuum, c.open_lead, c.missed_at, c.due_clock, c.owed_by
FROM sanban.cases c LEFT JOIN sanban.case_words w ON w.case_id = c.case_id
WHERE c.tenant = current_setting('sanban.tenant', true)
    AND c.inbox && (SELECT nullif(current_setting('sanban.inbox', true), '')::text[])
ORDER BY c.next_due, c.case_id;

GRANT SELECT ON sanban.tenant_inbox TO sanban_reader;
