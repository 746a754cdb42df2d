-- What is kept of patrols. Each row here is made in one transaction with a row of the chain
-- operations/TENANT, which says who did it, or that the engine did. Which patrols a day has follows from
-- patrols.yaml; patrol_plans has those that a person planned besides.
CREATE TABLE sanban.patrol_plans (
    id         text COLLATE "C" PRIMARY KEY,    -- of the operation, so that a form acts once
    tenant     text COLLATE "C" NOT NULL,
    patrol     text COLLATE "C" NOT NULL,
    day        date NOT NULL,
    unit       text COLLATE "C" NOT NULL,
    grids      text[] NOT NULL,
    look_at    text[] NOT NULL,
    opens_at   timestamptz NOT NULL,
    closes_at  timestamptz NOT NULL,
    planned_by text NOT NULL,
    why        text NOT NULL,
    UNIQUE (tenant, patrol)
);
CREATE INDEX patrol_plans_by_day ON sanban.patrol_plans (tenant, day);

-- One row for each grid of each patrol: it was passed, or it was missed. The key lets no grid be both.
CREATE TABLE sanban.patrol_stops (
    tenant       text COLLATE "C" NOT NULL,
    patrol       text COLLATE "C" NOT NULL,
    grid         text COLLATE "C" NOT NULL,
    day          date NOT NULL,
    unit         text COLLATE "C" NOT NULL,
    passed       boolean NOT NULL,
    at           timestamptz NOT NULL,
    person       text,
    longitude_e6 integer,
    latitude_e6  integer,
    evidence     jsonb NOT NULL DEFAULT '[]',
    id           text COLLATE "C" NOT NULL,     -- of the operation
    PRIMARY KEY (tenant, patrol, grid),
    CHECK (NOT passed OR (person IS NOT NULL AND longitude_e6 IS NOT NULL AND latitude_e6 IS NOT NULL))
);
CREATE INDEX patrol_stops_by_day ON sanban.patrol_stops (tenant, day);
CREATE INDEX patrol_stops_by_pass ON sanban.patrol_stops (tenant, grid, at) WHERE passed;

-- What was found on a patrol: the case has the rest.
CREATE TABLE sanban.patrol_findings (
    id      text COLLATE "C" PRIMARY KEY,       -- of the operation, and of the complaint
    tenant  text COLLATE "C" NOT NULL,
    patrol  text COLLATE "C" NOT NULL,
    grid    text COLLATE "C" NOT NULL,
    day     date NOT NULL,
    case_id text COLLATE "C" NOT NULL,
    person  text NOT NULL,
    at      timestamptz NOT NULL
);
CREATE INDEX patrol_findings_by_day ON sanban.patrol_findings (tenant, day);

-- Until when the misses of a tenant are journaled. `begins`: when a program first looked; what a schedule
-- would have had before is no miss.
CREATE TABLE sanban.patrol_watch (
    tenant text COLLATE "C" PRIMARY KEY,
    begins timestamptz NOT NULL,
    until  timestamptz NOT NULL
);

GRANT SELECT, INSERT ON sanban.patrol_plans, sanban.patrol_stops, sanban.patrol_findings TO sanban_app;
GRANT SELECT, INSERT, UPDATE (until) ON sanban.patrol_watch TO sanban_app;
