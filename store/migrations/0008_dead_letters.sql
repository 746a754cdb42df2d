-- Dead letters as people deal with them, and what people do to intake: journaled, in chains of
-- their own beside those of cases. And the ledger as people ask for it.

CREATE UNIQUE INDEX intake_ledger_by_number ON sanban.intake_ledger (number);
CREATE INDEX intake_ledger_by_reason ON sanban.intake_ledger (reason, number)
    WHERE reason IS NOT NULL;
CREATE INDEX intake_ledger_letters ON sanban.intake_ledger (number)
    WHERE letter_topic IS NOT NULL;
-- Rows are nearly in the order of time: this one costs next to nothing.
CREATE INDEX intake_ledger_by_time ON sanban.intake_ledger USING brin (settled_at);
CREATE INDEX identities_held ON sanban.identities (held_at) WHERE state = 'held';

-- A row for each thing that a person did to a letter; the last one that came to its end counts.
CREATE TABLE sanban.dead_letter_actions (
    number     bigint NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- Of the command: given again by a client that did not hear the answer, it is done once.
    operation  text COLLATE "C" NOT NULL,
    -- The record that became the letter; the ledger knows where the letter lies.
    cluster    text COLLATE "C" NOT NULL,
    topic      text COLLATE "C" NOT NULL,
    topic_id   text COLLATE "C" NOT NULL,
    partition  integer NOT NULL,
    at_offset  bigint NOT NULL,
    action     text NOT NULL CHECK (action IN ('replayed', 'discarded')),
    tenant     text NOT NULL,  -- whose roster has the person
    person     text NOT NULL,
    why        text NOT NULL,
    at         timestamptz NOT NULL,
    seq        integer NOT NULL,  -- its row in the journal, chain operations/TENANT
    -- Where the broker put what was replayed; nothing until it has said so.
    to_topic     text COLLATE "C",
    to_topic_id  text COLLATE "C",
    to_partition integer,
    to_offset    bigint,
    UNIQUE (cluster, topic, topic_id, partition, at_offset, operation)
);
GRANT SELECT, INSERT ON sanban.dead_letter_actions TO sanban_app;
GRANT UPDATE (to_topic, to_topic_id, to_partition, to_offset)
    ON sanban.dead_letter_actions TO sanban_app;

-- What is no case has no row in the read model, and its chain says so by its name.
CREATE FUNCTION sanban.operation_append(p_chain text, p_first integer, p_bodies bytea[])
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
    IF NOT starts_with(p_chain, 'operations/') THEN
        RAISE EXCEPTION 'chain % is none of operations', p_chain
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    RETURN sanban.journal_append(p_chain, p_first, p_bodies);
END $$;
GRANT EXECUTE ON FUNCTION sanban.operation_append(text, integer, bytea[]) TO sanban_app;
