-- What the daemon of Marten's projections knows beside Marten's own tables.
create schema daemon;

-- Projections that shall not go on until somebody resumes them.
create table daemon.holds (
    name     text collate "C" primary key,
    position bigint,  -- of the event that stopped it; null: paused by hand
    error    text,
    held_by  text,
    held_at  timestamptz not null default now()
);

-- Signs of life of the processes that run projections. A process outlives no crash of the server, so neither does this: it is not logged, and a sign of life
-- waits for no disk. Each process writes its own row only, and in a transaction that does nothing else: nothing may hold it up.
create unlogged table daemon.processes (
    name      text collate "C" primary key, -- the application_name of all its sessions
    beaten_at timestamptz not null          -- the server's clock, as all times here
) with (fillfactor = 50);

-- Who led each projection last, and since when. Marten's advisory lock says who leads it now.
create unlogged table daemon.leaders (
    name    text collate "C" primary key,
    process text collate "C" not null,
    led_at  timestamptz not null
);

create unlogged table daemon.activity (
    name      text collate "C" primary key,
    rate      double precision, -- positions a second in the last page
    error     text,             -- the last failure, 'CODE: text', whatever became of it
    failed_at timestamptz
) with (fillfactor = 50);

-- A rebuild that was killed is begun anew, under another name.
delete from events.mt_event_progression where name like '%:Rebuilding';

-- The mark that was ours to move is Marten's, whose detector moves it now.
delete from events.mt_event_progression where name = 'HighWaterMark';
update events.mt_event_progression set name = 'HighWaterMark' where name = 'PadronHighWaterMark';
