-- Everything about a table that decides what it is, one line each, without its schema, its foreign keys and its triggers (ShadowTables brings those along); the second column says 'index' of what comes with the indexes.
-- $1 the table, $2 whether it is a shadow: its indexes say what they were built from, $3 names of indexes that are left out.
select format('column %s %s %s%s null %s default %s generated %s identity %s storage %s grants %s',
              row_number() over (order by a.attnum), a.attname, format_type(a.atttypid, a.atttypmod), ' collate ' || a.attcollation, not a.attnotnull,
              pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity, a.attstorage, a.attacl),
       null
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
 where a.attrelid = $1::text::regclass and a.attnum > 0 and not a.attisdropped
union all
select format('index %s %s', case when $2::boolean then obj_description(indexrelid, 'pg_class') else pg_get_indexdef(indexrelid) end,
              case when not indisvalid then 'invalid' end),
       'index'
  from pg_index where indrelid = $1::text::regclass and indexrelid not in (select oid from pg_class where relname = any ($3::text[]))
union all
select format('constraint %s %s', conname, pg_get_constraintdef(oid)), case when contype in ('p', 'u', 'x') then 'index' end
  from pg_constraint where conrelid = $1::text::regclass and contype <> 'f'
union all
select format('policy %s', polname), null from pg_policy where polrelid = $1::text::regclass
union all
select format('table owner %s grants %s kind %s %s', relowner, relacl, relkind, relpersistence), null from pg_class where oid = $1::text::regclass
union all
select 'option ' || o, null from pg_class cross join unnest(reloptions) o where oid = $1::text::regclass
