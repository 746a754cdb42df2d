-- What of each complaint is compared with later ones (domain/similarity.py), and whom a rule let its
-- case follow. Written with the complaint's identity; no personal data. Complaints older than this
-- are not compared with.

CREATE TABLE sanban.reports (
    case_id      text COLLATE "C" PRIMARY KEY,
    number       bigint NOT NULL GENERATED ALWAYS AS IDENTITY,  -- in the order of their coming
    tenant       text COLLATE "C" NOT NULL,
    category     text,
    reported_at  timestamptz NOT NULL,
    text         text NOT NULL,
    address      text NOT NULL,
    longitude_e6 integer,
    latitude_e6  integer,
    gathers      boolean NOT NULL,
    -- Where it is found (domain/nearness.py); empty for one that says no place.
    kept_under   integer[] NOT NULL,
    leader       text COLLATE "C",
    apart        boolean NOT NULL DEFAULT false
);

-- Without the list of pending entries: a look-up would read all of that.
CREATE INDEX reports_by_place ON sanban.reports USING gin (kept_under) WITH (fastupdate = off);
CREATE INDEX reports_by_leader ON sanban.reports (leader) WHERE leader IS NOT NULL;

-- Reserved, and not yet decided whom they follow: later reports of the same matter wait for that.
CREATE TABLE sanban.undecided_reports (
    case_id text COLLATE "C" PRIMARY KEY
);

GRANT SELECT, INSERT, UPDATE ON sanban.reports TO sanban_app;
GRANT SELECT, INSERT, DELETE ON sanban.undecided_reports TO sanban_app;
