-- revision: 1
-- The cases of one tenant with the words of their search index, for people who read the whole tenant.
-- Under row-level security no index serves a search in an array, because the search could reveal rows
-- that the reader may not see. Through this view the owner reads, and the rule is the view's own
-- (docs/adr/0022-reading.md).
--
-- A new column of sanban.cases is added at the end, and only if lists filter by it.
CREATE OR REPLACE VIEW sanban.tenant_cases AS
SELECT
    c.case_id, c.tenant, c.tier, c.stage, c.holder, c.grid, c.category, c.urgency, c.channel, c.title,
    c.level, c.received_at, c.citizen_due, c.next_due, c.next_clock, c.closed_at, c.policy, c.seq,
    c.spot, c.units, c.inbox, w.words, w.of_open
FROM sanban.cases c LEFT JOIN sanban.case_words w ON w.case_id = c.case_id
WHERE c.tenant = current_setting('sanban.tenant', true);

GRANT SELECT ON sanban.tenant_cases TO sanban_reader;
