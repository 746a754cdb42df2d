-- What a case is found by: keyed hashes of the pairs of characters of its text and address
-- (store/case_words.py). Cases older than this are not found by their text.

CREATE TABLE sanban.case_words (
    case_id text COLLATE "C" PRIMARY KEY,
    tenant  text NOT NULL,
    words   integer[] NOT NULL
);
-- A short list of pending entries: a case has dozens of words, and a look-up reads that list.
CREATE INDEX case_words_by_word ON sanban.case_words
    USING gin (words) WITH (fastupdate = on, gin_pending_list_limit = 256);
-- So that it is known of more words how common they are.
ALTER TABLE sanban.case_words ALTER COLUMN words SET STATISTICS 1000;

CREATE TABLE sanban.case_words_secret (
    secret bytea NOT NULL
);
INSERT INTO sanban.case_words_secret VALUES (
    sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
    || sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
);

GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.case_words TO sanban_app;
GRANT SELECT ON sanban.case_words_secret TO sanban_app;

-- The views that people read through (migration 13), with the words.
CREATE OR REPLACE VIEW sanban.tenant_cases AS
SELECT c.*, w.words FROM sanban.cases c LEFT JOIN sanban.case_words w ON w.case_id = c.case_id
WHERE c.tenant = current_setting('sanban.tenant', true);
CREATE OR REPLACE VIEW sanban.unit_cases AS
SELECT c.*, w.words FROM sanban.cases c LEFT JOIN sanban.case_words w ON w.case_id = c.case_id
WHERE c.tenant = current_setting('sanban.tenant', true)
    AND c.units && nullif(current_setting('sanban.units', true), '')::text[];
