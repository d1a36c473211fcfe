-- The customer's materialized view, under its name and columns (docs/reference-sql.md), with nothing to refresh. Who was written to lately is counted
-- contact by contact, and only in a query that names that column: a left join that adds no row and no column is not made.
create view read.contacts_by_state as
select nullif(c.state_code, '') as state_code, s.state_name, c.total_contacts, c.active_contacts, c.mobile_contacts,
       coalesce(r.contacts, 0) as recently_contacted
  from (
    select state_code, sum(contacts)::bigint as total_contacts,
           coalesce(sum(contacts) filter (where status = 'VERIFIED'), 0)::bigint as active_contacts,
           coalesce(sum(contacts) filter (where line_type = 'MOBILE'), 0)::bigint as mobile_contacts
      from read.segment_counts
     where status <> 'OPTED_OUT'
     group by state_code
  ) c
  left join read.states s using (state_code)
  left join (
    select state_code, count(*) as contacts
      from read.contact_states
     where opted_out_at is null and last_sent_at > now() - interval '30 days'
     group by state_code
  ) r using (state_code);
