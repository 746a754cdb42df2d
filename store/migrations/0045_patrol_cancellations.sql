-- The patrols that a person took off before they were over: each with its row of the chain operations/TENANT.
CREATE TABLE sanban.patrol_cancellations (
    id     text COLLATE "C" PRIMARY KEY,        -- of the operation
    tenant text COLLATE "C" NOT NULL,
    patrol text COLLATE "C" NOT NULL,
    day    date NOT NULL,
    person text NOT NULL,
    at     timestamptz NOT NULL,
    why    text NOT NULL,
    UNIQUE (tenant, patrol)
);
CREATE INDEX patrol_cancellations_by_day ON sanban.patrol_cancellations (tenant, day);
GRANT SELECT, INSERT ON sanban.patrol_cancellations TO sanban_app;
