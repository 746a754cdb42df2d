-- Whether a deadline of a list counts days whose holidays are not published yet: true, or NULL if not.
-- Rows of before have NULL; `sanban rebuild readmodel` puts the rest.
ALTER TABLE sanban.cases
    ADD COLUMN citizen_due_provisional boolean,
    ADD COLUMN next_due_provisional boolean;
