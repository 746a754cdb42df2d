-- The journal: rows of canonical bytes, one hash chain a case (design 6).
-- Run as sanban_owner, in one transaction with its record in sanban.migrations.

-- A function is callable by nobody until it is granted: SECURITY DEFINER must never be public.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT USAGE ON SCHEMA sanban TO sanban_app;
GRANT SELECT ON sanban.migrations TO sanban_app;

-- Case ids compare by bytes, so that an index serves prefixes and Python sorts as PostgreSQL does.
CREATE TABLE sanban.journal (
    case_id  text COLLATE "C" NOT NULL,
    seq      integer NOT NULL,
    at       timestamptz NOT NULL,  -- a copy of the body's, for queries; the body is the evidence
    body     bytea NOT NULL,
    prev     bytea NOT NULL,
    hash     bytea NOT NULL,
    xid      xid8 NOT NULL DEFAULT pg_current_xact_id(),
    position bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    PRIMARY KEY (case_id, seq)
);

-- The relay reads in this order, below pg_snapshot_xmin: by position alone it would overtake a
-- transaction that took its number early and committed late.
CREATE INDEX journal_relay ON sanban.journal (xid, position);

-- What the last row of each case is: found without scanning, and proof against a cut tail.
CREATE TABLE sanban.journal_heads (
    case_id text COLLATE "C" PRIMARY KEY,
    seq     integer NOT NULL,
    hash    bytea NOT NULL
) WITH (fillfactor = 70);  -- room for updates in place

GRANT SELECT ON sanban.journal, sanban.journal_heads TO sanban_app;

CREATE FUNCTION sanban.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: it is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

-- Privileges stop the application; these stop the owner too. By statement, so that a statement
-- that would hit no row is refused as well; ALWAYS, so that replication does not pass them by.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sanban.journal
    FOR EACH STATEMENT EXECUTE FUNCTION sanban.refuse_change();
ALTER TABLE sanban.journal ENABLE ALWAYS TRIGGER append_only;

CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON sanban.journal_heads
    FOR EACH STATEMENT EXECUTE FUNCTION sanban.refuse_change();
ALTER TABLE sanban.journal_heads ENABLE ALWAYS TRIGGER append_only;

-- Appends p_bodies as rows p_first, p_first + 1, ... and returns the seq of the last row kept.
-- Rows that are there already must have the same bytes; nothing may be left out between.
-- Errors carry a constraint name by which the program knows them, and a seq as their detail.
CREATE FUNCTION sanban.journal_append(p_case text, p_first integer, p_bodies bytea[])
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_count integer := cardinality(p_bodies);
    v_seq   integer;
    v_prev  bytea;
    v_hash  bytea;
    v_known integer;
    v_other integer;
BEGIN
    IF p_first < 1 OR v_count < 1 THEN
        RAISE EXCEPTION 'a batch has at least one row and begins at seq 1 or later'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    SELECT h.seq, h.hash INTO v_seq, v_hash
        FROM sanban.journal_heads h WHERE h.case_id = p_case FOR UPDATE;
    IF NOT FOUND THEN
        -- Two first writers: the second waits here for the first, then sees its head.
        INSERT INTO sanban.journal_heads
            VALUES (p_case, 0, sha256('genesis:'::bytea || convert_to(p_case, 'UTF8')))
            ON CONFLICT DO NOTHING;
        SELECT h.seq, h.hash INTO STRICT v_seq, v_hash
            FROM sanban.journal_heads h WHERE h.case_id = p_case FOR UPDATE;
    END IF;

    IF p_first > v_seq + 1 THEN
        RAISE EXCEPTION 'case % is at seq %, rows from % on leave a gap', p_case, v_seq, p_first
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'journal_gap', DETAIL = v_seq;
    END IF;

    v_known := least(v_seq - p_first + 1, v_count);
    IF v_known > 0 THEN
        SELECT min(p_first + given.nth - 1) INTO v_other
            FROM unnest(p_bodies[1:v_known]) WITH ORDINALITY AS given (body, nth)
            LEFT JOIN sanban.journal kept
                ON kept.case_id = p_case AND kept.seq = p_first + given.nth - 1
            WHERE kept.body IS DISTINCT FROM given.body;
        IF v_other IS NOT NULL THEN
            RAISE EXCEPTION 'case % has other bytes at seq %', p_case, v_other
                USING ERRCODE = 'unique_violation', CONSTRAINT = 'journal_conflict', DETAIL = v_other;
        END IF;
    END IF;

    IF v_known = v_count THEN
        RETURN v_seq;
    END IF;
    FOR i IN v_known + 1 .. v_count LOOP
        v_prev := v_hash;
        v_hash := sha256(v_prev || p_bodies[i]);
        INSERT INTO sanban.journal (case_id, seq, at, body, prev, hash)
            VALUES (
                p_case, p_first + i - 1,
                (convert_from(p_bodies[i], 'UTF8')::jsonb ->> 'at')::timestamptz,
                p_bodies[i], v_prev, v_hash
            );
    END LOOP;
    v_seq := p_first + v_count - 1;
    UPDATE sanban.journal_heads h SET seq = v_seq, hash = v_hash WHERE h.case_id = p_case;
    RETURN v_seq;
END $$;
