-- Lists by what a case is late for, or who answers for it, and the cases of each unit, read the index of
-- open cases alone, as all other lists of open cases do (0016). Before, each late case was read in the table.

DROP INDEX sanban.cases_open;
CREATE INDEX cases_open ON sanban.cases (tenant, next_due, case_id)
    INCLUDE (stage, tier, holder, grid, units, inbox, level, category, channel, turn, rests, vacuum, open_lead,
        citizen_due, due_clock, owed_by)
    WHERE closed_at IS NULL;
