-- The console: who is signed in; and which clock is due next in a list, and in what it is measured.
CREATE TABLE sanban.console_sessions (
    id       text COLLATE "C" PRIMARY KEY,  -- sha256 of the cookie, which is kept nowhere
    tenant   text NOT NULL,
    person   text NOT NULL,
    language text NOT NULL,
    begun_at timestamptz NOT NULL,
    used_at  timestamptz NOT NULL
);
CREATE INDEX console_sessions_by_use ON sanban.console_sessions (used_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.console_sessions TO sanban_app;

-- Rows of before have NULL; `sanban rebuild readmodel` puts the rest.
ALTER TABLE sanban.cases
    ADD COLUMN due_clock text,
    ADD COLUMN due_measure text;
