-- Who leads one piece of work (the relay, the notifier, checkpoints), until when, and under which token
-- (docs/adr/0024-leases.md). All instants are the database's: a machine that was frozen cannot know them.
CREATE TABLE sanban.leases (
    name    text COLLATE "C" PRIMARY KEY,
    token   bigint NOT NULL,      -- grows with every leader: what an earlier one writes is refused
    holder  text NOT NULL,        -- HOST/PROCESS/RANDOM: after a failover a token alone may come again
    backend integer NOT NULL,     -- the session that holds the advisory lock of the same name
    since   timestamptz NOT NULL,
    until   timestamptz NOT NULL, -- not renewed by then: it has ended
    led_at  timestamptz NOT NULL  -- when any leader last said that its work succeeds
) WITH (fillfactor = 50);
GRANT SELECT ON sanban.leases TO sanban_app;
