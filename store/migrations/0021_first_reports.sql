-- Which event a report over HTTP became when it came first, for a day: so all gateways give a report
-- that is sent again the same id and the same time (docs/INTEGRATORS.md, "Repeating a report").
CREATE TABLE sanban.first_reports (
    key      text COLLATE "C" PRIMARY KEY,  -- a keyed hash of client and content, or a case number
    event_id text COLLATE "C" NOT NULL,
    at       timestamptz NOT NULL
);
CREATE INDEX first_reports_by_time ON sanban.first_reports (at);
GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.first_reports TO sanban_app;
