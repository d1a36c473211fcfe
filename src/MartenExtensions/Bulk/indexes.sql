-- The indexes of a table, but for some, and the statements for each one that its shadow lacks. $1 the table, $2 its shadow, $3 names of those left out.
-- Those of words come first, which take as long as all others. The third column is null for those that are not unique. What one was built from stays with
-- it as a comment: read back from the new index, a condition may be worded in another way.
select c.relname,
       case when to_regclass(format('%s.%I', split_part($2::text, '.', 1), c.relname)) is null then
           replace(pg_get_indexdef(i.indexrelid), ' ON ' || $1::text || ' USING ', ' ON ' || $2::text || ' USING ')
           || format('; comment on index %s.%I is %L', split_part($2::text, '.', 1), c.relname, pg_get_indexdef(i.indexrelid))
       end,
       case when i.indisunique then 'unique' end
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
 where i.indrelid = $1::text::regclass and c.relname <> all ($3::text[])
 order by c.relam <> (select oid from pg_am where amname = 'btree') desc, i.indisunique desc, c.relname
