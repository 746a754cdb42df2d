-- The unit that answers for the deadline that is next, or was missed first. Rows of before have NULL until
-- their next stage, or until `sanban rebuild readmodel`; figures take the holder for it meanwhile.
ALTER TABLE sanban.cases ADD COLUMN owed_by text;
