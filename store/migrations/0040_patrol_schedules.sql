-- Since when a town knows each version of a schedule of patrols.yaml. A patrol that was over by then, on
-- the evening of the first start or of a new route, is not missed.
CREATE TABLE sanban.patrol_schedules (
    tenant  text COLLATE "C" NOT NULL,
    version text COLLATE "C" NOT NULL,          -- the schedule, and a digest of what it asks for
    since   timestamptz NOT NULL,
    PRIMARY KEY (tenant, version)
);
GRANT SELECT, INSERT ON sanban.patrol_schedules TO sanban_app;
