-- The words of all names and addresses, as vocabulary.sql would have folded them from the events of a load: the profiles are shorter than the events.
insert into read.search_vocabulary (word)
select distinct w.lexeme
  from (
    select distinct piece
      from read.contact_profiles
     cross join lateral string_to_table(concat_ws(' ', full_name, address, neighborhood), ' ') piece
  ) p
 cross join lateral unnest(read.search_vector(piece, null, null)) w
 where w.lexeme collate "C" ~ '^[a-z]{3,30}$'
    on conflict (word) do nothing
