-- How many open cases each unit has, and how many of them are late or near: the cases of one pair of holder and
-- unit that answers lie side by side, so that they are added up without sorting them, and in a quarter of the bytes.
CREATE INDEX cases_open_by_units ON sanban.cases (tenant, holder, owed_by, next_due, level) WHERE closed_at IS NULL;
