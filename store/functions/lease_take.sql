-- revision: 1
-- Makes the caller the leader, unless the session of another one lives; then returns no row. That session
-- ends by the server's idle_session_timeout when its process is frozen. Programs of before the leases hold
-- the same advisory lock, so of an old and a new program only one leads.
CREATE OR REPLACE FUNCTION sanban.lease_take(p_name text, p_holder text, p_seconds float8)
RETURNS TABLE (token bigint, since timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now timestamptz;
BEGIN
    IF NOT pg_try_advisory_lock(hashtextextended('sanban.outbox.' || p_name, 0)) THEN
        RETURN;
    END IF;
    -- Waits for a write that the leader before has under way (lease_fence.sql).
    PERFORM FROM sanban.leases l WHERE l.name = p_name FOR UPDATE;
    v_now := clock_timestamp();
    RETURN QUERY
        INSERT INTO sanban.leases AS l (name, token, holder, backend, since, until, led_at)
        VALUES (
            p_name, 1, p_holder, pg_backend_pid(), v_now, v_now + make_interval(secs => p_seconds), v_now
        )
        ON CONFLICT (name) DO UPDATE SET token = l.token + 1, holder = EXCLUDED.holder,
            backend = EXCLUDED.backend, since = EXCLUDED.since, until = EXCLUDED.until
        RETURNING l.token, l.since;
END $$;

GRANT EXECUTE ON FUNCTION sanban.lease_take(text, text, float8) TO sanban_app;
