-- What of a page is left out: parked events, and later ones of their streams, which are parked behind them. $1 projection, $2 exclusive floor, $3 inclusive ceiling
with held as materialized (
    select stream_id, min(position) as position from projections.parked_events where projection = $1 group by stream_id
),
behind as materialized (
    select e.* from held h
     cross join lateral (
        select seq_id, stream_id, version, type from events.mt_events where stream_id = h.stream_id and seq_id >= h.position offset 0) e -- by its stream's index
     where e.seq_id > $2 and e.seq_id <= $3
),
parked as (
    insert into projections.parked_events (projection, position, stream_id, version, type)
    select $1, seq_id, stream_id, version, type from behind
        on conflict (projection, position) do nothing
)
select seq_id from behind order by seq_id
