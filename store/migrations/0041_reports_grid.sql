-- The grid that a report names: two that say no more of their place are compared by it. Null in reports of
-- before, and in those that a program of the release before writes.
ALTER TABLE sanban.reports ADD COLUMN grid text COLLATE "C";
