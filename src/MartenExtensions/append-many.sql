-- Appends to many streams at once. One row comes back: the last position, and the streams in conflict.
-- $1 stream ids, $2 expected versions, $3 numbers of events (one each a stream)
-- $4 index into $1 (from 1), $5 place in the stream's new events (from 1), $6 event ids, $7 index into $8 (from 1) (one each an event)
-- $8 types, $9 data, $10 .NET types (one each a fact, which many events may share)
-- $11 correlation id, $12 causation id, $13 user
with input as materialized (
    select * from unnest($1::uuid[], $2::bigint[], $3::integer[]) with ordinality as i (stream_id, expected, events, ordinal)
),
-- All new streams first, then all locks, each in the order of the ids. Batches that overlap in opposite orders would deadlock;
-- so would locks before new streams, because an insert waits for whoever is updating the row it conflicts with: this way
-- those who insert may wait for those who lock, never the reverse.
created as (
    insert into events.mt_streams (id, version, timestamp, created)
    select stream_id, events, now(), now() from input where expected = 0 order by stream_id
        on conflict (id) do nothing
    returning id
),
locked as materialized (
    select id, version from events.mt_streams
     where id = any ($1) and (select count(*) from created) >= 0 -- the count makes it come second
     order by id for update /*busy*/
),
moved as (
    update events.mt_streams s
       set version = s.version + i.events, timestamp = now()
      from input i join locked l on l.id = i.stream_id
     where s.id = i.stream_id and l.version = i.expected -- of the newest row, which this transaction holds; the snapshot's may be older
    returning s.id
),
won as materialized (
    select id from moved union all select id from created
),
fact as materialized (
    select type, data::jsonb as data, dotnet_type, ordinal
      from unnest($8::text[], $9::text[], $10::text[]) with ordinality as f (type, data, dotnet_type, ordinal)
),
-- Positions are drawn here, for winners only: a lost race burns none.
inserted as (
    insert into events.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, causation_id, user_name)
    select nextval('events.mt_events_sequence'), e.id, e.stream_id, e.version, e.data, e.type, now(), e.dotnet_type, $11, $12, $13
      from (
        select e.id, i.stream_id, i.expected + e.place as version, f.data, f.type, f.dotnet_type
          from unnest($4::integer[], $5::integer[], $6::uuid[], $7::integer[]) with ordinality as e (stream, place, id, fact, ordinal)
          join input i on i.ordinal = e.stream
          join won w on w.id = i.stream_id
          join fact f on f.ordinal = e.fact
         order by e.ordinal
      ) e
    returning seq_id
)
select (select max(seq_id) from inserted),
       array(select i.stream_id from input i where i.stream_id not in (select id from won))
