-- Which text of each repeatable script (store/functions, store/views) this database has: the one that
-- `sanban migrate` applied last (docs/adr/0023-scripts.md).
CREATE TABLE sanban.scripts (
    name       text PRIMARY KEY,  -- functions/case_put.sql
    revision   integer NOT NULL CHECK (revision > 0),
    sha256     text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT ON sanban.scripts TO sanban_app;
