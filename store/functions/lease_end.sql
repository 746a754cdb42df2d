-- revision: 1
-- Ends the lease now, where it is still the caller's.
CREATE OR REPLACE FUNCTION sanban.lease_end(p_name text, p_token bigint, p_holder text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE sanban.leases SET until = clock_timestamp()
    WHERE name = p_name AND token = p_token AND holder = p_holder AND until > clock_timestamp()
$$;

GRANT EXECUTE ON FUNCTION sanban.lease_end(text, bigint, text) TO sanban_app;
