-- An identity is claimed and, a moment later, accepted. With `state` in an index (also in its
-- condition) each such update writes into every index of the table; without, it writes one row
-- beside the other, where the page has room for it. `sanban reconcile`, which looks for what is held,
-- reads the whole table for it from now on.
DROP INDEX sanban.identities_held;
ALTER TABLE sanban.identities SET (fillfactor = 50);

-- A unit with a part in few cases looks through many closed ones: the index alone says which.
DROP INDEX sanban.cases_closed_by_stage, sanban.cases_closed_by_tier,
    sanban.cases_closed_by_holder, sanban.cases_closed_by_grid;
CREATE INDEX cases_closed_by_stage ON sanban.cases (tenant, stage, next_due, case_id)
    INCLUDE (units) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_closed_by_tier ON sanban.cases (tenant, tier, next_due, case_id)
    INCLUDE (units) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_closed_by_holder ON sanban.cases (tenant, holder, next_due, case_id)
    INCLUDE (units) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_closed_by_grid ON sanban.cases (tenant, grid, next_due, case_id)
    INCLUDE (units) WHERE closed_at IS NOT NULL;
