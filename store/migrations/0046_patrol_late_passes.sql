-- Passes in time that were typed after the end of their patrol, each with its row of the chain operations/TENANT. The row
-- of the miss stays; read together, the grid was passed.
CREATE TABLE sanban.patrol_late_passes (
    tenant       text COLLATE "C" NOT NULL,
    patrol       text COLLATE "C" NOT NULL,
    grid         text COLLATE "C" NOT NULL,
    at           timestamptz NOT NULL,
    person       text NOT NULL,
    longitude_e6 integer NOT NULL,
    latitude_e6  integer NOT NULL,
    evidence     jsonb NOT NULL,
    id           text COLLATE "C" NOT NULL,     -- of the operation
    PRIMARY KEY (tenant, patrol, grid)
);
CREATE INDEX patrol_late_passes_by_grid ON sanban.patrol_late_passes (tenant, grid, at);
CREATE INDEX patrol_findings_by_case ON sanban.patrol_findings (case_id);
GRANT SELECT, INSERT ON sanban.patrol_late_passes TO sanban_app;
