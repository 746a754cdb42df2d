-- Of which missed patrols people have been told, or no person is to be. Those of before are told to no one.
CREATE TABLE sanban.patrols_told (
    tenant text COLLATE "C" NOT NULL,
    patrol text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, patrol)
);
INSERT INTO sanban.patrols_told SELECT DISTINCT tenant, patrol FROM sanban.patrol_stops WHERE NOT passed;
CREATE INDEX patrol_stops_by_miss ON sanban.patrol_stops (at) WHERE NOT passed;
GRANT SELECT, INSERT ON sanban.patrols_told TO sanban_app;
