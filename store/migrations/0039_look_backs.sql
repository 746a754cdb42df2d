-- When a person looked back at a closed case. Rows of before have NULL: no person had.
ALTER TABLE sanban.cases ADD COLUMN looked_back_at timestamptz;
-- The closed cases that no person has looked back at, the oldest first.
CREATE INDEX cases_to_look_back ON sanban.cases (tenant, closed_at)
    WHERE stage = 'closed' AND looked_back_at IS NULL;
