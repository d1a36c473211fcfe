-- Contacts, their states, the contact counts and their history, over the events with $1 < seq_id <= $2. One writer at a time.
-- A page is folded to one row a contact first, so that the size of the page changes nothing in the result.
with page as materialized (
    select stream_id as id, version, type, data, timestamp,
           row_number() over (partition by stream_id, type order by version desc) = 1 as is_last
      from events.mt_events
     where seq_id > $1 and seq_id <= $2
       and type in ('contact_imported', 'contact_registered', 'contact_details_changed', 'contact_verified', 'contact_not_mobile',
                    'contact_invalidated', 'contact_extracted', 'contact_released', 'contact_sent', 'contact_withdrawn', 'contact_opted_out', 'contact_opted_in')
),
-- Of each kind of fact the last word counts: there max() has one value to choose from. Only what tells details is carried on whole, for what happens to
-- contacts that are there tells none.
latest as (
    select id, max(version) as version, min(timestamp) as first_at, max(timestamp) as last_at,
           max(data->>'phone') as phone, -- every event that carries it carries the same one; a stranger's last opt-out need not be the one that does
           (array_agg(data) filter (where type = 'contact_imported' and is_last))[1] as imported,
           (array_agg(data) filter (where type = 'contact_registered' and is_last))[1] as registered,
           (array_agg(data) filter (where type = 'contact_details_changed' and is_last))[1] as corrected,
           (array_agg(data) filter (where type = 'contact_withdrawn' and is_last))[1] as withdrawn,
           max(data->>'carrier') filter (where type = 'contact_verified' and is_last) as verified_carrier,
           max((data->>'verifiedAt')::timestamptz) filter (where type = 'contact_verified' and is_last) as verified_at,
           max(data->>'carrier') filter (where type = 'contact_not_mobile' and is_last) as not_mobile_carrier,
           max((data->>'observedAt')::timestamptz) filter (where type = 'contact_not_mobile' and is_last) as not_mobile_at,
           max((data->>'invalidatedAt')::timestamptz) filter (where type = 'contact_invalidated' and is_last) as invalidated_at,
           max((data->>'extractedAt')::timestamptz) filter (where type = 'contact_extracted' and is_last) as extracted_at,
           max(data->>'extractionId') filter (where type = 'contact_extracted' and is_last) as extraction_id,
           max((data->>'optedOutAt')::timestamptz) filter (where type = 'contact_opted_out' and is_last) as opted_out_at,
           max(data->>'method') filter (where type = 'contact_opted_out' and is_last) as opt_out_method,
           max(data->>'recordedBy') filter (where type = 'contact_opted_out' and is_last) as opt_out_user_id,
           count(*) filter (where type = 'contact_sent') as sent,
           max((data->>'sentAt')::timestamptz) filter (where type = 'contact_sent') as last_sent_at,
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
      from page
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
withdrawn as materialized (
    select id from folded where withdrawn_version > 0
),
-- Import and row are those of the import that brought the contact: a correction leaves them as they are, and a withdrawal takes them off.
profiles as (
    insert into read.contact_profiles as p (
        id, phone_original, full_name, address, neighborhood, municipality, city, lada_inferred, import_id, source_row, migrated_at)
    select id,
           details->>'phoneOriginal', details->>'fullName', details->>'address', details->>'neighborhood', details->>'municipality', details->>'city',
           coalesce((brought->>'ladaInferred')::boolean, false), (brought->>'importId')::uuid, (brought->>'sourceRow')::bigint,
           (details->>'migratedAt')::timestamptz
      from (select *, case when imported_version > withdrawn_version then imported end as brought from folded where details is not null) f
        on conflict (id) do update set
        phone_original = excluded.phone_original, full_name = excluded.full_name, address = excluded.address,
        neighborhood = excluded.neighborhood, municipality = excluded.municipality, city = excluded.city,
        lada_inferred = case when excluded.import_id is null and p.id not in (select id from withdrawn) then p.lada_inferred else excluded.lada_inferred end,
        import_id = case when excluded.import_id is null and p.id not in (select id from withdrawn) then p.import_id else excluded.import_id end,
        source_row = case when excluded.import_id is null and p.id not in (select id from withdrawn) then p.source_row else excluded.source_row end,
        migrated_at = excluded.migrated_at
),
-- A verification clears what stood against the line before it, and a withdrawal all that was known of it; opting in and out undo each other, and so do extraction and release.
merged as materialized (
    select f.id,
           coalesce(substr(f.phone, 2)::bigint, o.phone) as phone,
           coalesce(f.imported->>'lada', f.registered->>'lada', o.lada, '') as lada,
           coalesce(case when f.details is null then o.state_code else f.details->>'stateCode' end, '') as state_code,
           coalesce(case when f.details is null then o.municipality_key else read.place_key(f.details->>'municipality') end, '') as municipality_key,
           coalesce(case when f.details is null then o.city_key else read.place_key(f.details->>'city') end, '') as city_key,
           case when f.not_mobile_version > greatest(f.verified_version, f.withdrawn_version) then f.not_mobile_carrier
                when f.verified_version > f.withdrawn_version then f.verified_carrier
                when f.withdrawn_version = 0 then o.carrier end as carrier,
           case when f.verified_version > f.withdrawn_version then f.verified_at
                when f.withdrawn_version = 0 then o.verified_at end as verified_at,
           case when f.not_mobile_version > greatest(f.verified_version, f.withdrawn_version) then f.not_mobile_at
                when greatest(f.verified_version, f.withdrawn_version) = 0 then o.not_mobile_at end as not_mobile_at,
           case when f.invalidated_version > greatest(f.verified_version, f.withdrawn_version) then f.invalidated_at
                when greatest(f.verified_version, f.withdrawn_version) = 0 then o.invalidated_at end as invalidated_at,
           case when f.extracted_version > f.released_version then f.extracted_at
                when f.released_version = 0 then o.extracted_at end as extracted_at,
           case when f.extracted_version > f.released_version then f.extraction_id::uuid
                when f.released_version = 0 then o.extraction_id end as extraction_id,
           case when f.opted_out_version > f.opted_in_version then f.opted_out_at
                when f.opted_in_version = 0 then o.opted_out_at end as opted_out_at,
           case when f.opted_out_version > f.opted_in_version then f.opt_out_method
                when f.opted_in_version = 0 then o.opt_out_method end as opt_out_method,
           case when f.opted_out_version > f.opted_in_version then f.opt_out_user_id
                when f.opted_in_version = 0 then o.opt_out_user_id end as opt_out_user_id,
           f.version,
           coalesce(least(o.created_at, f.first_at), f.first_at) as created_at,
           coalesce(greatest(o.updated_at, f.last_at), f.last_at) as updated_at,
           coalesce(o.send_count, 0) + f.sent as send_count,
           greatest(o.last_sent_at, f.last_sent_at) as last_sent_at,
           o.ctid as place, o.state_code as old_state_code, o.municipality_key as old_municipality_key, o.city_key as old_city_key, o.lada as old_lada,
           o.status as old_status, o.line_type as old_line_type
      from folded f
      left join read.contact_states o using (id)
     order by o.ctid, id -- so that the rows of one page of the table are changed together; and new ones lie in the order in which extractions take them
),
born as (
    insert into read.contact_states (
        id, phone, lada, state_code, municipality_key, city_key, carrier, verified_at, not_mobile_at, invalidated_at,
        extracted_at, extraction_id, opted_out_at, opt_out_method, opt_out_user_id, version, created_at, updated_at,
        send_count, last_sent_at)
    select id, phone, lada, state_code, municipality_key, city_key, carrier, verified_at, not_mobile_at, invalidated_at,
           extracted_at, extraction_id, opted_out_at, opt_out_method, opt_out_user_id, version, created_at, updated_at,
           send_count, last_sent_at
      from merged
     where place is null
    returning state_code, municipality_key, city_key, lada, status, line_type
),
-- Nobody else writes, so the row is where it was found: "on conflict" would look for it once more, and lock it first.
changed as (
    update read.contact_states s set
        phone = m.phone, lada = m.lada, state_code = m.state_code,
        municipality_key = m.municipality_key, city_key = m.city_key, carrier = m.carrier,
        verified_at = m.verified_at, not_mobile_at = m.not_mobile_at, invalidated_at = m.invalidated_at,
        extracted_at = m.extracted_at, extraction_id = m.extraction_id, opted_out_at = m.opted_out_at,
        opt_out_method = m.opt_out_method, opt_out_user_id = m.opt_out_user_id,
        version = m.version, created_at = m.created_at, updated_at = m.updated_at,
        send_count = m.send_count, last_sent_at = m.last_sent_at
      from merged m
     where s.ctid = m.place
    returning s.state_code, s.municipality_key, s.city_key, s.lada, s.status, s.line_type,
              m.old_state_code, m.old_municipality_key, m.old_city_key, m.old_lada, m.old_status, m.old_line_type
),
moved as materialized (
    select * from changed
     where (state_code, municipality_key, city_key, lada, status, line_type)
        is distinct from (old_state_code, old_municipality_key, old_city_key, old_lada, old_status, old_line_type)
),
moves as materialized (
    select state_code, municipality_key, city_key, lada, status, line_type, sum(change) as contacts
      from (
        select state_code, municipality_key, city_key, lada, status, line_type, 1 as change from born
         union all
        select state_code, municipality_key, city_key, lada, status, line_type, 1 from moved
         union all
        select old_state_code, old_municipality_key, old_city_key, old_lada, old_status, old_line_type, -1 from moved
      ) changes
     group by state_code, municipality_key, city_key, lada, status, line_type
    having sum(change) <> 0
),
-- A page is of one day: page-end.sql sees to that.
history as (
    insert into read.contact_count_history as h (day, state_code, municipality_key, city_key, lada, status, line_type, contacts)
    select (select day from read.contact_count_days where after_position < $2 order by after_position desc limit 1), m.* from moves m
        on conflict (day, state_code, municipality_key, city_key, lada, status, line_type) do update set contacts = h.contacts + excluded.contacts
)
insert into read.contact_counts as c (state_code, municipality_key, city_key, lada, status, line_type, contacts)
select * from moves
    on conflict (state_code, municipality_key, city_key, lada, status, line_type) do update set contacts = c.contacts + excluded.contacts;

-- Counts that came to nothing go, or the rows would depend on the size of the pages.
delete from read.contact_counts where contacts = 0;

delete from read.contact_count_history where contacts = 0;
