-- The views over some tables, and over such views: those that no other reads first. Name, and the statements that make it again. $1 the tables.
with recursive over as (
    select r.ev_class as oid, 1 as depth
      from pg_depend d join pg_rewrite r on r.oid = d.objid
     where d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass and d.refobjid = any ($1::regclass[]::oid[]) and r.ev_class <> d.refobjid
    union
    select r.ev_class, o.depth + 1
      from over o
      join pg_depend d on d.refobjid = o.oid and d.classid = 'pg_rewrite'::regclass and d.refclassid = 'pg_class'::regclass
      join pg_rewrite r on r.oid = d.objid and r.ev_class <> o.oid
)
select v.name,
       format('create view %s%s as %s', v.name, ' with (' || array_to_string(c.reloptions, ', ') || ')', pg_get_viewdef(c.oid))
       || coalesce((select string_agg(format('; grant %s on %s to %s', g.privilege_type, v.name, coalesce(quote_ident(r.rolname), 'public')), '')
                      from aclexplode(c.relacl) g left join pg_roles r on r.oid = g.grantee where g.grantee <> c.relowner), '')
       || coalesce(format('; comment on view %s is ', v.name) || quote_literal(obj_description(c.oid, 'pg_class')), '')
  from (
    select c.oid, format('%I.%I', n.nspname, c.relname) as name, max(o.depth) as depth
      from over o join pg_class c using (oid) join pg_namespace n on n.oid = c.relnamespace
     group by c.oid, n.nspname, c.relname
  ) v
  join pg_class c using (oid)
 order by v.depth desc
