-- The first deadline that a case missed and that still counts: a list of what rests shows it, because what
-- rests is due at no time. Rows of before have NULL; `sanban rebuild readmodel` puts the rest.
ALTER TABLE sanban.cases ADD COLUMN missed_at timestamptz;
