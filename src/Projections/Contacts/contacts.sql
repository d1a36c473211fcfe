-- Whom an import that was rolled back had brought, over the events with $1 < seq_id <= $2: it brought them no more.
update read.contact_profiles p
   set lada_inferred = false, import_id = null, source_row = null
  from (select distinct stream_id from events.mt_events where seq_id > $1 and seq_id <= $2 and type = 'contact_withdrawn') w
 where p.id = w.stream_id;

-- Contacts, their states and the segment counts, over the events with $1 < seq_id <= $2. One writer at a time.
-- A page is folded to one row a contact first, so that the size of the page changes nothing in the result.
with page as materialized (
    select stream_id as id, version, type, data, timestamp
      from events.mt_events
     where seq_id > $1 and seq_id <= $2
       and type in ('contact_imported', 'contact_registered', 'contact_details_changed', 'contact_verified', 'contact_not_mobile',
                    'contact_invalidated', 'contact_extracted', 'contact_released', 'contact_sent', 'contact_withdrawn', 'contact_opted_out', 'contact_opted_in')
),
-- Of each kind of fact the last word counts.
last_word as materialized (
    select distinct on (id, type) id, version, type, data
      from page
     order by id, type, version desc
),
-- Every event that carries the number carries the same one; a stranger's last opt-out need not be the one that does.
spans as (
    select id, max(version) as version, min(timestamp) as first_at, max(timestamp) as last_at, max(data->>'phone') as phone,
           count(*) filter (where type = 'contact_sent') as sent,
           max((data->>'sentAt')::timestamptz) filter (where type = 'contact_sent') as last_sent_at
      from page
     group by id
),
latest as materialized (
    select id,
           (array_agg(data) filter (where type = 'contact_imported'))[1] as imported,
           (array_agg(data) filter (where type = 'contact_registered'))[1] as registered,
           (array_agg(data) filter (where type = 'contact_details_changed'))[1] as corrected,
           (array_agg(data) filter (where type = 'contact_verified'))[1] as verified,
           (array_agg(data) filter (where type = 'contact_not_mobile'))[1] as not_mobile,
           (array_agg(data) filter (where type = 'contact_invalidated'))[1] as invalidated,
           (array_agg(data) filter (where type = 'contact_extracted'))[1] as extracted,
           (array_agg(data) filter (where type = 'contact_withdrawn'))[1] as withdrawn,
           (array_agg(data) filter (where type = 'contact_opted_out'))[1] as opted_out,
           coalesce(max(version) filter (where type = 'contact_imported'), 0) as imported_version,
           coalesce(max(version) filter (where type = 'contact_registered'), 0) as registered_version,
           coalesce(max(version) filter (where type = 'contact_details_changed'), 0) as corrected_version,
           coalesce(max(version) filter (where type = 'contact_verified'), 0) as verified_version,
           coalesce(max(version) filter (where type = 'contact_not_mobile'), 0) as not_mobile_version,
           coalesce(max(version) filter (where type = 'contact_invalidated'), 0) as invalidated_version,
           coalesce(max(version) filter (where type = 'contact_extracted'), 0) as extracted_version,
           coalesce(max(version) filter (where type = 'contact_released'), 0) as released_version,
           coalesce(max(version) filter (where type = 'contact_withdrawn'), 0) as withdrawn_version,
           coalesce(max(version) filter (where type = 'contact_opted_out'), 0) as opted_out_version,
           coalesce(max(version) filter (where type = 'contact_opted_in'), 0) as opted_in_version
      from last_word
     group by id
),
-- Four kinds of fact tell the details, each of them all there are: the last one counts. Null where the page has none of them.
folded as materialized (
    select l.*,
           case greatest(imported_version, registered_version, corrected_version, withdrawn_version)
                when 0 then null
                when withdrawn_version then coalesce(withdrawn->'details', '{}')
                when corrected_version then corrected->'details'
                when registered_version then registered->'details'
                else imported->'details' end as details
      from latest l
),
old as materialized (
    select s.* from read.contact_states s join folded using (id)
),
-- Import and row are those of the import that brought the contact; a correction leaves them as they are, and a withdrawal in the page has
-- taken them off the row already.
profiles as (
    insert into read.contact_profiles as p (
        id, phone_original, full_name, address, neighborhood, municipality, city, lada_inferred, import_id, source_row, migrated_at)
    select id,
           details->>'phoneOriginal', details->>'fullName', details->>'address', details->>'neighborhood', details->>'municipality', details->>'city',
           coalesce((brought->>'ladaInferred')::boolean, false), (brought->>'importId')::uuid, (brought->>'sourceRow')::bigint,
           (details->>'migratedAt')::timestamptz
      from (select *, case when imported_version > withdrawn_version then imported end as brought from folded) f
     where details is not null
        on conflict (id) do update set
        phone_original = excluded.phone_original, full_name = excluded.full_name, address = excluded.address,
        neighborhood = excluded.neighborhood, municipality = excluded.municipality, city = excluded.city,
        lada_inferred = case when excluded.import_id is null then p.lada_inferred else excluded.lada_inferred end,
        import_id = coalesce(excluded.import_id, p.import_id), source_row = coalesce(excluded.source_row, p.source_row),
        migrated_at = excluded.migrated_at
),
-- A verification clears what stood against the line before it, and a withdrawal all that was known of it; opting in and out undo each other, and so do extraction and release.
merged as (
    select f.id,
           coalesce(substr(s.phone, 2)::bigint, o.phone) as phone,
           coalesce(f.imported->>'lada', f.registered->>'lada', o.lada, '') as lada,
           coalesce(case when f.details is null then o.state_code else f.details->>'stateCode' end, '') as state_code,
           coalesce(case when f.details is null then o.municipality_key else read.place_key(f.details->>'municipality') end, '') as municipality_key,
           coalesce(case when f.details is null then o.city_key else read.place_key(f.details->>'city') end, '') as city_key,
           case when f.not_mobile_version > greatest(f.verified_version, f.withdrawn_version) then f.not_mobile->>'carrier'
                when f.verified_version > f.withdrawn_version then f.verified->>'carrier'
                when f.withdrawn_version = 0 then o.carrier end as carrier,
           case when f.verified_version > f.withdrawn_version then (f.verified->>'verifiedAt')::timestamptz
                when f.withdrawn_version = 0 then o.verified_at end as verified_at,
           case when f.not_mobile_version > greatest(f.verified_version, f.withdrawn_version) then (f.not_mobile->>'observedAt')::timestamptz
                when greatest(f.verified_version, f.withdrawn_version) = 0 then o.not_mobile_at end as not_mobile_at,
           case when f.invalidated_version > greatest(f.verified_version, f.withdrawn_version) then (f.invalidated->>'invalidatedAt')::timestamptz
                when greatest(f.verified_version, f.withdrawn_version) = 0 then o.invalidated_at end as invalidated_at,
           case when f.extracted_version > f.released_version then (f.extracted->>'extractedAt')::timestamptz
                when f.released_version = 0 then o.extracted_at end as extracted_at,
           case when f.extracted_version > f.released_version then (f.extracted->>'extractionId')::uuid
                when f.released_version = 0 then o.extraction_id end as extraction_id,
           case when f.opted_out_version > f.opted_in_version then (f.opted_out->>'optedOutAt')::timestamptz
                when f.opted_in_version = 0 then o.opted_out_at end as opted_out_at,
           case when f.opted_out_version > f.opted_in_version then f.opted_out->>'method'
                when f.opted_in_version = 0 then o.opt_out_method end as opt_out_method,
           case when f.opted_out_version > f.opted_in_version then f.opted_out->>'recordedBy'
                when f.opted_in_version = 0 then o.opt_out_user_id end as opt_out_user_id,
           s.version,
           coalesce(least(o.created_at, s.first_at), s.first_at) as created_at,
           coalesce(greatest(o.updated_at, s.last_at), s.last_at) as updated_at,
           coalesce(o.send_count, 0) + s.sent as send_count,
           greatest(o.last_sent_at, s.last_sent_at) as last_sent_at
      from folded f
      join spans s using (id)
      left join old o using (id)
),
states as (
    insert into read.contact_states (
        id, phone, lada, state_code, municipality_key, city_key, carrier, verified_at, not_mobile_at, invalidated_at,
        extracted_at, extraction_id, opted_out_at, opt_out_method, opt_out_user_id, version, created_at, updated_at,
        send_count, last_sent_at)
    select * from merged
        on conflict (id) do update set
        phone = excluded.phone, lada = excluded.lada, state_code = excluded.state_code,
        municipality_key = excluded.municipality_key, city_key = excluded.city_key, carrier = excluded.carrier,
        verified_at = excluded.verified_at, not_mobile_at = excluded.not_mobile_at, invalidated_at = excluded.invalidated_at,
        extracted_at = excluded.extracted_at, extraction_id = excluded.extraction_id, opted_out_at = excluded.opted_out_at,
        opt_out_method = excluded.opt_out_method, opt_out_user_id = excluded.opt_out_user_id,
        version = excluded.version, created_at = excluded.created_at, updated_at = excluded.updated_at,
        send_count = excluded.send_count, last_sent_at = excluded.last_sent_at
    returning state_code, municipality_key, city_key, lada, status, line_type
),
moves as materialized (
    select state_code, municipality_key, city_key, lada, status, line_type, sum(change) as contacts
      from (
        select state_code, municipality_key, city_key, lada, status, line_type, 1 as change from states
         union all
        select state_code, municipality_key, city_key, lada, status, line_type, -1 from old
      ) changes
     group by state_code, municipality_key, city_key, lada, status, line_type
    having sum(change) <> 0
),
-- A page is of one day: page-end.sql sees to that.
history as (
    insert into read.segment_history as h (day, state_code, municipality_key, city_key, lada, status, line_type, contacts)
    select (select day from read.segment_days where after_position < $2 order by after_position desc limit 1), m.* from moves m
        on conflict (day, state_code, municipality_key, city_key, lada, status, line_type) do update set contacts = h.contacts + excluded.contacts
)
insert into read.segment_counts as c (state_code, municipality_key, city_key, lada, status, line_type, contacts)
select * from moves
    on conflict (state_code, municipality_key, city_key, lada, status, line_type) do update set contacts = c.contacts + excluded.contacts;

-- Segments that emptied go, or the rows would depend on the size of the pages.
delete from read.segment_counts where contacts = 0;

delete from read.segment_history where contacts = 0;
