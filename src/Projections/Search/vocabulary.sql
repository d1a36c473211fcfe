-- The words of names and addresses, over the events with $1 < seq_id <= $2. What has a digit is no word that is mistyped.
insert into read.search_vocabulary (word)
select distinct w.lexeme
  from (
    select data->'details' as details
      from events.mt_events
     where seq_id > $1 and seq_id <= $2 and type in ('contact_imported', 'contact_registered', 'contact_details_changed')
  ) e
 cross join lateral unnest(read.search_vector(details->>'fullName', details->>'address', details->>'neighborhood')) w
 where w.lexeme collate "C" ~ '^[a-z]{3,30}$'
    on conflict (word) do nothing;
