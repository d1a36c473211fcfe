-- The days that page-end.sql would begin one after the other: one begins at its first event, if no later one has begun before.
insert into /*unit*/.contact_count_days (day, after_position)
select day, first - 1
  from (
    select day, first, max(day) over (order by first rows between unbounded preceding and 1 preceding) as latest
      from (
        select (timestamp at time zone 'America/Mexico_City')::date as day, min(seq_id) as first
          from events.mt_events
         where seq_id > $1 and seq_id <= $2 and type like 'contact\_%'
         group by 1
      ) days
  ) ordered
 where latest is null or day > latest;

-- What each page leaves in the counts: added up when all are through, for the tables have no index to add by.
create table /*unit*/.fresh_history (like /*unit*/.contact_count_history);
