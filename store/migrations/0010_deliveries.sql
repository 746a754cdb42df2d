-- Telling people: who is still to be told of which rung, what their cases have yet to hear of it, and
-- when messages went out. Rungs come from the journal, read as by the relay, by a reader of its own.

CREATE TABLE sanban.notices (
    id          text COLLATE "C" PRIMARY KEY,  -- CASE/ROW/PERSON
    tenant      text NOT NULL,
    person      text COLLATE "C" NOT NULL,
    critical    boolean NOT NULL,
    at          timestamptz NOT NULL,          -- when the rung fired
    notice      jsonb NOT NULL,                -- what it says (domain/notices.py), nothing of a citizen
    attempts    integer NOT NULL DEFAULT 0,    -- counted before each one: a kill forgets none
    tried_at    timestamptz,                   -- the first one
    next_at     timestamptz NOT NULL,          -- not looked at before
    message     text COLLATE "C",              -- the message it is in, until it is known what came of it
    undelivered boolean NOT NULL DEFAULT false -- the case hears that it did not arrive yet
) WITH (fillfactor = 80);
CREATE INDEX notices_by_time ON sanban.notices (next_at);
CREATE INDEX notices_by_person ON sanban.notices (tenant, person);
GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.notices TO sanban_app;

-- Gone when the case has heard it: its journal keeps it.
CREATE TABLE sanban.notice_reports (
    number  bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant  text NOT NULL,
    case_id text COLLATE "C" NOT NULL,
    report  jsonb NOT NULL
);
GRANT SELECT, INSERT, DELETE ON sanban.notice_reports TO sanban_app;

-- Messages of the last hour, one row each.
CREATE TABLE sanban.notices_sent (
    tenant text NOT NULL,
    person text COLLATE "C" NOT NULL,
    at     timestamptz NOT NULL
);
CREATE INDEX notices_sent_by_person ON sanban.notices_sent (tenant, person, at);
GRANT SELECT, INSERT, DELETE ON sanban.notices_sent TO sanban_app;

-- Lets a reader that has never read begin behind all there is by now; another goes on where it was.
CREATE FUNCTION sanban.outbox_begin(p_reader text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    -- What is still open, and all that comes later, is at or beyond the oldest open transaction.
    INSERT INTO sanban.outbox (reader, xid, position)
    SELECT p_reader, (pg_snapshot_xmin(pg_current_snapshot())::text::numeric - 1)::text::xid8,
        9223372036854775807
    ON CONFLICT (reader) DO NOTHING
$$;
GRANT EXECUTE ON FUNCTION sanban.outbox_begin(text) TO sanban_app;
