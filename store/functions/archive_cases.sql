-- revision: 2
-- Moves at most p_most cases of all tenants that were closed before p_before, all of one year, to the archive
-- table of that year. Returns how many, 0 if there is none left.
CREATE OR REPLACE FUNCTION sanban.archive_cases(p_before timestamptz, p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN sanban.archive_cases_of(NULL, p_before, p_most);
END $$;

GRANT EXECUTE ON FUNCTION sanban.archive_cases(timestamptz, integer) TO sanban_app;
