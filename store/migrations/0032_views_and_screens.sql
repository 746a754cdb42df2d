-- Lists that people of the console have named, their own and those of a unit; and screens on a wall.
CREATE TABLE sanban.saved_views (
    id      text COLLATE "C" PRIMARY KEY,
    tenant  text NOT NULL,
    person  text NOT NULL,  -- who named it
    unit    text,           -- whose people see it; NULL: this person alone
    name    text NOT NULL,
    query   text NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX saved_views_by_person ON sanban.saved_views (tenant, person);
CREATE INDEX saved_views_by_unit ON sanban.saved_views (tenant, unit) WHERE unit IS NOT NULL;
GRANT SELECT, INSERT, DELETE ON sanban.saved_views TO sanban_app;

-- Screens on a wall: each has a link of its own, which shows figures and nothing personal.
CREATE TABLE sanban.console_screens (
    sha256  text COLLATE "C" PRIMARY KEY,  -- of the token, which is kept nowhere
    tenant  text NOT NULL,
    name    text NOT NULL,
    made_at timestamptz NOT NULL,
    UNIQUE (tenant, name)
);
GRANT SELECT, INSERT, DELETE ON sanban.console_screens TO sanban_app;
