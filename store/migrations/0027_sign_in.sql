-- Signing in to the console: how each session began, sign-ins that wait for the identity provider, and
-- texts of forms that came after their session had ended.
ALTER TABLE sanban.console_sessions
    ADD COLUMN way text NOT NULL DEFAULT 'roster',
    ADD COLUMN browser text NOT NULL DEFAULT '',
    ADD COLUMN subject text COLLATE "C",           -- `sub` of the identity provider
    ADD COLUMN provider_session text COLLATE "C",  -- its `sid`
    ADD COLUMN form text COLLATE "C",              -- sha256 of the token that the forms of the session carry
    ADD COLUMN ended_at timestamptz;               -- NULL: it lasts until its time is over
CREATE INDEX console_sessions_by_person ON sanban.console_sessions (tenant, person);
CREATE INDEX console_sessions_by_form ON sanban.console_sessions (form);
CREATE INDEX console_sessions_by_subject ON sanban.console_sessions (subject);

CREATE TABLE sanban.console_attempts (
    state    text COLLATE "C" PRIMARY KEY,  -- sha256 of the state, which only the browser brings back
    browser  text COLLATE "C" NOT NULL,     -- sha256 of a cookie: no other browser can end the sign-in
    nonce    text NOT NULL,
    verifier text NOT NULL,
    wanted   text NOT NULL,
    language text NOT NULL,
    begun_at timestamptz NOT NULL
);
CREATE INDEX console_attempts_by_time ON sanban.console_attempts (begun_at);

CREATE TABLE sanban.console_drafts (
    id      text COLLATE "C" PRIMARY KEY,
    tenant  text NOT NULL,
    person  text NOT NULL,
    case_id text COLLATE "C" NOT NULL,
    kind    text NOT NULL,
    fields  text NOT NULL,  -- sealed with the key of the case
    kept_at timestamptz NOT NULL
);
CREATE INDEX console_drafts_by_time ON sanban.console_drafts (kept_at);
CREATE INDEX console_drafts_by_case ON sanban.console_drafts (tenant, case_id);

GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.console_attempts, sanban.console_drafts TO sanban_app;
