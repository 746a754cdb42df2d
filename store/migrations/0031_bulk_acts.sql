-- Acts that a person gives to many cases at once in the console, and what became of each.
CREATE TABLE sanban.bulk_acts (
    id          text COLLATE "C" PRIMARY KEY,
    tenant      text NOT NULL,
    person      text NOT NULL,
    kind        text NOT NULL,
    command     jsonb,  -- who acts, and what is said; NULL once all is done: the cases have it
    query       text NOT NULL,
    begun_at    timestamptz NOT NULL,
    finished_at timestamptz,
    holder      text,  -- the process that works on it, until then
    held_until  timestamptz
);
CREATE INDEX bulk_acts_unfinished ON sanban.bulk_acts (begun_at) WHERE finished_at IS NULL;
CREATE INDEX bulk_acts_by_age ON sanban.bulk_acts (begun_at);
CREATE TABLE sanban.bulk_items (
    bulk    text COLLATE "C" NOT NULL REFERENCES sanban.bulk_acts (id) ON DELETE CASCADE,
    place   integer NOT NULL,
    case_id text COLLATE "C" NOT NULL,
    state   text NOT NULL CHECK (state IN ('waiting', 'done', 'refused')),
    code    text NOT NULL DEFAULT '',
    detail  text NOT NULL DEFAULT '',
    tries   integer NOT NULL DEFAULT 0,
    PRIMARY KEY (bulk, place)
);
CREATE INDEX bulk_items_waiting ON sanban.bulk_items (bulk, tries, place) WHERE state = 'waiting';
GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.bulk_acts, sanban.bulk_items TO sanban_app;
