-- revision: 1
-- Refuses every change of an append-only table. Privileges stop the application; the triggers that call
-- this function also stop the owner.
CREATE OR REPLACE FUNCTION sanban.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: it is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;
