-- To which cases each file was handed in, and when first: evidence of one case must not prove another
-- unnoticed (store/cases/files.py). Computed from the journal rows as they are appended
-- (functions/case_files_put.sql); `sanban rebuild readmodel` computes it again.
CREATE TABLE sanban.case_files (
    case_id text COLLATE "C" NOT NULL,
    sha256  bytea NOT NULL,
    tenant  text NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (case_id, sha256)
);
CREATE INDEX case_files_by_digest ON sanban.case_files (tenant, sha256, at, case_id);

GRANT SELECT, DELETE ON sanban.case_files TO sanban_app;

-- What was handed in before this table was there.
INSERT INTO sanban.case_files (case_id, sha256, tenant, at)
SELECT j.case_id, decode(found.digest[1], 'hex'), c.tenant, min(j.at)
FROM sanban.journal j
JOIN sanban.cases c ON c.case_id = j.case_id
CROSS JOIN LATERAL regexp_matches(
    convert_from(j.body, 'UTF8'), '"sha256":"([0-9a-f]{64})","(?:taken_at|uri)":', 'g'
) AS found (digest)
WHERE position('"sha256":"'::bytea IN j.body) > 0
GROUP BY 1, 2, 3;
