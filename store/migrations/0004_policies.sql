-- Published policies: the bytes once, by content hash, and which was in force for whom since when.

CREATE TABLE sanban.policies (
    hash text PRIMARY KEY,
    body bytea NOT NULL
);

-- A row each time another policy comes into force; going back to an older one is a row too.
CREATE TABLE sanban.policy_publications (
    number       bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant       text NOT NULL,
    hash         text NOT NULL REFERENCES sanban.policies,
    published_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX policy_publications_by_tenant ON sanban.policy_publications (tenant, number);

GRANT SELECT, INSERT ON sanban.policies, sanban.policy_publications TO sanban_app;
