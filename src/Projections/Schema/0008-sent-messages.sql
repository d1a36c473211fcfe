-- What was sent to a contact: it says nothing of the status. Constant defaults change no row, so this takes a moment however many contacts there are.
alter table read.contact_states
    add column send_count integer not null default 0,
    add column last_sent_at timestamptz;

-- An initial load that was interrupted goes on with tables of the live ones' shape.
alter table if exists loading.contact_states
    add column send_count integer not null default 0,
    add column last_sent_at timestamptz;

-- New columns come last: replaced, not dropped, the view keeps its grants and the views that others made over it.
create or replace view read.contacts as
select s.id,
       '+' || s.phone as phone_e164,
       case when s.phone between 520000000000 and 529999999999 then lpad((s.phone - 520000000000)::text, 10, '0') end as phone_national,
       p.phone_original, p.full_name, p.address, p.neighborhood, p.municipality,
       nullif(s.state_code, '') as state_code, st.state_name, nullif(s.lada, '') as lada, p.city,
       s.invalidated_at is null as is_valid,
       case s.line_type when 'MOBILE' then true when 'FIXED' then false end as is_mobile,
       s.carrier, s.status, s.opted_out_at as opt_out_at, s.opt_out_method, s.opt_out_user_id,
       s.extracted_at, s.extraction_id, p.migrated_at, s.created_at, s.updated_at, s.version,
       s.last_sent_at, s.send_count
  from read.contact_states s
  left join read.contact_profiles p using (id)
  left join read.states st using (state_code);
