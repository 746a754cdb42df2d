-- The read model: one row a case, as lists show it. All of it can be computed from the journal.

CREATE TABLE sanban.cases (
    case_id     text COLLATE "C" PRIMARY KEY,
    tenant      text NOT NULL,
    tier        text NOT NULL,
    stage       text NOT NULL,
    holder      text,
    grid        text,
    category    text,
    urgency     text NOT NULL,
    channel     text NOT NULL,
    title       text NOT NULL,
    level       integer NOT NULL,
    received_at timestamptz NOT NULL,
    citizen_due timestamptz,
    next_due    timestamptz,
    next_clock  text,
    closed_at   timestamptz,
    policy      text NOT NULL,
    seq         integer NOT NULL  -- of the journal row after which the case looked like this
) WITH (fillfactor = 80);

-- Lists are paged in the order (next_due, case_id), cases without a due instant last.
CREATE INDEX cases_by_due
    ON sanban.cases (tenant, coalesce(next_due, 'infinity'), case_id);
CREATE INDEX cases_open_by_due
    ON sanban.cases (tenant, coalesce(next_due, 'infinity'), case_id) WHERE closed_at IS NULL;
CREATE INDEX cases_open_by_holder
    ON sanban.cases (tenant, holder, coalesce(next_due, 'infinity'), case_id)
    WHERE closed_at IS NULL;

-- The application changes rows through the functions below only; it may drop rows (rebuilding).
GRANT SELECT, DELETE ON sanban.cases TO sanban_app;

-- Writes the row whatever was there: callers hold the lock on the case's head and have checked
-- that the row belongs to the newest seq.
CREATE FUNCTION sanban.case_put(p_row sanban.cases) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO sanban.cases SELECT p_row.*
    ON CONFLICT (case_id) DO UPDATE SET
        tenant = EXCLUDED.tenant, tier = EXCLUDED.tier, stage = EXCLUDED.stage,
        holder = EXCLUDED.holder, grid = EXCLUDED.grid, category = EXCLUDED.category,
        urgency = EXCLUDED.urgency, channel = EXCLUDED.channel, title = EXCLUDED.title,
        level = EXCLUDED.level, received_at = EXCLUDED.received_at,
        citizen_due = EXCLUDED.citizen_due, next_due = EXCLUDED.next_due,
        next_clock = EXCLUDED.next_clock, closed_at = EXCLUDED.closed_at,
        policy = EXCLUDED.policy, seq = EXCLUDED.seq
$$;

-- One stage of a case: its journal rows and its read-model row, in one statement. The row comes
-- as JSON so that programs one release apart can work on the same table.
CREATE FUNCTION sanban.case_append(
    p_case text, p_first integer, p_bodies bytea[], p_row jsonb
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_row  sanban.cases := jsonb_populate_record(NULL::sanban.cases, p_row);
    v_head integer;
BEGIN
    IF v_row.case_id IS DISTINCT FROM p_case
        OR v_row.seq IS DISTINCT FROM p_first + cardinality(p_bodies) - 1
    THEN
        RAISE EXCEPTION 'the row is of case % at seq %, the batch of case % ends at seq %',
            v_row.case_id, v_row.seq, p_case, p_first + cardinality(p_bodies) - 1
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    v_head := sanban.journal_append(p_case, p_first, p_bodies);
    -- An older batch that comes again must not turn the lists back.
    IF v_row.seq = v_head THEN
        PERFORM sanban.case_put(v_row);
    END IF;
    RETURN v_head;
END $$;

-- Puts a row computed again from the journal; false when the case has moved on meanwhile.
CREATE FUNCTION sanban.case_restore(p_row jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_row sanban.cases := jsonb_populate_record(NULL::sanban.cases, p_row);
BEGIN
    PERFORM FROM sanban.journal_heads h
        WHERE h.case_id = v_row.case_id AND h.seq = v_row.seq FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM sanban.case_put(v_row);
    RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION
    sanban.case_append(text, integer, bytea[], jsonb), sanban.case_restore(jsonb)
TO sanban_app;
