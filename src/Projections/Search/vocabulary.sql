-- The words of names and addresses, over the events with $1 < seq_id <= $2. What has a digit is no word that is mistyped. Names and streets are made of
-- few words, each written thousands of times: what stands between spaces is looked into once a page, a third of the work of looking into every text.
insert into read.search_vocabulary (word)
select distinct w.lexeme
  from (
    select distinct piece
      from (
        select data->'details' as details
          from events.mt_events
         where seq_id > $1 and seq_id <= $2 and type in ('contact_imported', 'contact_registered', 'contact_details_changed')
        offset 0 -- taken out of the event once, not once a field
      ) e
     cross join lateral string_to_table(concat_ws(' ', details->>'fullName', details->>'address', details->>'neighborhood'), ' ') piece
  ) p
 cross join lateral unnest(read.search_vector(piece, null, null)) w
 where w.lexeme collate "C" ~ '^[a-z]{3,30}$'
    on conflict (word) do nothing;
