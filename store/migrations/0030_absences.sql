-- Absences and stand-ins that people set from day to day, over those of roster.yaml. Who set and who
-- ended one is a row of the chain operations/TENANT; this table says what holds.
CREATE TABLE sanban.absences (
    number   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id       text COLLATE "C" NOT NULL UNIQUE,  -- of the operation, so that a form acts once
    tenant   text COLLATE "C" NOT NULL,
    person   text COLLATE "C" NOT NULL,
    since    timestamptz NOT NULL,
    until    timestamptz NOT NULL,
    stand_in text COLLATE "C",
    is_back  boolean NOT NULL DEFAULT false,    -- the person is there, whatever roster.yaml says
    set_by   text NOT NULL,
    why      text NOT NULL,
    set_at   timestamptz NOT NULL,
    ended_by text,
    CHECK (since <= until)
);
CREATE INDEX absences_by_end ON sanban.absences (until);
GRANT SELECT, INSERT, UPDATE (until, ended_by) ON sanban.absences TO sanban_app;
