-- Leases the messages to be handled next: by priority, then the longest due. One row of nulls says that there were some, and that
-- others took them all.
-- $1 kinds, $2 how many of each kind may be leased at a time by all workers (null: any number), $3 how many to take,
-- $4 worker, $5 lease in seconds
with kinds as materialized (
    select k.kind,
           case when k.most is null then $3
                else least($3, k.most - (select count(*) from queue.messages m where m.kind = k.kind and m.lease_until is not null))
           end as free
      from unnest($1::text[], $2::integer[]) as k (kind, most)
),
candidates as (
    select m.id, m.priority, m.due_at, k.free, row_number() over (partition by k.kind order by m.priority, m.due_at) as place
      from kinds k
      cross join unnest('{0,1,2}'::smallint[]) as p (priority)
      cross join lateral (
        select id, priority, due_at from queue.messages
         where kind = k.kind and priority = p.priority and lease_until is null and due_at <= now()
         order by due_at limit greatest(k.free, 0)
      ) m
),
chosen as materialized (
    select id from candidates where place <= free order by priority, due_at limit $3
),
-- Chosen first, locked second: locking while walking would lock this many of every kind and priority. So two workers may choose
-- the same, and the later gets what is left, or nothing.
locked as materialized (
    select id from queue.messages where id = any (array(select id from chosen)) and lease_until is null for update skip locked
),
taken as (
    update queue.messages m
       set lease_until = now() + make_interval(secs => $5), leased_by = $4, attempts = m.attempts + 1
      from locked l where m.id = l.id
    returning m.id, m.kind, m.body, m.attempts, m.correlation_id, m.causation_id, m.user_name, m.created_at, m.priority, m.due_at
)
select t.id, t.kind, t.body::text, t.attempts, t.user_name, t.correlation_id, t.created_at
  from (select count(*) as candidates from chosen) c left join taken t on true
 where c.candidates > 0
 order by t.priority, t.due_at
