-- A manifest keeps whom an extraction obtained, also those it gave back: released_at says when.
alter table padron.extraction_contacts add column released_at timestamptz;
