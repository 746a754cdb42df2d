-- revision: 1
-- Says if this transaction may write what only the leader writes: it is fenced (lease_fence.sql), or no
-- lease holds. The second is for programs of before the leases, which know nothing of them.
CREATE OR REPLACE FUNCTION sanban.lease_permits(p_name text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(current_setting('sanban.fenced', true) = p_name, false) OR NOT EXISTS (
        SELECT FROM sanban.leases l WHERE l.name = p_name AND l.until > clock_timestamp()
    )
$$;

GRANT EXECUTE ON FUNCTION sanban.lease_permits(text) TO sanban_app;
