-- How far an extraction is, told by whichever process works on it: at each new stage, and at most once a second in between. The stream
-- says what is true and the manifest what is claimed; this only shortens the wait of whoever looks on, and nothing depends on it.
create table padron.extraction_progress (
    extraction_id uuid primary key,
    stage         text not null, -- claiming, releasing, writing; in the end delivered, failed, cancelled
    claimed       integer not null,
    written       integer not null,
    amount        integer not null,
    trouble       text, -- what the last try failed of; null once another has begun
    updated_at    timestamptz not null
) with (fillfactor = 70);
