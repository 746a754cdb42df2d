-- The roles of Sanban: psql --file roles.sql, as a superuser, once a server. It can be repeated.
-- Written from store/roles.py by `make schemas`. Where SANBAN_DATABASE_OWNER_URL may make roles,
-- `sanban prepare --create` does the same.

DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['sanban_owner NOLOGIN', 'sanban_app LOGIN', 'sanban_reader NOLOGIN', 'sanban_unit_reader NOLOGIN'] LOOP
        IF to_regrole(split_part(role, ' ', 1)) IS NULL THEN
            BEGIN
                EXECUTE 'CREATE ROLE ' || role;
            EXCEPTION WHEN duplicate_object OR unique_violation THEN
                NULL;  -- the other migrator has created it
            END;
        END IF;
    END LOOP;
    IF NOT pg_has_role(current_user, 'sanban_owner', 'SET') THEN
        EXECUTE format('GRANT sanban_owner TO %I WITH SET TRUE', current_user);
    END IF;
    -- INHERIT FALSE: sanban_app itself gains no right.
    FOREACH role IN ARRAY ARRAY['sanban_reader', 'sanban_unit_reader'] LOOP
        IF NOT pg_has_role('sanban_app', role, 'SET') THEN
            BEGIN
                EXECUTE format('GRANT %I TO sanban_app WITH INHERIT FALSE, SET TRUE', role);
            EXCEPTION WHEN internal_error OR unique_violation THEN
                NULL;  -- another migrator grants it at the same time
            END;
        END IF;
    END LOOP;
END $$;

-- Who runs `sanban migrate` must be able to become the owner of the schema:
-- GRANT sanban_owner TO sanban_admin WITH SET TRUE;
-- and sanban_app needs a way to log in: a password, or a line of pg_hba.conf (docs/OPERATIONS.md).
