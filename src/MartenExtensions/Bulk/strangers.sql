-- What depends on some tables and is neither part of them nor a view over them: functions, keys of other tables, materialized views. It would go on meaning
-- the old table when another takes its place. $1 the tables.
select distinct pg_describe_object(d.classid, d.objid, d.objsubid)
  from pg_depend d
  left join pg_constraint k on d.classid = 'pg_constraint'::regclass and k.oid = d.objid
  left join pg_attrdef a on d.classid = 'pg_attrdef'::regclass and a.oid = d.objid
  left join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
  left join pg_class v on v.oid = r.ev_class
 where d.deptype = 'n'
   and (d.refclassid = 'pg_class'::regclass and d.refobjid = any ($1::regclass[]::oid[])
        or d.refclassid = 'pg_type'::regclass and d.refobjid in (select reltype from pg_class where oid = any ($1::regclass[]::oid[])))
   and coalesce(k.conrelid, a.adrelid, 0) <> all ($1::regclass[]::oid[])
   and v.relkind is distinct from 'v'
 order by 1
