-- revision: 1
-- Lets the lease last p_seconds from now; false if it has ended. p_works: the leader's work succeeds.
-- The key stays, so this does not wait for writes under the lease (lease_fence.sql).
CREATE OR REPLACE FUNCTION sanban.lease_renew(
    p_name text, p_token bigint, p_holder text, p_seconds float8, p_works boolean
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
BEGIN
    UPDATE sanban.leases l
        SET until = v_now + make_interval(secs => p_seconds),
            led_at = CASE WHEN p_works THEN v_now ELSE l.led_at END
        WHERE l.name = p_name AND l.token = p_token AND l.holder = p_holder AND l.until > v_now;
    RETURN FOUND;
END $$;

GRANT EXECUTE ON FUNCTION sanban.lease_renew(text, bigint, text, float8, boolean) TO sanban_app;
