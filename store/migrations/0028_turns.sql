-- Who has to move, and what lists filter by besides. Rows of before have NULL until their next stage, or
-- until `sanban rebuild readmodel`; lists take such a row as they did before.
ALTER TABLE sanban.cases
    ADD COLUMN turn text, ADD COLUMN rests boolean, ADD COLUMN vacuum boolean, ADD COLUMN open_lead boolean;

DROP INDEX sanban.cases_open;
-- All that a list of open cases may ask for: no combination of filters reads the table itself.
CREATE INDEX cases_open ON sanban.cases (tenant, next_due, case_id)
    INCLUDE (stage, tier, holder, grid, units, inbox, level, category, channel, turn, rests, vacuum, open_lead)
    WHERE closed_at IS NULL;
