-- Contacts of whose line the plan in force says otherwise than an older plan, or none, did: what ContactDecider decides on ReclassifyContact,
-- for many at once. A test holds the two together.
-- $1 blocks, by their first numbers, $2 E.164 number without the plus to begin behind, $3 at most so many, $4 the plan that must be in force
select c.id, c.version, c.phone, c.line_type, c.status, b.first_number, b.last_number, b.line, b.carrier
  from padron.numbering_plan p
 cross join padron.numbering_blocks b
 -- A limit of its own keeps the planner from walking all contacts and looking for the block of each.
 cross join lateral (
    select s.id, s.version, s.phone, s.line_type, s.status
      from read.contact_states s
      left join lateral (
        select e.data->>'method' as method
          from events.mt_events e
         where e.stream_id = s.id and e.version <= s.version and e.type in ('contact_verified', 'contact_not_mobile', 'contact_withdrawn') -- which takes back what was known of the line
         order by e.version desc
         limit 1
      ) last_word on true
      join lateral (
        select e.type
          from events.mt_events e
         where e.stream_id = s.id and e.version <= s.version and e.type in ('contact_imported', 'contact_registered', 'contact_withdrawn')
         order by e.version desc
         limit 1
      ) registration on registration.type <> 'contact_withdrawn' -- nor of a stranger
     where s.phone between 520000000000 + b.first_number and 520000000000 + b.last_number
       and s.phone > $2
       and s.line_type <> upper(b.line)
       and s.invalidated_at is null
       and s.lada <> '' -- a number abroad has none
       and coalesce(last_word.method, 'numbering_plan') = 'numbering_plan'
     order by s.phone
     limit $3
 ) c
 where p.version = $4
   and b.first_number = any ($1)
   and b.line in ('Mobile', 'Fixed')
 order by c.phone
 limit $3
