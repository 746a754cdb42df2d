-- Accounts of the console, for towns without an identity provider (`sanban console account`).
CREATE TABLE sanban.console_accounts (
    tenant    text NOT NULL,
    person    text NOT NULL,
    password  text NOT NULL,                    -- argon2id
    key       bytea NOT NULL,                   -- of the one-time codes; wrapped, as the keys of cases are
    made_at   timestamptz NOT NULL,
    failures  integer NOT NULL DEFAULT 0,       -- tries since the last sign-in
    failed_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0,        -- the code of this half minute was used
    PRIMARY KEY (tenant, person)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.console_accounts TO sanban_app;
