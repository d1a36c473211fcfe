-- A letter's event was tried again, in vain. $1 letter, $2 its event's position, $3 error
update events.mt_doc_deadletterevent
   set data = data || jsonb_build_object('exceptionMessage', $3::text, 'tries', coalesce((data->>'tries')::integer, 1) + 1, 'failedAt', clock_timestamp()),
       mt_last_modified = now()
 where id = $1 and (data->>'eventSequence')::bigint = $2
