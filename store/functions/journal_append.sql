-- revision: 1
-- Appends p_bodies as rows p_first, p_first + 1, ... of one chain and returns the seq of its last row.
-- Rows that exist already must have the same bytes, and no seq may be left out (design 6).
-- An error carries a constraint name, by which store/journal/rows.py recognises it, and a seq as its detail.
-- Not granted: callers go through case_append or operation_append.
CREATE OR REPLACE FUNCTION sanban.journal_append(p_case text, p_first integer, p_bodies bytea[])
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
        -- Of two first writers the second waits here for the first, then sees its head.
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

    -- The rows that were appended before, by the same call repeated, are compared and not written.
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
