-- revision: 1
-- Notes which files these journal rows hand in to a case. Bodies are canonical JSON, so a file has exactly
-- these bytes; a text that quotes them has backslashes before the quotation marks. The digest of a one-time
-- link is followed by other fields. What is known stays, with its moment.
-- Not granted: callers go through case_append or case_restore.
CREATE OR REPLACE FUNCTION sanban.case_files_put(p_tenant text, p_case text, p_bodies bytea[])
RETURNS void
LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
    INSERT INTO sanban.case_files (case_id, sha256, tenant, at)
    SELECT p_case, decode(found.digest[1], 'hex'), p_tenant,
        min((said.text::jsonb ->> 'at')::timestamptz)
    FROM unnest(p_bodies) AS given (body)
    CROSS JOIN LATERAL (SELECT convert_from(given.body, 'UTF8')) AS said (text)
    CROSS JOIN LATERAL regexp_matches(
        said.text, '"sha256":"([0-9a-f]{64})","(?:taken_at|uri)":', 'g'
    ) AS found (digest)
    WHERE position('"sha256":"'::bytea IN given.body) > 0
    GROUP BY 2
    ON CONFLICT DO NOTHING
$$;
