-- Signed checkpoints of the journal (design 6): how many rows it had, and one root over all of them.

CREATE TABLE sanban.checkpoints (
    size    bigint PRIMARY KEY CHECK (size > 0),
    at      timestamptz NOT NULL,
    root    bytea NOT NULL CHECK (length(root) = 32),
    through xid8 NOT NULL,  -- every row of this transaction, and of all before it, is in the tree
    edge    bytea NOT NULL CHECK (length(edge) = 32 * bit_count(size::bit(64))),
    note    text NOT NULL   -- the evidence; the columns are copies of what it says
);

-- The keys that signed, in order. The first has no note: it is trusted from elsewhere, or not.
CREATE TABLE sanban.checkpoint_keys (
    number integer NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key    text COLLATE "C" NOT NULL UNIQUE,
    size   bigint NOT NULL,  -- it speaks for checkpoints of more rows than this
    at     timestamptz NOT NULL,
    note   text CHECK (number = 1 OR note IS NOT NULL)
);

-- The largest one that the topic has.
CREATE TABLE sanban.checkpoints_published (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    size bigint NOT NULL
);
INSERT INTO sanban.checkpoints_published (size) VALUES (0);

GRANT SELECT ON sanban.checkpoints, sanban.checkpoint_keys, sanban.checkpoints_published
    TO sanban_app;
GRANT UPDATE (size) ON sanban.checkpoints_published TO sanban_app;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sanban.checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION sanban.refuse_change();
ALTER TABLE sanban.checkpoints ENABLE ALWAYS TRIGGER append_only;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sanban.checkpoint_keys
    FOR EACH STATEMENT EXECUTE FUNCTION sanban.refuse_change();
ALTER TABLE sanban.checkpoint_keys ENABLE ALWAYS TRIGGER append_only;

-- Keeps a checkpoint behind the one of p_before rows (0: none). Of two that both think they lead
-- only one goes on; and what is still open or yet to come is in no checkpoint.
CREATE FUNCTION sanban.checkpoint_append(
    p_before bigint, p_size bigint, p_at timestamptz, p_root bytea, p_through xid8, p_edge bytea,
    p_note text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_size    bigint := 0;
    v_through xid8 := '0';
BEGIN
    LOCK TABLE sanban.checkpoints IN SHARE ROW EXCLUSIVE MODE;
    SELECT c.size, c.through INTO v_size, v_through
        FROM sanban.checkpoints c ORDER BY c.size DESC LIMIT 1;
    IF coalesce(v_size, 0) <> p_before THEN
        RAISE EXCEPTION 'the last checkpoint has % rows, not %', v_size, p_before
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'checkpoint_overtaken';
    END IF;
    IF p_size <= p_before OR p_through <= coalesce(v_through, '0') THEN
        RAISE EXCEPTION 'a checkpoint has more rows than the one before it, of later transactions'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF p_through >= pg_snapshot_xmin(pg_current_snapshot()) THEN
        RAISE EXCEPTION 'transaction %, or one before it, is still open', p_through
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO sanban.checkpoints (size, at, root, through, edge, note)
        VALUES (p_size, p_at, p_root, p_through, p_edge, p_note);
END $$;
GRANT EXECUTE ON FUNCTION
    sanban.checkpoint_append(bigint, bigint, timestamptz, bytea, xid8, bytea, text) TO sanban_app;

-- Keeps the key that signs from now on, behind p_before (NULL: none signed before).
CREATE FUNCTION sanban.checkpoint_key_append(
    p_before text, p_key text, p_size bigint, p_at timestamptz, p_note text
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_key  text;
    v_size bigint;
BEGIN
    LOCK TABLE sanban.checkpoints, sanban.checkpoint_keys IN SHARE ROW EXCLUSIVE MODE;
    SELECT k.key INTO v_key FROM sanban.checkpoint_keys k ORDER BY k.number DESC LIMIT 1;
    SELECT coalesce(max(c.size), 0) INTO v_size FROM sanban.checkpoints c;
    IF v_key IS DISTINCT FROM p_before OR v_size <> p_size THEN
        RAISE EXCEPTION 'the last key is %, of checkpoints up to % rows', v_key, v_size
            USING ERRCODE = 'serialization_failure', CONSTRAINT = 'checkpoint_overtaken';
    END IF;
    IF p_before IS NOT NULL AND p_note IS NULL THEN
        RAISE EXCEPTION 'a key takes over by a signed note'
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    INSERT INTO sanban.checkpoint_keys (key, size, at, note)
        VALUES (p_key, p_size, p_at, p_note);
END $$;
GRANT EXECUTE ON FUNCTION
    sanban.checkpoint_key_append(text, text, bigint, timestamptz, text) TO sanban_app;
