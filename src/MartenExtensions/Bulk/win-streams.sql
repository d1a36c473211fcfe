-- Wins many streams for events that the same transaction then brings by COPY: new ones are made, others moved on from their expected version. One row
-- comes back: the streams won, and the transaction's date. New streams come before locks, as in append-many.sql.
-- $1 stream ids, $2 expected versions, $3 numbers of events (one each a stream)
with input as materialized (
    select * from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as i (stream_id, expected, events)
),
created as (
    insert into events.mt_streams (id, version, timestamp, created)
    select stream_id, events, now(), now() from input where expected = 0 order by stream_id
        on conflict (id) do nothing
    returning id
),
locked as materialized (
    select s.id, s.version from events.mt_streams s
     where s.id in (select stream_id from input where expected > 0) and (select count(*) from created) >= 0 -- the count makes it come second
     order by s.id for update
),
moved as (
    update events.mt_streams s
       set version = s.version + i.events, timestamp = now()
      from input i join locked l on l.id = i.stream_id
     where s.id = i.stream_id and l.version = i.expected
    returning s.id
)
select array(select id from created union all select id from moved), now()
