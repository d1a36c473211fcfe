-- Who was in a segment at a moment, and its filter as it stood then: what a campaign goes to, whatever becomes of the segment.
create table padron.audiences (
    id       uuid primary key,
    segment  text collate "C" not null,
    filter   jsonb not null,
    contacts bigint not null,
    made_by  text not null,
    made_at  timestamptz not null
);

-- Thousands of ids a row: a row each would take four times the room and several times as long, and a campaign takes them in chunks anyhow.
create table padron.audience_contacts (
    audience_id uuid not null references padron.audiences on delete cascade deferrable initially deferred,
    ordinal     integer not null,
    contacts    uuid[] not null,
    primary key (audience_id, ordinal)
);
alter table padron.audience_contacts alter column contacts set storage external; -- ids are random: nothing is gained by trying to compress them
