-- Answers that were given to requests with an Idempotency-Key, so that a repetition gets the same one. They commit with what the request
-- did, and are forgotten after a day: an answer may hold a phone number.
create table padron.idempotency_keys (
    key          text collate "C" primary key,
    fingerprint  bytea not null, -- SHA-256 of method, path and body
    status       integer not null,
    headers      jsonb not null,
    body         bytea not null,
    created_at   timestamptz not null
);
create index idempotency_keys_by_age on padron.idempotency_keys (created_at);
