-- Search by words of name and address, and by the digits a number ends with.
create extension if not exists unaccent;
create extension if not exists pg_trgm;

-- The words of name and address, without accents and case: PostgreSQL's own parser. For it AV.JUAREZ is a host, S/N a file and 12-5 two numbers, one
-- of them negative; so points, strokes and hyphens are spaces. unaccent is called stable because somebody may change its rules: then these indexes
-- must be built anew. A translate() with all accents takes thirty times as long.
create function read.search_vector(full_name text, address text, neighborhood text) returns tsvector
    language sql immutable parallel safe cost 500
    return to_tsvector('pg_catalog.simple'::regconfig, unaccent('unaccent'::regdictionary, left(
        replace(replace(replace(coalesce(full_name, '') || ' ' || coalesce(address, '') || ' ' || coalesce(neighborhood, ''), '.', ' '), '/', ' '), '-', ' '), 2000)));

-- Of an initial load these two are built last, when everything else works already (bulk.later_indexes).
create index contact_profiles_search on read.contact_profiles using gin (read.search_vector(full_name, address, neighborhood));
create index contact_states_phone_ending on read.contact_states ((phone % 10000), phone);

-- Every word that names and addresses have: what a mistyped one could have meant. A word stays when the last contact that had it is gone.
create table read.search_vocabulary (
    word text collate "C" primary key
);
create index search_vocabulary_similar on read.search_vocabulary using gin (word gin_trgm_ops);
