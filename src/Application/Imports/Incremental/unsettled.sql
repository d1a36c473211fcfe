-- Of the contacts that a range has staged, those about which there is something to decide: for any other, ContactDecider decides on nothing. A stream is
-- read from its end to the last event that tells the details. What the row gives is contained in them, or it changes something; a blank cell is not
-- given. Also whether there is a stream at all.
select g.ordinal, told.type is not null or exists (select from events.mt_events e where e.stream_id = g.id)
  from staged_contacts g
  left join lateral (
    select e.type, e.data->'details' as details
      from events.mt_events e
     where e.stream_id = g.id and e.type in ('contact_imported', 'contact_registered', 'contact_details_changed', 'contact_withdrawn')
     order by e.version desc limit 1
  ) told on true
 where told.type is null or told.type = 'contact_withdrawn' or (told.details @> g.given) is not true
