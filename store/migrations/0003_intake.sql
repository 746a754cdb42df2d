-- What became of each inbound record, and who holds the identity of each event. Kept beyond the
-- retention of Kafka and Temporal: this is what makes an event that comes again a duplicate.

CREATE TABLE sanban.identities (
    tenant    text COLLATE "C" NOT NULL,
    source    text COLLATE "C" NOT NULL,
    event_id  text COLLATE "C" NOT NULL,
    digest    text NOT NULL,
    case_id   text COLLATE "C" NOT NULL,
    -- 'rejected' means free: the next claim takes it over. The row stays, so that the former
    -- holder is still known when it turns out to have been accepted after all.
    state     text NOT NULL DEFAULT 'held' CHECK (state IN ('held', 'accepted', 'rejected')),
    -- The position of the record that holds it.
    cluster   text COLLATE "C" NOT NULL,
    topic     text COLLATE "C" NOT NULL,
    topic_id  text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    at_offset bigint NOT NULL,
    PRIMARY KEY (tenant, source, event_id)
);
CREATE INDEX identities_by_position
    ON sanban.identities (cluster, topic, topic_id, partition, at_offset);

CREATE TABLE sanban.intake_ledger (
    number     bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    cluster    text COLLATE "C" NOT NULL,
    topic      text COLLATE "C" NOT NULL,
    topic_id   text COLLATE "C" NOT NULL,
    partition  integer NOT NULL,
    at_offset  bigint NOT NULL,
    outcome    text NOT NULL
        CHECK (outcome IN ('accepted', 'duplicate', 'conflict', 'rejected')),
    reason     text,
    detail     text NOT NULL,
    tenant     text,
    source     text,
    event_id   text,
    case_id    text,
    settled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (cluster, topic, topic_id, partition, at_offset)
);
CREATE INDEX intake_ledger_by_outcome ON sanban.intake_ledger (outcome, number);

-- Personal data, in this table only, so that erasing a person is deleting a row.
CREATE TABLE sanban.reporters (
    case_id      text COLLATE "C" PRIMARY KEY,
    tenant       text NOT NULL,
    name         text NOT NULL,
    phone        text NOT NULL,
    confidential boolean NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON sanban.identities, sanban.intake_ledger TO sanban_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON sanban.reporters TO sanban_app;
