-- What a case has reserved of the town's resources: an array, or NULL if it has reserved nothing. Few
-- cases have any, so the index holds those alone: a look-up reads them all.
ALTER TABLE sanban.cases ADD COLUMN reservations jsonb;
CREATE INDEX cases_reserving ON sanban.cases (tenant) WHERE reservations IS NOT NULL;
