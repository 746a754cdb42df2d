-- revision: 1
-- Lets the rest of the transaction write as the leader; raises an error if the lease has ended. Until the
-- transaction ends no other process becomes the leader, so it must be short: if its client freezes in it,
-- the server ends it after a third of a lease.
CREATE OR REPLACE FUNCTION sanban.lease_fence(
    p_name text, p_token bigint, p_holder text, p_seconds float8
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM sanban.leases l
        WHERE l.name = p_name AND l.token = p_token AND l.holder = p_holder
            AND l.until > clock_timestamp()
        FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the lease of % has ended', p_name
            USING ERRCODE = 'object_not_in_prerequisite_state', CONSTRAINT = 'lease_lost';
    END IF;
    PERFORM set_config('sanban.fenced', p_name, true);
    PERFORM set_config(
        'idle_in_transaction_session_timeout', ceil(p_seconds * 1000 / 3)::bigint::text, true
    );
    RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION sanban.lease_fence(text, bigint, text, float8) TO sanban_app;
