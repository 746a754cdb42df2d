-- More outcomes: what a citizen says after the complaint, and what waits. Every record with its
-- key and the digest of its bytes.

ALTER TABLE sanban.identities
    ADD COLUMN kind text NOT NULL DEFAULT 'filed',
    -- The source's own number: what later events of the same complaint name.
    ADD COLUMN complaint_id text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN held_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX identities_by_complaint
    ON sanban.identities (tenant, source, complaint_id, held_at) WHERE kind = 'filed';
CREATE INDEX identities_by_case ON sanban.identities (case_id) WHERE kind = 'filed';

ALTER TABLE sanban.intake_ledger
    DROP CONSTRAINT intake_ledger_outcome_check,
    ADD CHECK (outcome IN (
        'accepted', 'supplemented', 'withdrawn', 'rated',
        'duplicate', 'conflict', 'rejected', 'parked'
    )),
    ADD COLUMN record_key bytea,
    ADD COLUMN digest text NOT NULL DEFAULT '',  -- hex sha256 of the record's value
    -- Where its dead letter lies.
    ADD COLUMN letter_topic text,
    ADD COLUMN letter_partition integer,
    ADD COLUMN letter_offset bigint;
CREATE INDEX intake_ledger_by_case ON sanban.intake_ledger (case_id, number);
CREATE INDEX intake_ledger_by_event ON sanban.intake_ledger (source, event_id);

-- Whole records, personal data included, until they are taken up or their limit is over.
CREATE TABLE sanban.parked (
    number     bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    cluster    text COLLATE "C" NOT NULL,
    topic      text COLLATE "C" NOT NULL,
    topic_id   text COLLATE "C" NOT NULL,
    partition  integer NOT NULL,
    at_offset  bigint NOT NULL,
    wait       text NOT NULL,
    -- A JSON array: tenant, source and complaint; tenant and case; or topic and key. Records of
    -- one queue are taken up in their order.
    queue      text COLLATE "C" NOT NULL,
    until      timestamptz NOT NULL,
    -- Nobody looks at it again before this moment.
    next_at    timestamptz NOT NULL DEFAULT now(),
    parked_at  timestamptz NOT NULL DEFAULT now(),
    record_key bytea,
    value      bytea,
    names      bytea[] NOT NULL,  -- of the headers; a NUL fits into no text
    contents   bytea[] NOT NULL,  -- of the headers
    timestamp_ms bigint NOT NULL,
    PRIMARY KEY (cluster, topic, topic_id, partition, at_offset)
);
CREATE INDEX parked_by_queue ON sanban.parked (queue, number);
CREATE INDEX parked_by_next ON sanban.parked (topic, next_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.parked TO sanban_app;
