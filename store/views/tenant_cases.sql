-- revision: 6
-- The cases of one tenant with the words of their search index, for people who read the whole tenant.
-- Through this view the owner reads, and the rule is the view's own (docs/adr/0022-reading.md). It is a
-- barrier: what a reader asks is evaluated on the rows of the view alone, unless PostgreSQL knows that it
-- tells nothing of others. That is not known of searches in an array, so tenant_inbox.sql,
-- tenant_words.sql and tenant_common_words.sql have these conditions themselves.
--
-- A new column of sanban.cases is added at the end of all nine views, and only if lists filter by it.
CREATE OR REPLACE VIEW sanban.tenant_cases WITH (security_barrier) AS
SELECT
    c.case_id, c.tenant, c.tier, c.stage, c.holder, c.grid, c.category, c.urgency, c.channel, c.title,
    c.level, c.received_at, c.citizen_due, c.next_due, c.next_clock, c.closed_at, c.policy, c.seq,
    c.spot, c.units, c.inbox, w.words, w.of_open,
    c.turn, c.rests, c.vacuum, c.open_lead, c.missed_at, c.due_clock, c.owed_by
FROM sanban.cases c LEFT JOIN sanban.case_words w ON w.case_id = c.case_id
WHERE c.tenant = current_setting('sanban.tenant', true);

GRANT SELECT ON sanban.tenant_cases TO sanban_reader;
