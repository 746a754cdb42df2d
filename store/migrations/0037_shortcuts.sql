-- How a person wants the pages of the console, in every browser; no row: as they come.
CREATE TABLE sanban.console_people (
    tenant    text NOT NULL,
    person    text NOT NULL,
    shortcuts boolean NOT NULL,
    PRIMARY KEY (tenant, person)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.console_people TO sanban_app;
