-- What a source reported, the latest first: asked for by Open311's GET requests (store/source_cases.py).
CREATE INDEX identities_by_source
    ON sanban.identities (tenant, source, held_at DESC) WHERE kind = 'filed';
