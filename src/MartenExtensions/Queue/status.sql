-- What stands in the queue, by kind.
select kind, sum(due)::bigint, sum(scheduled)::bigint, sum(leased)::bigint, sum(dead)::bigint, min(oldest)
  from (
    select kind,
           count(*) filter (where lease_until is null and due_at <= now()) as due,
           count(*) filter (where lease_until is null and due_at > now()) as scheduled,
           count(lease_until) as leased, 0 as dead,
           min(due_at) filter (where due_at <= now()) as oldest
      from queue.messages group by kind
    union all
    select kind, 0, 0, 0, count(*), null from queue.dead_letters group by kind
  ) counts
 group by kind
 order by kind
