-- The same words as before (0007), so that no index must be built anew, by a function that is not started anew for every row: a SQL function that is not
-- inlined (unaccent is only stable) takes 4 µs more, a third of what its row costs when the text index is built. PL/pgSQL looks names up when it runs, and
-- a restore or a vacuum runs it with an empty search path: so the extension's schema is written out, whichever it was installed in.
do $do$
declare
    place text := (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'unaccent');
begin
    execute format($create$
create or replace function read.search_vector(full_name text, address text, neighborhood text) returns tsvector
    language plpgsql immutable parallel safe cost 500
as $body$
begin
    return to_tsvector('pg_catalog.simple'::regconfig, %1$I.unaccent(%2$L::regdictionary, left(
        replace(replace(replace(coalesce(full_name, '') || ' ' || coalesce(address, '') || ' ' || coalesce(neighborhood, ''), '.', ' '), '/', ' '), '-', ' '), 2000)));
end
$body$ $create$, place, format('%I.unaccent', place));
end
$do$;
