-- What is watched where hardly anything happens (docs/OPERATIONS.md, "Service levels"): a counter that
-- stands still does not say if there was nothing to do, or if no one did it.

-- When the engine acts on the case next by itself: a rung, a deadline, a resumption, its archiving. In the
-- past for longer than moments, it was not acted on. Rows of before have NULL until their next stage, or
-- until `sanban rebuild readmodel`.
ALTER TABLE sanban.cases ADD COLUMN next_at timestamptz;
CREATE INDEX cases_by_next ON sanban.cases (next_at) WHERE next_at IS NOT NULL;

-- A row for each drill that restored a backup and found that its content verifies.
CREATE TABLE sanban.backup_drills (
    verified_at timestamptz PRIMARY KEY,
    backup_of   timestamptz NOT NULL, -- the moment to which it was restored
    took_s      double precision NOT NULL,
    found       text NOT NULL         -- in a few words: how many rows, which checkpoint
);
GRANT SELECT, INSERT ON sanban.backup_drills TO sanban_app;
