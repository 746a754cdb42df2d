-- What each process says of itself, so that /health of the console shows all of them.
CREATE TABLE sanban.processes (
    id       text COLLATE "C" PRIMARY KEY,  -- one service of one process
    service  text NOT NULL,
    host     text NOT NULL,
    begun_at timestamptz NOT NULL,
    seen_at  timestamptz NOT NULL,
    since    timestamptz NOT NULL,  -- since when it has these reasons, or none
    reasons  jsonb NOT NULL         -- part -> why it is not ready, as at /readyz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.processes TO sanban_app;
